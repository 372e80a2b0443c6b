/**
 * Units without which mail waits and is not lost, and what is so while they do not run. An event that does not bring
 * them to run tells that and goes on: putting the old files back would not bring them to run either.
 */
const patient: Readonly<Record<string, string>> = {
  "clamav-daemon": "mail is put off until it runs; it needs the signatures that clamav-freshclam fetches",
  "clamav-freshclam": "signatures stay as they are until it runs",
};

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
