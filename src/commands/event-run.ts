import { basename } from "node:path";
import type { ApplyEnvironment } from "../apply/apply-environment.ts";
import { type OnEdit, onEditChoices } from "../apply/edits.ts";
import { refused } from "../errors.ts";
import type { OptionValues } from "./command.ts";
import type { CommandContext } from "./context.ts";
import type { Doomed } from "./deleted-record.ts";

/** One event, or many as one, really run or rehearsed. */
export interface EventRun extends Pick<ApplyEnvironment, "event" | "args"> {
  /** The records that it deletes; where not given, the one that the event says of its first argument. */
  readonly doomed?: readonly Doomed[];
}

/** What the options say of how an event is carried out; refuses what they do not accept. */
export function applySettings(
  options: OptionValues,
): Pick<ApplyEnvironment, "check" | "onEdit" | "actionTimeout"> {
  const onEdit = options["on-edit"] ?? "keep";
  if (!isOnEdit(onEdit)) {
    throw refused(
      `--on-edit=${onEdit}: there is no such choice`,
      "USAGE",
      `accepted: ${onEditChoices.join(", ")}`,
    );
  }
  return {
    check: options["no-check"] !== true,
    onEdit,
    actionTimeout: milliseconds("action-timeout", options["action-timeout"] ?? "10m"),
  };
}

function isOnEdit(value: unknown): value is OnEdit {
  return onEditChoices.some((choice) => choice === value);
}

/** Twenty days: a timer of this program cannot count to more than 24. */
const longest = 480 * 3_600_000;

/** The time that an option gives, in milliseconds. */
export function milliseconds(option: string, time: string | boolean): number {
  const [, number, unit = "s"] = /^(\d+)(ms|s|m|h)?$/.exec(String(time)) ?? [];
  const milliseconds = Number(number) * ({ ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit] ?? 1000);
  if (milliseconds <= longest) return milliseconds;
  const problem = number === undefined ? "it is no time" : "it is too long";
  throw refused(
    `--${option} ${time}: ${problem}`,
    "USAGE",
    "accepted: a number with its unit, such as 10s or 5m, of up to 480h",
  );
}

/** One root for every command that a script calls, and the folders of this program. */
export function scriptVariables({ paths, environment }: CommandContext): Record<string, string> {
  const share = environment["MAILWRIGHT_SHARE"];
  return {
    PATH: `${programFolder()}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    MAILWRIGHT_SHARE: share ?? paths.share,
  };
}

/** Where this program lies, under all its names. */
export function programFolder(): string {
  return process.execPath.slice(0, process.execPath.lastIndexOf("/"));
}

/** What is run to run this program again: itself, or under Node its script, which is executable. */
export function programPath(): string {
  const own = `${programFolder()}/mailwright`;
  const script = process.argv[1];
  return basename(process.execPath) === "node" && script !== undefined ? script : own;
}

export function serviceManager(options: OptionValues): string | undefined {
  const choice = options["service-manager"];
  return typeof choice === "string" ? choice : undefined;
}
