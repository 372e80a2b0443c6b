/** What scenarios ask of the quarantine: mail that it keeps, and how `mailwright quarantine` tells of it. */
import { expect } from "vitest";
import type { Container } from "./container.ts";
import { type Mail, mainPid, send, waitFor, XJS } from "./mail.ts";

/** As `mailwright quarantine list --json` prints it. */
export interface Held {
  readonly id: string;
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly reason: string;
}

/** What Rspamd is to find in mail of the scenarios: a score, or a verdict by policy. */
const rules = `
rspamd_config:register_symbol({ name = 'TEST_SCORE', score = 1, type = 'normal', callback = function(task)
  local score = task:get_header('X-Test-Score')
  if score then return true, tonumber(score), 'of the scenario' end
end })
rspamd_config:register_symbol({ name = 'TEST_RESULT', type = 'prefilter', callback = function(task)
  local action = task:get_header('X-Test-Result')
  if action then task:set_pre_result(action, 'The scenario says so', 'test') end
end })
for _, name in ipairs({ 'GREYLIST_CHECK', 'GREYLIST_SAVE' }) do
  rspamd_config:add_condition(name, function() return false end)
end
`;

/** Has `X-Test-Score: 25` add to a score, and `X-Test-Result: reject` be a verdict of its own; nothing is greylisted. */
export async function addRules(container: Container): Promise<void> {
  await container.write("/etc/rspamd/rspamd.local.lua", rules);
  await container.must(["systemctl", "restart", "rspamd"]);
}

export async function heldIn(container: Container, ...options: readonly string[]): Promise<Held[]> {
  return JSON.parse(await container.must(["mailwright", "quarantine", "list", "--json", ...options]));
}

/** Sends a message with a test pattern, which must be taken, and waits until it is held. */
export async function keep(container: Container, mail: Partial<Mail> & Pick<Mail, "to">): Promise<Held> {
  const subject = mail.subject ?? `spam ${Math.random().toString(36).slice(2)}`;
  expect(await send(container, { body: XJS, subject, ...mail })).toMatchObject({ accepted: true });
  return waitFor(async () => (await heldIn(container)).find((held) => held.subject === subject));
}

/** Does what has Rspamd reload, and waits until no process that knows the old settings takes mail. */
export async function reloading(container: Container, work: () => Promise<unknown>): Promise<void> {
  const workers = async (): Promise<string[]> => {
    const { stdout } = await container.run(["pgrep", "-P", String(await mainPid(container, "rspamd"))]);
    return stdout.split("\n").filter(Boolean);
  };
  const before = await workers();
  await work();
  await waitFor(async () => {
    const now = await workers();
    return now.length >= before.length && !now.some((pid) => before.includes(pid));
  }, 60);
}
