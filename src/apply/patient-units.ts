/**
 * Units without which mail waits and is not lost, and what is so while they do not run. An event that does not bring
 * them to run tells that and goes on: putting the old files back would not bring them to run either.
 */
const patient: Readonly<Record<string, string>> = {
  "clamav-daemon": "mail is put off until it runs; it needs the signatures that clamav-freshclam fetches",
  "clamav-daemon.socket": "it waits for signatures",
  "clamav-freshclam": "signatures stay as they are until it runs",
};

/** The notice of a patient unit that does not run; `undefined` for every other one. */
export function patientNotice(unit: string, reason: string): string | undefined {
  const meanwhile = patient[unit];
  return meanwhile === undefined ? undefined : `${unit}: ${reason}: ${meanwhile}`;
}
