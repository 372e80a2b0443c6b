/** What an administrator does in every scenario, and what is to be so at its end. */
import { expect } from "vitest";
import type { Container } from "./container.ts";
import { fragment } from "./mail-server.ts";

/** Applies all that waits, and sees that nothing is left to do and that no file is another than the settings say. */
export async function applyAll(container: Container): Promise<void> {
  await container.must(["mailwright", "apply"]);
  expect(await container.run(["mailwright", "verify"])).toMatchObject({ exit: 0 });
  expect((await container.run(["mailwright", "status"])).stdout).toBe(
    "All is as the settings say, and nothing waits.\n",
  );
}

/** Sets properties of the key `dovecot` and applies them. */
export async function setDovecot(container: Container, ...properties: string[]): Promise<void> {
  await container.must(["config", "setprop", "dovecot", ...properties]);
  await applyAll(container);
}

/** Has Dovecot answer to a wrong password at once, however many there were. */
export async function withoutDelays(container: Container): Promise<void> {
  const text =
    "auth_failure_delay = 0\nservice anvil {\n  unix_listener anvil-auth-penalty {\n    mode = 0\n  }\n}\n";
  await container.write(fragment("/etc/dovecot/dovecot.conf", "95delays"), text);
}

/** What Dovecot says of being restarted, of being reloaded while others hold its sockets, and of no delays. */
export const expectedOfDovecot: readonly RegExp[] = [
  /Killed with signal 15/,
  /SIGHUP received/,
  /net_connect_unix\(anvil-auth-penalty\)/,
  /Sent SIGTERM to \d+ (?:auth|stats) processes|Processes aren't dying after reload/,
];

/** Lines of Postfix's and Dovecot's log that complain, but for those that are expected. */
export async function complaints(container: Container, expected: readonly RegExp[]): Promise<string[]> {
  const argv = ["journalctl", "-q", "--no-pager", "-o", "short", "-u", "postfix@-", "-u", "dovecot"];
  const log = await container.must(argv);
  return log
    .split("\n")
    .filter((line) => /warning|error|fatal|panic/i.test(line) && !expected.some((one) => one.test(line)));
}
