/**
 * Units without which mail waits and is not lost, and what is so while they do not run. An event that does not bring
 * them to run tells that and goes on: putting the old files back would not bring them to run either.
 */
const patient: Readonly<Record<string, string>> = {
  "clamav-daemon": "mail is put off until it runs; it needs the signatures that clamav-freshclam fetches",
  "clamav-freshclam": "signatures stay as they are until it runs",
};

/** What is so while such a unit does not run; empty for others. */
export const meanwhileOf = (unit: string): string => patient[unit] ?? "";

/** What to tell of such a unit that does not run: what is so meanwhile, and what helps; a line each. */
export function patientAdvice(unit: string): string[] {
  const meanwhile = patient[unit];
  if (meanwhile === undefined) return [];
  const scanner = [
    "  all mail, unless VirusScanSoftReject of rspamd is disabled",
    "  whether they are fetched: systemctl status clamav-freshclam",
    "  to go on without: config setprop rspamd VirusCheckStatus disabled; signal-event nethserver-mail-filter-save",
  ];
  return [`  ${meanwhile}`, ...(unit === "clamav-daemon" ? scanner : [])];
}

/** The failures of other units; those of patient ones are told. */
export function withoutPatient<T extends { readonly unit: string; readonly reason: string }>(
  failures: readonly T[],
  steps: { notice(text: string): void },
): T[] {
  return failures.filter(({ unit, reason }) => {
    const meanwhile = patient[unit];
    if (meanwhile !== undefined) steps.notice(`${unit}: ${reason}: ${meanwhile}`);
    return meanwhile === undefined;
  });
}
