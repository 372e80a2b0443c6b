import type { ApplyEnvironment } from "../apply/apply.ts";
import type { OptionValues } from "./command.ts";
import type { CommandContext } from "./context.ts";

/** One signalled event, really run or rehearsed. */
export type EventRun = Pick<ApplyEnvironment, "event" | "args" | "check">;

/** One root for every command that a script calls, and the folders of this program. */
export function scriptVariables({ paths, environment }: CommandContext): Record<string, string> {
  const share = environment["MAILWRIGHT_SHARE"];
  const folder = process.execPath.slice(0, process.execPath.lastIndexOf("/"));
  return {
    PATH: `${folder}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    MAILWRIGHT_SHARE: share ?? paths.share,
  };
}

export function serviceManager(options: OptionValues): string | undefined {
  const choice = options["service-manager"];
  return typeof choice === "string" ? choice : undefined;
}
