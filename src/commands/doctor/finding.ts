/** As monitoring counts it: `critical` where mail is lost, refused or not read now; `warning` where that is to be feared. */
export type Severity = "warning" | "critical";

/** What one check has found. */
export interface Finding {
  readonly severity: Severity;
  /** What is wrong, in a clause. */
  readonly what: string;
  /** The unit, file, name in DNS or other place that it is about. */
  readonly where: string;
  /** What to do: a command to type, or a record to publish. */
  readonly advice: string;
}

export const critical = (what: string, where: string, advice: string): Finding => ({
  severity: "critical",
  ...{ what, where, advice },
});

export const warning = (what: string, where: string, advice: string): Finding => ({
  severity: "warning",
  ...{ what, where, advice },
});
