/** A server with mailboxes and without the filter, and what scenarios about mailboxes ask of it. */
import { expect } from "vitest";
import { debPath, rootCache } from "../places.ts";
import { apply, queueIsEmpty } from "./administrator.ts";
import { type Container, startContainer } from "./container.ts";
import { type Mail, type SmtpAnswer, smtpSend } from "./mail.ts";

export const password = "Secret-1";
export const outsider = "someone@outside.example.net";

/** Boots domain.org, with example.com beside it, and these users. */
export async function mailboxServer(users: readonly string[]): Promise<Container> {
  const container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
  await container.must(["config", "set", "DomainName", "domain.org"]);
  await container.must(["config", "setprop", "rspamd", "status", "disabled"]);
  await container.must(["db", "domains", "set", "example.com", "domain"]);
  const hash = (await container.must(["doveadm", "pw", "-s", "SHA512-CRYPT", "-p", password])).trim();
  for (const name of users)
    await container.must(["db", "accounts", "set", `${name}@domain.org`, "user", "PasswordHash", hash]);
  await container.must(["signal-event", "nethserver-mail-server-update"]);
  await container.must(["signal-event", "nethserver-mail-filter-save"]);
  await apply(container);
  return container;
}

export function send(container: Container, mail: Partial<Mail> & Pick<Mail, "to">): Promise<SmtpAnswer> {
  return smtpSend(container, { from: outsider, ...mail });
}

/** The answer that decided, such as `RCPT 552 5.2.2 …`. */
export async function verdict(container: Container, mail: Partial<Mail> & Pick<Mail, "to">): Promise<string> {
  const { last } = await send(container, mail);
  return `${last.verb} ${last.code} ${last.text}`;
}

/** Sends a message that must be taken, and waits until the queue is empty. */
export async function deliver(container: Container, mail: Partial<Mail> & Pick<Mail, "to">): Promise<void> {
  expect(await send(container, mail), `to ${mail.to}`).toMatchObject({ accepted: true });
  await queueIsEmpty(container);
}

/** Where messages of a subject are, as `INBOX` once for each, sorted; all messages where no subject is given. */
export async function placesOf(container: Container, user: string, subject?: string): Promise<string[]> {
  const query = subject === undefined ? ["all"] : ["header", "subject", subject];
  const argv = ["doveadm", "-f", "flow", "fetch", "-u", user, "mailbox", ...query];
  const { stdout } = await container.run(argv);
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((row) => row.replace("mailbox=", ""))
    .sort();
}
