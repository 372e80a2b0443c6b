/** A server with a few users and a group, for the scenarios about mailboxes that more than one user sees. */
import { bootMailServer, password } from "./boot.ts";
import type { Container } from "./container.ts";
import { type ImapAnswer, imapSession } from "./imap-session.ts";

/** Boots it: john and mary are in the group "Domain Users", paul is not. */
export function startMailboxServer(): Promise<Container> {
  return bootMailServer(["john", "mary", "paul"], async (container) => {
    const group = ["Domain Users@domain.org", "group", "Members", "john,mary"];
    await container.must(["db", "accounts", "set", ...group]);
  });
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
