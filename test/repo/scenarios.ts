/** A scenario's title, and the text of what it does: its own lines, and those of the file's helpers that it calls. */
export interface Scenario {
  readonly title: string;
  readonly text: string;
}

/** The scenarios of an e2e file, in their order. */
export function scenariosOf(file: string): Scenario[] {
  const helpers = helpersOf(file);
  const blocks = blocksOf(file, 2).filter((block) => /^ {2}test\b/.test(block));
  return blocks.map((block) => {
    const [, title = ""] = /^ {2}test\w*(?:\.\w+)?\(\s*"((?:[^"\\]|\\.)+)"/.exec(block) ?? [];
    return { title, text: withHelpers(block.replace(JSON.stringify(title), ""), helpers) };
  });
}

/** The body with the helpers that it, and they, call; each once. */
function withHelpers(body: string, helpers: ReadonlyMap<string, string>): string {
  const used = new Set<string>();
  const pending = [body];
  for (let text = pending.pop(); text !== undefined; text = pending.pop()) {
    for (const [name, helper] of helpers) {
      if (used.has(name) || !new RegExp(`\\b${name}\\b`).test(text)) continue;
      used.add(name);
      pending.push(helper);
    }
  }
  return [body, ...[...used].map((name) => helpers.get(name))].join("\n");
}

/** Constants and functions of the file and of its `describe`, by name. */
function helpersOf(file: string): Map<string, string> {
  const blocks = [...blocksOf(file, 0), ...blocksOf(file, 2)];
  return new Map(
    blocks.flatMap((block) => {
      const [, name] = /^ *(?:const|async function|function) (\w+)/.exec(block) ?? [];
      return name === undefined ? [] : [[name, block] as const];
    }),
  );
}

/** The statements that are indented so: each from its first line to the next statement of that depth. */
function blocksOf(file: string, depth: number): string[] {
  return file.split(new RegExp(`^(?= {${depth}}[a-z/])`, "m"));
}
