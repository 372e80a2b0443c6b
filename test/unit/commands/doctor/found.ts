import type { Finding } from "../../../../src/commands/doctor/finding.ts";

/** Findings as `SEVERITY ADVICE`. */
export function found(findings: readonly Finding[]): string[] {
  return findings.map(({ severity, advice }) => `${severity} ${advice}`);
}
