import { MailwrightError } from "../../errors.ts";
import type { Check, Machine } from "./check.ts";
import type { CheckName } from "./check-names.ts";
import { critical, type Finding, type Severity, warning } from "./finding.ts";

/** What became of one check. `skipped`: it was not looked, and why. */
export interface Checked {
  readonly name: CheckName;
  readonly state: "good" | Severity | "skipped";
  readonly findings: readonly Finding[];
  readonly skipped?: string;
}

const usualLimit = 10_000;

/** Runs all side by side, those that compute much one after the other behind them; results are in the order of the checks. */
export async function runChecks(machine: Machine, checks: readonly Check[]): Promise<Checked[]> {
  const results = new Map<string, Checked>();
  const run = async (check: Check): Promise<void> => {
    results.set(check.name, await runCheck(machine, check));
  };
  await Promise.all(checks.filter(({ isLaborious }) => isLaborious !== true).map(run));
  for (const check of checks.filter(({ isLaborious }) => isLaborious === true)) await run(check);
  return checks.flatMap(({ name }) => results.get(name) ?? []);
}

async function runCheck(machine: Machine, check: Check): Promise<Checked> {
  const { name, isOfMachine } = check;
  if (isOfMachine && machine.system.services.name === "none")
    return skipped(name, "no service manager runs here");
  try {
    return checked(name, await within(check, check.look(machine)));
  } catch (error) {
    if (!(error instanceof MailwrightError) || error.code === "INTERRUPTED") throw error;
    // The check of the database tells that, once.
    if (/^DATABASE/.test(error.code)) return skipped(name, "the settings cannot be read");
    const [hint = ""] = (error.hint ?? "").split("\n");
    return checked(name, [critical(error.message, name, hint)]);
  }
}

export function checked(name: CheckName, findings: readonly Finding[]): Checked {
  const isCritical = findings.some(({ severity }) => severity === "critical");
  return { name, findings, state: findings.length === 0 ? "good" : isCritical ? "critical" : "warning" };
}

export function skipped(name: CheckName, reason: string): Checked {
  return { name, findings: [], state: "skipped", skipped: reason };
}

/** What the check found, or that it took too long; what it waits for then is not waited for. */
function within(
  { name, limit = usualLimit }: Check,
  work: Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  return new Promise((resolve, reject) => {
    const late = warning(
      `the check ${name} has not ended within ${limit / 1000} s`,
      name,
      `mailwright doctor --only ${name}`,
    );
    const timer = setTimeout(() => resolve([late]), limit);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
