import { MailwrightError } from "../../../errors.ts";
import type { Processes } from "../../../system/system.ts";

/** The Redis instance that keeps what Rspamd has learned. */
export const statisticsUnit = "redis-server@mailwright-statistics";
const socket = "/run/redis-mailwright-statistics/redis-server.sock";

/** What it reads when it starts: dir and dbfilename of redis-mailwright-statistics.conf. */
export const statisticsFile = "/var/lib/redis/mailwright-statistics.rdb";

/** Milliseconds for one of its answers. */
const patience = 2000;

/** The same where it writes all of it to the disk. */
const writing = 60_000;

/** How many messages Rspamd has learned as each. */
export interface Learned {
  readonly spam: number;
  readonly ham: number;
}

/**
 * Read where Rspamd 3.4 keeps them (hash RS), for its own controller ends with a segmentation fault when it is asked
 * while this Redis is stopped. `undefined` where Redis does not answer. Throws where only another user may ask it.
 */
export async function learnedCounts(processes: Processes): Promise<Learned | undefined> {
  const { exit, stdout, stderr } = await processes.inspect(
    ["redis-cli", "-s", socket, "HMGET", "RS", "learns_spam", "learns_ham"],
    { timeout: patience },
  );
  if (exit !== 0 && /permission denied/i.test(stderr))
    throw new MailwrightError("Redis, which keeps what the filter has learned, may not be asked", {
      code: "NO_STATISTICS",
      hint: "Run the command as root.",
    });
  const lines = stdout.split("\n").slice(0, 2);
  if (exit !== 0 || lines.length !== 2 || !lines.every((line) => /^\d*$/.test(line))) return undefined;
  const [spam, ham] = lines.map(Number);
  return { spam: spam ?? 0, ham: ham ?? 0 };
}

/** Whether it could write what is learned to the disk when it last tried; `undefined` where it does not answer. */
export async function statisticsSaved(processes: Processes): Promise<boolean | undefined> {
  const argv = ["redis-cli", "-s", socket, "INFO", "persistence"] as const;
  const { stdout } = await processes.inspect(argv, { timeout: patience });
  const [, state] = /^rdb_last_bgsave_status:(\w+)/m.exec(stdout) ?? [];
  return state === undefined ? undefined : state === "ok";
}

/** Has Redis forget all that Rspamd has learned; where it saves at all, FLUSHALL writes that to the disk. */
export async function forgetAll(processes: Processes): Promise<void> {
  const { exit, stdout } = await processes.run(["redis-cli", "-s", socket, "FLUSHALL"], {
    timeout: writing,
  });
  if (exit !== 0 || stdout.trim() !== "OK") throw noStatistics();
}

/** Has Redis write all that is learned to `statisticsFile`, unless it does so by itself just now. */
export async function writeStatistics(processes: Processes): Promise<void> {
  await processes.run(["redis-cli", "-s", socket, "SAVE"], { timeout: writing });
}

export function noStatistics(): MailwrightError {
  return new MailwrightError("Redis, which keeps what the filter has learned, does not answer", {
    code: "NO_STATISTICS",
    hint: `see: systemctl status ${statisticsUnit}`,
  });
}
