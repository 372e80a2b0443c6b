import type { Event } from "../apply/event.ts";
import { ExitCode } from "../exit-codes.ts";
import type { Result } from "./command.ts";

/** What an event does, in the order in which it does it. */
export function explainEvent(event: Event): Result {
  const { name, description, carriesOut, templates, services, scripts, skipped } = event;
  const action = ({ name: script, path }: Event["scripts"][number]): string =>
    `  ${script.slice(0, 3)}  runs ${path}`;
  return {
    exit: ExitCode.done,
    data: {
      name,
      description,
      carriesOut,
      templates,
      services: Object.fromEntries(services),
      scripts,
      skipped,
    },
    view: (style) =>
      [
        `${style.strong(name)}: ${description}`,
        ...(carriesOut.length > 1 ? [`  carries out ${carriesOut.slice(1).join(", ")} as well`] : []),
        ...scripts.filter((script) => script.name < "S05").map(action),
        ...templates.map((target) => `  S05  makes ${target}`),
        ...scripts.filter((script) => script.name >= "S05" && script.name < "S90").map(action),
        ...[...services].map(([unit, verb]) => `  S90  ${verb}s ${unit}, if a file of it changed`),
        ...scripts.filter((script) => script.name >= "S90").map(action),
        ...skipped.map(({ path }) => `  ---  ${path} is not executable: left out`),
        "",
      ].join("\n"),
  };
}
