/** What an administrator does in every scenario, and what is to be so at its end. */
import { expect } from "vitest";
import type { Container } from "./container.ts";
import { journalctl, waitFor } from "./mail.ts";
import { fragment } from "./mail-server.ts";

/** What status says then; what is not installed, and what a provider refuses, waits for nobody. */
export const nothingWaits =
  /^All is as the settings say, and nothing waits\.\n(?:(?:Not installed|Mail from elsewhere)\n(?: {2}.*\n)+)*$/;

/** Applies all that waits, and sees that nothing is left to do and that no file is another than the settings say. */
export async function apply(container: Container): Promise<void> {
  await container.must(["mailwright", "apply"]);
  expect(await container.run(["mailwright", "verify"])).toMatchObject({ exit: 0 });
  expect((await container.run(["mailwright", "status"])).stdout).toMatch(nothingWaits);
}

/** Sets properties of the key `dovecot` and applies them. */
export async function setDovecot(container: Container, ...properties: string[]): Promise<void> {
  await container.must(["config", "setprop", "dovecot", ...properties]);
  await apply(container);
}

/** Has Dovecot answer to a wrong password at once, however many there were. */
export async function withoutDelays(container: Container): Promise<void> {
  const text =
    "auth_failure_delay = 0\nservice anvil {\n  unix_listener anvil-auth-penalty {\n    mode = 0\n  }\n}\n";
  await container.write(fragment("/etc/dovecot/dovecot.conf", "95delays"), text);
}

/** What the daemons say of a start, a stop and a reload, also while others hold their sockets. */
const orders: readonly RegExp[] = [
  /Killed with signal 15/,
  /SIGHUP received/,
  /Sent SIGTERM to \d+ \w+ processes/,
  /Processes aren't dying after reload/,
  /Shutting down logging for '[^']*' with \d+ clients/,
  /net_connect_unix\(\/run\/dovecot\/stats-writer\) failed: Connection refused/,
  // A stop ends Dovecot's processes in no order, and its auth may miss anvil in the meantime.
  /auth: Error: (read|net_connect_unix)\(anvil-auth-penalty\) failed: (EOF|Permission denied)/,
  // Rspamd's line of each message tells what its rules have found, and not what is wrong with Rspamd.
  /rspamd_task_write_log/,
  // The scenarios' resolver may be slow on a busy machine.
  /rspamd\[\d+\]: .*query timed out/,
  // A reload ends the helpers of Postfix; who was talking to one asks the next.
  /problem talking to (service|server) [\w/]+: Connection reset by peer/,
];

/** What Dovecot says where it is `withoutDelays`. */
export const saidWithoutDelays = /net_connect_unix\(anvil-auth-penalty\)/;

/** Lines of the daemons' logs that complain, but for those of starts and reloads, and those that are expected. */
export async function complaints(container: Container, ...expected: readonly RegExp[]): Promise<string[]> {
  const units = ["postfix@-", "dovecot", "rspamd"].flatMap((unit) => ["-u", unit]);
  const log = await journalctl(container, "-o", "short", ...units);
  const known = [...orders, ...expected];
  return log
    .split("\n")
    .filter((line) => /warning|error|fatal|panic/i.test(line) && !known.some((one) => one.test(line)));
}

/** Waits until Postfix holds no message. */
export async function queueIsEmpty(container: Container): Promise<void> {
  await waitFor(async () => (await container.must(["postqueue", "-j"])).trim() === "", 30);
}
