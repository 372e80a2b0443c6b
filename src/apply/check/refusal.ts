import { MailwrightError } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import { distinctPlaces, type Place, tellOrigins } from "./places.ts";

/** How many of a daemon's words are shown: the last ones say why. */
const mostLines = 8;

/** How many lines of files are traced to their fragments: more do not help. */
const mostPlaces = 8;

/** The failure of a check: the daemon's own words, and where the lines come from that they point at. */
export function refusal(daemon: string, words: readonly string[], places: readonly Place[]): MailwrightError {
  const lines = [...words.slice(-mostLines), ...tellOrigins(distinctPlaces(places).slice(0, mostPlaces))];
  return hindered(daemon, words) ?? checkFailed(`${daemon} refuses the new configuration`, lines);
}

/** What keeps a program from judging, by words of strerror(3) or of our own: nothing is wrong with the files then. */
const hindrances = [
  {
    sign: "No space left on device",
    what: "the disk is full where temporary folders are made",
    next: "Make room there and signal the event again.",
  },
  {
    sign: "no more processes can be started here",
    what: "no more processes can be started here",
    next: "End some, or raise the limit, and signal the event again.",
  },
] as const;

function hindered(daemon: string, words: readonly string[]): MailwrightError | undefined {
  const found = hindrances.find(({ sign }) => words.some((line) => line.includes(sign)));
  if (found === undefined) return undefined;
  return new MailwrightError(`${daemon} could not judge the new configuration: ${found.what}`, {
    code: "CHECK_HINDERED",
    hint: [...words.slice(-mostLines), found.next, "Nothing was touched."].join("\n"),
  });
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
