/** Sessions of IMAP and ManageSieve, command by command, from outside and over TLS. */
import { readFileSync } from "node:fs";
import type { Container } from "./container.ts";

const client = readFileSync(new URL("./line-client.py", import.meta.url), "utf8");

export type Login = { user: string; password: string };

/**
 * The answers to the commands, `\n` line ends, each with the line that ends it: `x OK …` or `x NO …` of IMAP, `OK` or
 * `NO` of ManageSieve. An error where the login is refused.
 */
export async function session(
  container: Container,
  protocol: "imap" | "sieve",
  { user, password }: Login,
  commands: readonly string[],
): Promise<string[]> {
  const input = JSON.stringify({ protocol, host: "192.0.2.1", user, password, commands });
  const { exit, stdout, stderr } = await container.outside.run(["python3", "-c", client], { input });
  if (exit !== 0) throw new Error(`${protocol} session: exit ${exit}\n${stderr}`);
  const { answers }: { answers: string[] } = JSON.parse(stdout);
  const [login = "", ...rest] = answers;
  if (!/^(x )?OK\b/m.test(login)) throw new Error(`${protocol} ${user}: ${login}`);
  return rest;
}

/** A literal of a command, sent without waiting (RFC 7888; RFC 5804 for ManageSieve). */
export function literal(text: string): string {
  const whole = text.replace(/\r?\n/g, "\r\n");
  return `{${Buffer.byteLength(whole)}+}\r\n${whole}`;
}
