import { checkFiles, type Verdict } from "../../../../src/apply/check/check-files.ts";
import type { PlannedFile } from "../../../../src/apply/plan.ts";
import type { Outcome, Processes, System } from "../../../../src/system/system.ts";
import type { RenderedFile } from "../../../../src/template/render.ts";
import { type Machine, success } from "../harness.ts";

/** A file as a template makes it: line N is from the fragment's line N and uses the property `PN` of `key`. */
export function rendered(
  path: string,
  text: string | undefined,
  metadata: Partial<RenderedFile["metadata"]> = {},
): RenderedFile {
  const rows = text?.replace(/\n$/, "").split("\n") ?? [];
  return {
    path,
    template: path,
    text,
    secret: false,
    fragments: [],
    metadata: {
      ...{ syntax: "plain", owner: "root", group: "root", mode: 0o644, comment: false, secret: false },
      ...{ check: undefined, services: undefined, when: undefined, each: undefined, name: undefined },
      ...{ map: undefined, pem: undefined, keys: undefined, listens: undefined, needs: undefined },
      ...metadata,
    },
    lines: rows.map((_, index) => ({
      fragment: "/site/95x.hbs",
      line: index + 1,
      uses: [{ source: `key P${index + 1}`, secret: false }],
    })),
  };
}

/** A file that is to be written; without a text one that is to be removed. */
export function planned(
  path: string,
  text: string | undefined,
  metadata: Partial<RenderedFile["metadata"]> = {},
  state: PlannedFile["state"] = "changed",
): PlannedFile {
  return {
    rendered: rendered(path, text, metadata),
    state,
    bytes: text === undefined ? undefined : Buffer.from(text),
    before: { bytes: undefined, status: undefined },
    lastWritten: undefined,
    edit: undefined,
    uid: undefined,
    gid: undefined,
  };
}

export function check(machine: Machine, files: readonly PlannedFile[]): Promise<Verdict[]> {
  return checkFiles(machine.system, machine.paths, files);
}

/** The hint of the failure, line by line, with the sentence in front. */
export async function refusalOf(work: Promise<unknown>): Promise<string[]> {
  const error = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof Error)) throw new Error("it was not refused");
  return [error.message, ...("hint" in error ? String(error.hint) : String(error.stack)).split("\n")];
}

/** What is left of staging. */
export function left(machine: Machine): string[] {
  return machine.volume.readdirSync("/tmp").map(String);
}

/** The folder in which a path of a command line is staged. */
export function stageOf(argv: readonly string[]): string {
  return /\/tmp\/mailwright-[^/]*/.exec(argv.join(" "))?.[0] ?? "no stage";
}

/** All that was run, a line each, with STAGE for the folder. */
export function commands(machine: Machine): string[] {
  return machine.processes.calls.map((argv) => argv.join(" ").replaceAll(stageOf(argv), "STAGE"));
}

/** The machine with programs that take their time. */
export function slowed(machine: Machine, milliseconds: number): System {
  const { processes } = machine;
  const slow: Processes = {
    run: (argv, options) => processes.run(argv, options),
    inspect: async (argv, options) => {
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      return processes.inspect(argv, options);
    },
    leave: () => undefined,
    undisturbed: (work) => work(),
    find: (program) => processes.find(program),
  };
  return { ...machine.system, processes: slow };
}

export const failure = (stderr: string, exit = 1): Outcome => ({ ...success, exit, stderr });
