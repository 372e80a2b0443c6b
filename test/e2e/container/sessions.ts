/** Sessions of IMAP and ManageSieve, command by command, from outside and over TLS. */
import type { Container } from "./container.ts";
import { session as openSession } from "./logins.ts";

/** The answers to the commands, as `logins.ts` has them. An error where the login is refused. */
export async function session(
  container: Container,
  protocol: "imap" | "sieve",
  login: { readonly user: string; readonly password: string },
  commands: readonly string[],
): Promise<string[]> {
  const door = protocol === "imap" ? "imaps" : "sieve";
  const { ok, reply, answers } = await openSession(container, door, { ...login, commands });
  if (!ok) throw new Error(`${protocol} ${login.user}: ${reply}`);
  return answers;
}

/** A literal of a command, sent without waiting (RFC 7888; RFC 5804 for ManageSieve). */
export function literal(text: string): string {
  const whole = text.replace(/\r?\n/g, "\r\n");
  return `{${Buffer.byteLength(whole)}+}\r\n${whole}`;
}
