import { MailwrightError } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import { distinctPlaces, type Place, tellOrigins } from "./places.ts";

/** How many of a daemon's words are shown: the last ones say why. */
const mostLines = 8;

/** How many lines of files are traced to their fragments: more do not help. */
const mostPlaces = 8;

/** The failure of a check: the daemon's own words, and where the lines come from that they point at. */
export function refusal(daemon: string, words: readonly string[], places: readonly Place[]): MailwrightError {
  if (words.some((line) => line.includes(noRoom))) return withoutRoom(daemon, words);
  return checkFailed(`${daemon} refuses the new configuration`, [
    ...words.slice(-mostLines),
    ...tellOrigins(distinctPlaces(places).slice(0, mostPlaces)),
  ]);
}

/** ENOSPC in the words of strerror(3). */
const noRoom = "No space left on device";

/** The failure of a check that had no room for what it writes into its private folder: nothing is wrong with the files. */
function withoutRoom(daemon: string, words: readonly string[]): MailwrightError {
  const hint = [
    ...words.slice(-mostLines),
    "Make room there and signal the event again. Nothing was touched.",
  ];
  return new MailwrightError(
    `${daemon} could not judge the new configuration: the disk is full where temporary folders are made`,
    { code: "FILE", hint: hint.join("\n") },
  );
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
