import { MailwrightError } from "../errors.ts";
import { ExitCode } from "../exit-codes.ts";
import type { System } from "../system/system.ts";
import { type Place, placesIn, tellOrigins } from "./check/places.ts";
import type { Listener } from "./listeners.ts";
import type { PlannedFile } from "./plan.ts";
import type { Restored } from "./restore.ts";
import type { Failure } from "./verify.ts";

const code = "SERVICE_FAILED";

/** How many of a unit's lines are told. */
const shownLines = 8;

/**
 * What failed in words: each unit's reason, what it has logged, and the lines of files that this points at. The first
 * errors since the units were adjusted say why; between the last lines may be those of all the mail that flows.
 */
export async function serviceFailure(
  system: System,
  failures: readonly (Failure & { readonly words?: string })[],
  files: readonly PlannedFile[],
  since: number,
): Promise<MailwrightError> {
  const named = files.map(({ rendered }) => ({ file: rendered, names: [rendered.path] }));
  const hint: string[] = [];
  for (const { unit, words = "", listener } of failures) {
    const errors = (await system.services.errorsSince(unit, since)).slice(0, shownLines);
    const last = errors.length > 0 ? errors : await system.services.lastLines(unit, shownLines);
    const said = [...words.split("\n"), ...last].filter((line) => line !== "");
    // Its log speaks of much: only words that name a file point at one of its lines.
    const pointing = said.filter((line) => files.some(({ rendered }) => line.includes(rendered.path)));
    const places = listener === undefined ? placesIn(pointing, named) : configured(listener, files);
    hint.push(...said, ...tellOrigins(places));
    if (last.length === 0) hint.push(`See: journalctl -u ${unit} -n 20`);
  }
  const reasons = failures.map(({ unit, reason }) => `${unit}: ${reason}`);
  return new MailwrightError(reasons.join("; "), { code, hint: hint.join("\n") });
}

/** The line that names the port which does not answer. */
function configured({ path, line }: Listener, files: readonly PlannedFile[]): Place[] {
  return files
    .filter(({ rendered }) => rendered.path === path)
    .map(({ rendered }) => ({ file: rendered, line }));
}

export function isServiceFailure(error: unknown): error is MailwrightError {
  return error instanceof MailwrightError && error.code === code;
}

/** A restore in a few words. */
export function restoredText({ files, services, problems }: Restored): string {
  const put = files.length === 0 ? [] : [`${files.length} ${files.length === 1 ? "file" : "files"} put back`];
  return [...put, ...services, ...problems].join("; ") || "nothing had to be put back";
}

/** What is to be done about the settings after all went back. */
export const settingsWait =
  "What asked for it is still there: settings wait (config changes), fragments lie in /etc/mailwright/templates. " +
  "Mend it, then signal the event again.";

/** The failure with what became of the server: exit 5 where all is as it was, 1 where something is not. */
export function restoredError(cause: MailwrightError, restored: Restored): MailwrightError {
  const { problems, services } = restored;
  const isWhole = problems.length === 0;
  const now = isWhole
    ? `Everything is as it was before: ${restoredText(restored)}.`
    : `The files are as before, but not everything is: ${problems.join("; ")}`;
  const next = isWhole
    ? settingsWait
    : `See: systemctl status ${services[0]?.split(" ")[0] ?? ""}, journalctl -b -p err.`;
  return new MailwrightError(cause.message, {
    code: isWhole ? "RESTORED" : "RESTORE_INCOMPLETE",
    hint: [cause.hint, now, ...restored.notes, next].filter(Boolean).join("\n"),
    exit: isWhole ? ExitCode.restored : ExitCode.failed,
    cause,
  });
}

/** The failure, where the old files could not be put back either. */
export function hinderedError(cause: MailwrightError, hindrance: unknown): MailwrightError {
  const own = hindrance instanceof MailwrightError ? hindrance.hint : undefined;
  const what = hindrance instanceof Error ? hindrance.message : String(hindrance);
  return new MailwrightError(cause.message, {
    code: "RESTORE_INCOMPLETE",
    hint: [cause.hint, `The old files cannot be put back: ${what}`, own].filter(Boolean).join("\n"),
    cause: hindrance,
  });
}
