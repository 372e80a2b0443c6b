import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { CommandContext } from "../../../../src/commands/context.ts";
import { newProgress, runJob } from "../../../../src/commands/remote/sync/run-job.ts";
import { allSyncJobs } from "../../../../src/mail/sync-jobs.ts";
import { findPaths } from "../../../../src/paths.ts";
import { realSystem } from "../../../../src/system/real-system.ts";
import type { Processes } from "../../../../src/system/system.ts";
import { settings } from "../../mail/some-settings.ts";

/** Runs a job whose configuration an event writes anew at a moment; what was asked of Dovecot. */
async function runChanged(moment: string, change: (mark: string) => string) {
  const root = mkdtempSync(join(tmpdir(), "mailwright-run-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const record = { hostname: "h", username: "u", DeleteDestination: "enabled" };
  const [job] = allSyncJobs(settings({}, {}, {}, { imapsync: { "john imapsync": record } }));
  if (job === undefined) throw new Error("no job");
  const paths = findPaths(root, {});
  const configuration = paths.target(`/etc/dovecot/imapsync/${job.file}`);
  mkdirSync(dirname(configuration), { recursive: true });
  writeFileSync(configuration, `# Made of the settings ${job.mark}.\nimapc_host = h\n`);
  const asked: string[] = [];
  const run: Processes["run"] = async (argv, options) => {
    const words = argv.slice(4).join(" ");
    asked.push(words);
    if (words.includes(moment)) writeFileSync(configuration, change(job.mark));
    const rows = [{ mailbox: "INBOX", guid: "g", messages: "0", vsize: "0" }];
    options?.onBytes?.(Buffer.from(JSON.stringify(rows)));
    return { exit: 0, stdout: "", stderr: "", timedOut: false };
  };
  const system = { ...realSystem(root, "none"), processes: { run, inspect: run } as Processes };
  const context = { paths } as CommandContext;
  const over = runJob(context, system, job, { force: true, reasons: [] }, newProgress());
  return { asked, over };
}

it.each(["mailbox list", "backup"])(
  "a job whose account an event changes at %s copies and removes nothing more",
  async (moment) => {
    const { asked, over } = await runChanged(
      moment,
      (mark) => `# Made of the settings ${mark}.\nimapc_host = i\n`,
    );
    await expect(over).rejects.toThrow("was changed while it ran");
    expect(asked.at(-1)).toContain(moment === "backup" ? " backup " : "mailbox status");
  },
);

it("a job that is to run more often from now on goes on", async () => {
  const { over } = await runChanged("backup", () => "# Made of the settings 0.\nimapc_host = h\n");
  expect((await over).note.status).toBe("done");
});
