/** A server with mailboxes and without the filter, and what scenarios about mailboxes ask of it. */
import { expect } from "vitest";
import { debPath, rootCache } from "../places.ts";
import { type Container, startContainer } from "./container.ts";
import { type Mail, type SmtpAnswer, smtpSend, waitFor } from "./mail.ts";

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

/** Applies all that waits, and sees that doing it again changes nothing. */
export async function apply(container: Container): Promise<void> {
  await container.must(["mailwright", "apply"]);
  expect(await container.run(["mailwright", "verify"])).toMatchObject({ exit: 0 });
  const { stdout } = await container.run(["mailwright", "status"]);
  expect(stdout).toBe("All is as the settings say, and nothing waits.\n");
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
  await queueEmpty(container);
}

export async function queueEmpty(container: Container): Promise<void> {
  await waitFor(async () => (await container.must(["postqueue", "-j"])).trim() === "");
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

/** What Dovecot's main process calls a warning when it is told to reload or to stop. */
const orders = /Killed with signal 15|SIGHUP received|[sS]ent SIGTERM to/;

/** Lines of Postfix and Dovecot that complain, but for those that are expected. */
export async function complaints(container: Container, expected: RegExp): Promise<string[]> {
  const units = ["-u", "postfix@-", "-u", "dovecot"];
  const log = await container.must(["journalctl", "-q", "--no-pager", "-o", "short", ...units]);
  return log
    .split("\n")
    .filter((line) => /warning|error|fatal|panic/i.test(line) && !orders.test(line))
    .filter((line) => !expected.test(line));
}
