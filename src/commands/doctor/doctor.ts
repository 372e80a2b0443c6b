import { databaseFaults } from "../../db/integrity.ts";
import { readLedger } from "../../db/store.ts";
import { MailwrightError, refused } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import { realSystem } from "../../system/real-system.ts";
import type { GivenOptions, Handler } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { serviceManager } from "../event-run.ts";
import { openSettings } from "../open-settings.ts";
import type { Check } from "./check.ts";
import { checkNames, isCheckName } from "./check-names.ts";
import { allChecks } from "./checks.ts";
import { damaged } from "./database.ts";
import { doctorView } from "./doctor-view.ts";
import { critical, type Finding } from "./finding.ts";
import { type Checked, checked, runChecks, skipped } from "./run-checks.ts";

/** What Nagios and its kin take for good, warning and critical; 3, a refused command line, is unknown to them. */
const exits = { good: ExitCode.done, warning: 1, critical: 2 } as const;

/** Looks whether all is well; exit 1 where there are warnings alone, 2 where something is critical. */
export const doctor: Handler = async (context, _args, options, given) => {
  const { clock } = realSystem(context.paths.root, "none");
  const start = clock.ticks();
  const results = await look(context, chosenChecks(given), serviceManager(options));
  const seconds = (clock.ticks() - start) / 1000;
  const states = new Set(results.map(({ state }) => state));
  const worst = states.has("critical") ? "critical" : states.has("warning") ? "warning" : "good";
  return {
    exit: exits[worst],
    data: {
      state: worst,
      checks: results.map(({ name, state, skipped: reason }) => ({ name, state, skipped: reason })),
      findings: results.flatMap(({ name, findings }) =>
        findings.map((finding) => ({ check: name, ...finding })),
      ),
    },
    view: (style) => doctorView(results, seconds, style),
  };
};

function chosenChecks(given: GivenOptions): Check[] {
  const named = (option: string): string[] =>
    given.filter(([name]) => name === option).flatMap(([, value]) => value.split(","));
  const [only, without] = [named("only"), named("skip")];
  const unknown = [...only, ...without].find((name) => !isCheckName(name));
  if (unknown !== undefined)
    throw refused(`there is no check ${unknown}`, "USAGE", `accepted: ${checkNames.join(", ")}`);
  const chosen = allChecks.filter(
    ({ name }) => (only.length === 0 || only.includes(name)) && !without.includes(name),
  );
  if (chosen.length > 0) return chosen;
  throw refused("--skip leaves no check", "USAGE", `accepted: one or more of ${checkNames.join(", ")}`);
}

/** A database that is damaged, or no database, is all that there is to tell: what it says cannot be believed. */
async function look(
  context: CommandContext,
  checks: readonly Check[],
  manager: string | undefined,
): Promise<Checked[]> {
  const { database: path } = context.paths;
  const faults = databaseFaults(path);
  if (faults.length > 0) return nothingElse(checks, damaged(path, faults));
  const system = realSystem(context.paths.root, manager);
  try {
    const ledger = readLedger(path);
    try {
      return await openSettings(context, (settings) =>
        runChecks({ context, system, settings, ledger }, checks),
      );
    } finally {
      ledger.close();
    }
  } catch (error) {
    if (!(error instanceof MailwrightError && error.code.startsWith("DATABASE"))) throw error;
    return nothingElse(checks, critical(error.message, path, error.hint ?? ""));
  }
}

function nothingElse(checks: readonly Check[], finding: Finding): Checked[] {
  const others = checks.filter(({ name }) => name !== "database");
  return [
    checked("database", [finding]),
    ...others.map(({ name }) => skipped(name, "the settings cannot be read")),
  ];
}
