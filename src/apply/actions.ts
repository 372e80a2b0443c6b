import { MailwrightError } from "../errors.ts";
import { duration } from "../format/times.ts";
import type { System } from "../system/system.ts";
import type { Script } from "./event.ts";

/** What an action script is told, beside the event's name and arguments. */
interface ActionCall {
  readonly event: string;
  readonly args: readonly string[];
  readonly root: string;
  /** Files that this apply has changed so far. */
  readonly changed: readonly string[];
  /** Variables that the scripts inherit, such as where the shipped data lie. */
  readonly environment: Readonly<Record<string, string>>;
  /** Milliseconds after which it is ended. */
  readonly timeout: number;
  readonly onLine: (line: string) => void;
}

/** How much of a script's output a failure repeats. */
const keptLines = 5;

/** Bytes: one variable takes 128 KiB (MAX_ARG_STRLEN, execve(2)). */
const variableSize = 100_000;

/** As many of the files as fit into a variable, a line each; a last line says how many more there are. */
function fitting(changed: readonly string[]): string {
  let size = 0;
  let count = 0;
  for (const path of changed) {
    size += Buffer.byteLength(path) + 1;
    if (size > variableSize) break;
    count++;
  }
  const rest = changed.length - count;
  return [...changed.slice(0, count), ...(rest === 0 ? [] : [`… ${rest} more`])].join("\n");
}

/** What was done when a script failed, by where it stands among the steps. */
function doneBefore(name: string): string {
  if (name < "S05") return "Nothing was touched.";
  return name < "S90"
    ? "The files are written, the services were not touched."
    : "The files are written, and the services run with them.";
}

/** Runs one action script, its output line by line; throws where it fails. */
export async function runAction(system: System, script: Script, call: ActionCall): Promise<void> {
  const lastLines: string[] = [];
  const { exit, stderr, timedOut } = await system.processes.run([script.path, call.event, ...call.args], {
    folder: "/",
    environment: {
      ...call.environment,
      MAILWRIGHT_ROOT: call.root,
      MAILWRIGHT_EVENT: call.event,
      MAILWRIGHT_CHANGED: fitting(call.changed),
    },
    timeout: call.timeout,
    onLine: (line) => {
      call.onLine(line);
      lastLines.push(line);
      if (lastLines.length > keptLines) lastLines.shift();
    },
  });
  if (exit === 0 && !timedOut) return;
  const limit = `ran for ${duration(call.timeout / 1000)}, which is its limit, and was ended with all its processes`;
  throw new MailwrightError(`the action ${script.name} ${timedOut ? limit : `failed with status ${exit}`}`, {
    code: "ACTION_FAILED",
    hint: [
      // Without a line, the process could not even be started.
      ...(lastLines.length === 0 ? stderr.trim().split("\n") : lastLines),
      doneBefore(script.name),
      timedOut
        ? `Look what ${script.path} waits for, or give it more time: --action-timeout 30m. Then signal ${call.event} again.`
        : `Mend what ${script.path} complains of, then signal ${call.event} again.`,
    ].join("\n"),
  });
}
