import { ago } from "../../format/times.ts";
import type { System } from "../../system/system.ts";
import { shellWord } from "../pending-changes.ts";
import { failedRuns, type RemoteRun, remoteRuns } from "../remote/remote-runs.ts";
import type { Check } from "./check.ts";
import { type Finding, warning } from "./finding.ts";

/** A run may take its time, and a timer is not to the second. */
const grace = 3_600_000;

/** Names that a finding tells; of the others it tells how many. */
const shownNames = 3;

const units = { fetch: "mailwright-fetch.service", sync: "mailwright-sync.service" } as const;

export const remote: Check = {
  name: "remote",
  about:
    "mail is fetched from accounts at providers, and mailboxes of other servers are copied, without a failure and as often as is to be",
  isOfMachine: true,
  look: async ({ context, system, settings }) => {
    const runs = remoteRuns(context, settings);
    if (runs.length === 0) return [];
    const atWork = { fetch: await isAtWork(system, "fetch"), sync: await isAtWork(system, "sync") };
    return judgeRemote(runs, atWork, system.clock.now());
  },
};

/** Whether the timer's run is going on: systemd calls a oneshot service activating for that long. */
async function isAtWork({ services }: System, kind: RemoteRun["kind"]): Promise<boolean> {
  return (await services.health(units[kind])).state.includes("activating");
}

/** What fails for the same reason is one finding, so that a provider that is down is one. */
export function judgeRemote(
  runs: readonly RemoteRun[],
  atWork: Readonly<Record<RemoteRun["kind"], boolean>>,
  now: number,
): Finding[] {
  const failed = failedRuns(runs);
  const reasons = new Map<string, RemoteRun[]>();
  for (const run of failed) {
    const reason = `${run.kind} ${run.problem}`;
    reasons.set(reason, [...(reasons.get(reason) ?? []), run]);
  }
  const late = runs.filter((run) => !failed.includes(run) && !atWork[run.kind] && isLate(run, now));
  return [
    ...[...reasons.values()].flatMap((group) => failure(group, now)),
    ...(["fetch", "sync"] as const).flatMap((kind) =>
      lateness(
        kind,
        late.filter((run) => run.kind === kind),
      ),
    ),
  ];
}

/** What has not run yet waits since its configuration was made. */
function isLate({ every, made, started }: RemoteRun, now: number): boolean {
  const since = started === undefined ? made : Math.max(started, made ?? 0);
  return every > 0 && since !== undefined && now - since > 2 * every + grace;
}

function failure(group: readonly RemoteRun[], now: number): Finding[] {
  const [first] = group;
  if (first === undefined) return [];
  const { kind, name, problem, succeeded } = first;
  const last = succeeded === undefined ? "never was" : `last was ${ago(succeeded, now)}`;
  const since = group.length === 1 ? ` (it ${last})` : "";
  const advice =
    kind === "fetch" ? `mailwright fetch ${shellWord(name)}` : `mailwright sync run ${shellWord(name)}`;
  return [warning(`${subject(kind, group)}: ${problem}${since}`, name, advice)];
}

function lateness(kind: RemoteRun["kind"], group: readonly RemoteRun[]): Finding[] {
  const [first] = group;
  if (first === undefined) return [];
  return [
    warning(
      `${subject(kind, group)}, though its time has come`,
      units[kind],
      `systemctl status ${units[kind].replace("service", "timer")}; journalctl -u ${units[kind]} -n 20`,
    ),
  ];
}

function subject(kind: RemoteRun["kind"], group: readonly RemoteRun[]): string {
  const names = group.map(({ name }) => name);
  const more = names.length > shownNames ? ` and ${names.length - shownNames} more` : "";
  const shown = `${names.slice(0, shownNames).join(", ")}${more}`;
  return kind === "fetch" ? `mail of ${shown} is not fetched` : `the mailbox of ${shown} is not copied`;
}
