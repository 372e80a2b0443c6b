import { MailwrightError } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import { distinctPlaces, type Place, tellOrigins } from "./places.ts";

/** How many of a daemon's words are shown: the last ones say why. */
const mostLines = 8;

/** How many lines of files are traced to their fragments: more do not help. */
const mostPlaces = 8;

/** The failure of a check: the daemon's own words, and where the lines come from that they point at. */
export function refusal(daemon: string, words: readonly string[], places: readonly Place[]): MailwrightError {
  return checkFailed(`${daemon} refuses the new configuration`, [
    ...words.slice(-mostLines),
    ...tellOrigins(distinctPlaces(places).slice(0, mostPlaces)),
  ]);
}

/** The failure of a check that did not end. */
export function tooSlow(
  daemon: string,
  title: string,
  words: readonly string[],
  limit: number,
): MailwrightError {
  return checkFailed(`${daemon} does not come to a verdict on the new configuration`, [
    ...words.slice(-mostLines),
    `${title}: it took too long, and was ended after ${limit / 1000} s.`,
  ]);
}

function checkFailed(sentence: string, lines: readonly string[]): MailwrightError {
  return new MailwrightError(sentence, {
    code: "CHECK_FAILED",
    hint: [...lines, "Nothing was touched."].join("\n"),
    exit: ExitCode.invalidConfiguration,
  });
}
