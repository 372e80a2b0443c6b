import type { Command } from "../commands/command.ts";

/** How a command is typed, by the name that it was called by. */
export function usageOf(title: string, { synopsis, verbs, takesOptionsAnywhere }: Command): string {
  if (verbs !== undefined) return `${title} ${synopsis}`;
  return takesOptionsAnywhere === true
    ? `${title} ${synopsis} [OPTION]…`.replace("  ", " ")
    : `${title} [OPTION]… ${synopsis}`.trimEnd();
}
