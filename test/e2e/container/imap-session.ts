/** IMAP as users do it from outside: whole sessions, with every answer. */
import { readFileSync } from "node:fs";
import type { Container } from "./container.ts";

const program = readFileSync(new URL("./imap-session.py", import.meta.url), "utf8");

/** Status OK, NO or BAD, and the lines of the answer. */
export type ImapAnswer = [status: string, lines: string[]];

/** Logs in with STARTTLS and runs commands such as `["select", "Public/Sales"]`; see imap-session.py. */
export async function imapSession(
  container: Container,
  user: string,
  password: string,
  ...commands: readonly (readonly string[])[]
): Promise<ImapAnswer[]> {
  const request = { host: "192.0.2.1", user, password, do: commands };
  const input = JSON.stringify(request);
  const { exit, stdout, stderr } = await container.outside.run(["python3", "-c", program], { input });
  if (exit !== 0) throw new Error(`IMAP session of ${user}: exit ${exit}\n${stderr}`);
  return JSON.parse(stdout);
}
