import { refused } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import { chart, roundTop } from "../../format/chart.ts";
import { counted } from "../../format/counted.ts";
import { dateTime } from "../../format/times.ts";
import { realSystem } from "../../system/real-system.ts";
import type { Handler, Screen } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { bytesText } from "../people/sizes.ts";
import { queuedMail } from "./queued-mail.ts";

/** How the queue was at a time. */
export interface Sample {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly messages: number;
  readonly bytes: number;
}

/** Seconds between two looks, unless `--every` says otherwise. */
const usualPause = 2;

/** Lines of each of the two charts. */
const rows = 6;

/** Draws messages and kilobytes in the queue over the last minutes; without a terminal, a line for each look. */
export const queueWatch: Handler = (context, _args, options) => {
  const every = secondsOf(options["every"]);
  const count = looksOf(options["count"]);
  return {
    exit: ExitCode.done,
    lines: (screen) => watch(context, every * 1000, count, options["utc"] === true, screen),
  };
};

function secondsOf(text: string | boolean | undefined): number {
  if (text === undefined) return usualPause;
  const seconds = Number(text);
  if (seconds >= 0.2 && seconds <= 3600) return seconds;
  throw refused(`--every: ${text} is refused`, "USAGE", "accepted: seconds, from 0.2 to 3600");
}

function looksOf(text: string | boolean | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw refused(`--count: ${text} is refused`, "USAGE", "accepted: a whole number above 0");
}

async function* watch(
  context: CommandContext,
  pause: number,
  count: number,
  isUtc: boolean,
  screen: () => Screen | undefined,
): AsyncGenerator<string> {
  const { clock } = realSystem(context.paths.root, "none");
  const samples: Sample[] = [];
  for (let turn = 0; turn < count; turn++) {
    if (turn > 0) await clock.sleep(pause);
    const queue = await queuedMail(context);
    const bytes = queue.reduce((sum, { size }) => sum + size, 0);
    const sample = { time: clock.now(), messages: queue.length, bytes };
    samples.push(sample);
    const seen = screen();
    if (samples.length > 1000) samples.shift();
    yield seen === undefined || context.json
      ? lineOf(sample, context.json, isUtc)
      : drawing(samples, seen, turn > 0);
  }
}

function lineOf({ time, messages, bytes }: Sample, json: boolean, isUtc: boolean): string {
  if (json) return `${JSON.stringify({ time: new Date(time).toISOString(), messages, bytes })}\n`;
  return `${dateTime(time, isUtc)}  ${counted(messages, "message")}  ${bytesText(bytes)}\n`;
}

/** Both charts; over those of before, where there are some. */
export function drawing(samples: readonly Sample[], { columns, unicode }: Screen, isAgain: boolean): string {
  const first = samples.at(-(columns - 1))?.time ?? samples[0]?.time ?? 0;
  const last = samples.at(-1);
  const span = Math.round(((last?.time ?? 0) - first) / 1000);
  const part = (name: string, values: readonly number[], now: string): string[] => {
    const top = roundTop(Math.max(...values.slice(-(columns - 1))));
    return [
      `${name}: ${now} (top of the chart: ${top})`,
      ...chart(values, { columns: columns - 1, rows, top }, unicode),
    ];
  };
  const kilobytes = samples.map(({ bytes }) => bytes / 1024);
  const lines = [
    ...part(
      "messages",
      samples.map(({ messages }) => messages),
      String(last?.messages ?? 0),
    ),
    ...part("kilobytes", kilobytes, String(Math.round(kilobytes.at(-1) ?? 0))),
    `the last ${span < 120 ? `${span} s` : `${Math.round(span / 60)} minutes`}; Ctrl-C ends`,
  ];
  const up = isAgain ? `\u001b[${lines.length}A` : "";
  return up + lines.map((line) => `\r\u001b[K${line.slice(0, columns - 1)}\n`).join("");
}
