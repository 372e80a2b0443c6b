import { counted } from "../../format/counted.ts";
import { harmless } from "../../format/harmless.ts";
import type { Style } from "../../format/style.ts";
import { duration } from "../../format/times.ts";
import type { Checked } from "./run-checks.ts";

/** Findings, the critical ones first, each with its advice on a line of its own; then one line that sums up. */
export function doctorView(results: readonly Checked[], seconds: number, style: Style): string {
  const findings = results.flatMap((result) => result.findings);
  const grave = findings.filter(({ severity }) => severity === "critical");
  const others = findings.filter(({ severity }) => severity === "warning");
  const shown = [...grave, ...others].map(({ severity, what, advice }) => {
    const mark = severity === "critical" ? style.bad("critical") : style.changed("warning");
    return `${mark}: ${harmless(what)}\n${advice === "" ? "" : `  ${harmless(advice)}\n`}`;
  });
  const left = results.filter(({ state }) => state === "skipped");
  const looked = counted(results.length - left.length, "check");
  const reasons = [...new Set(left.map(({ skipped = "" }) => skipped))];
  const skipped =
    left.length === 0
      ? ""
      : `; not looked at: ${left.map(({ name }) => name).join(", ")} (${reasons.join("; ")})`;
  const verdict =
    findings.length === 0
      ? style.good("All is well")
      : [
          grave.length > 0 && `${grave.length} critical`,
          others.length > 0 && counted(others.length, "warning"),
        ]
          .filter(Boolean)
          .join(", ");
  return `${shown.join("")}${verdict}: ${looked} in ${duration(seconds)}${skipped}.\n`;
}
