/** A server with a few users and a group, for the scenarios about mailboxes that more than one user sees. */

import { debPath, rootCache } from "../places.ts";
import { queueIsEmpty } from "./administrator.ts";
import { type Container, startContainer } from "./container.ts";
import { type ImapAnswer, imapSession } from "./imap-session.ts";
import { type Mail, smtpSend } from "./mail.ts";

export const password = "Secret-1";

/** Starts a container without a filter: john and mary are in the group "Domain Users", paul is not. */
export async function startMailboxServer(): Promise<Container> {
  const container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
  const type = (...argv: string[]) => container.must(argv);
  await type("config", "set", "DomainName", "domain.org");
  await type("config", "setprop", "rspamd", "status", "disabled");
  const hash = (await type("doveadm", "pw", "-s", "SHA512-CRYPT", "-p", password)).trim();
  for (const name of ["john", "mary", "paul"])
    await type("db", "accounts", "set", `${name}@domain.org`, "user", "PasswordHash", hash);
  await type("db", "accounts", "set", "Domain Users@domain.org", "group", "Members", "john,mary");
  await type("signal-event", "nethserver-mail-server-update");
  await type("mailwright", "apply");
  return container;
}

/** One user's session: the answers to the commands. */
export function session(
  container: Container,
  user: string,
  ...commands: readonly (readonly string[])[]
): Promise<ImapAnswer[]> {
  return imapSession(container, user, password, ...commands);
}

/** The lines of the answer to one command; an error where it is refused. */
export async function answer(
  container: Container,
  user: string,
  ...command: readonly string[]
): Promise<string[]> {
  const [[status, lines] = ["", []]] = await session(container, user, command);
  if (status !== "OK") throw new Error(`${user}: ${command.join(" ")}: ${status} ${lines.join(" ")}`);
  return lines;
}

/** Sends a message from outside, and waits until the queue is empty. */
export async function deliver(
  container: Container,
  to: string,
  subject: string,
  mail: Partial<Mail> = {},
): Promise<void> {
  const { accepted, last } = await smtpSend(container, {
    from: "someone@outside.example.net",
    to: [to],
    subject,
    ...mail,
  });
  if (!accepted) throw new Error(`to ${to}: ${last.code} ${last.text}`);
  await queueIsEmpty(container);
}
