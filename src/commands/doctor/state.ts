import { isShared } from "../../apply/unit-keys.ts";
import { ago } from "../../format/times.ts";
import { gatherStatus } from "../status.ts";
import { edited, type Status } from "../status-view.ts";
import type { Check } from "./check.ts";
import { critical, type Finding, warning } from "./finding.ts";

export const state: Check = {
  name: "state",
  about:
    "no setting waits to be applied, no file was edited by hand, no fragment of the site stands for one that has changed, no apply was cut off, and the web server runs that files are made for: what status shows",
  limit: 120_000,
  isOfMachine: false,
  isLaborious: true,
  look: async ({ context, system, ledger }) =>
    judgeState(
      await gatherStatus(context, system, ledger),
      ledger.appliedRevisions().size > 0,
      system.clock.now(),
    ),
};

const shownChanges = 3;

/** Longer than any apply takes, its waiting for daemons included. */
const longest = 3_600_000;

/** Nothing can be applied meanwhile, and nothing else is told. */
function overlong(holder: string, since: number, now: number): Finding[] {
  if (now - since <= longest) return [];
  const when = ago(since, now).replace(" ago", "");
  const [, pid] = /\(process (\d+)/.exec(holder) ?? [];
  const advice = pid === undefined ? "mailwright history" : `ps -o pid,lstart,cmd --ppid ${pid} --pid ${pid}`;
  return [warning(`${holder} has been at work for ${when}; nothing else can be applied`, "lock", advice)];
}

/** An apply that is at work now may be over in a moment: what it is about to change is no finding. */
export function judgeState(found: Status, hasApplied: boolean, now: number): Finding[] {
  if (!hasApplied)
    return [
      warning("no settings were ever applied", "mailwright", "signal-event nethserver-mail-server-update"),
    ];
  if (found.atWork !== undefined) return overlong(found.atWork, found.atWorkSince ?? now, now);
  const {
    failed,
    pending,
    services,
    edits,
    outdated,
    overrides,
    confirm,
    interrupted,
    broken,
    deleting,
    problems,
  } = found;
  const waiting = [...new Set(pending.map(({ key, name }) => `${key} ${name}`))];
  const rest = waiting.length - shownChanges;
  const findings: (Finding | false)[] = [
    interrupted !== undefined &&
      critical(`the apply of revision ${interrupted} was cut off`, "mailwright history", "mailwright apply"),
    broken !== undefined &&
      critical(
        `the apply of revision ${broken.revision} failed half-way: ${broken.detail}`,
        "mailwright history",
        "mailwright apply",
      ),
    confirm !== undefined &&
      warning(
        `revision ${confirm.revision} waits to be confirmed`,
        "mailwright history",
        "mailwright confirm",
      ),
    ...problems.map((problem) =>
      critical(`the files cannot be compared: ${problem}`, "templates", "mailwright verify"),
    ),
    ...services.map(({ unit, action }) =>
      warning(`${unit} does not run with its files as they are: ${action}`, unit, "mailwright apply"),
    ),
    ...failed
      .filter(({ unit }) => isShared(unit))
      .map(({ unit, state }) =>
        warning(
          `${unit} does not run, though files are made for it: ${state}`,
          unit,
          `systemctl start ${unit}`,
        ),
      ),
    ...edits.map(({ path, edit }) => warning(`${path}: ${edited[edit]} by hand`, path, "mailwright verify")),
    ...outdated.map((path) =>
      warning(
        `${path} differs from what the settings say`,
        path,
        found.makers.length === 0 ? "mailwright verify" : `signal-event ${found.makers[0]}`,
      ),
    ),
    ...overrides.map(({ path, replaces }) =>
      warning(`${path} stands for a fragment that has changed since: ${replaces}`, path, "mailwright status"),
    ),
    ...deleting.map((record) =>
      warning(`${record} is marked as deleted and still there`, record, "mailwright apply"),
    ),
    waiting.length > 0 &&
      warning(
        `settings wait to be applied: ${waiting.slice(0, shownChanges).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`,
        "mailwright status",
        "mailwright apply",
      ),
  ];
  return findings.filter((finding) => finding !== false);
}
