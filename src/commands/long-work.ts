import type { CommandContext } from "./context.ts";

/**
 * Does work that may take long: a terminal shows that it goes on, and the log has what came of it, in the words of
 * `detail`. With `--json` the result alone is printed.
 */
export async function longWork<T>(
  { program, json, report }: Pick<CommandContext, "program" | "json" | "report">,
  action: string,
  work: () => Promise<T>,
  detail: (result: T) => string,
): Promise<T> {
  if (json) return work();
  const step = { event: program.replace(/^mailwright /, ""), action, step: 1 };
  const begun = performance.now();
  const done = (exit: number, text: string): void => {
    const time = (performance.now() - begun) / 1000;
    report({ ...step, kind: "done", exit, time, progress: 1, detail: text });
  };
  report({ ...step, kind: "running" });
  try {
    const result = await work();
    done(0, detail(result));
    return result;
  } catch (error) {
    done(1, error instanceof Error ? error.message : String(error));
    throw error;
  }
}
