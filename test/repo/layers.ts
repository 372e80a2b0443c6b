import { dirname, join } from "node:path/posix";

/** Texts of source files by their paths, such as `src/db/store.ts`. */
export type Sources = ReadonlyMap<string, string>;

/** Each folder of src, and `.` for the files directly in it, with its level; imports go to lower ones. */
const levels: Readonly<Record<string, number>> = {
  ".": 0,
  system: 1,
  db: 2,
  catalogue: 2,
  format: 2,
  log: 2,
  mail: 3,
  template: 3,
  apply: 4,
  commands: 5,
  cli: 6,
};

const childProcesses = /^(?:node:child_process|execa)$/;

/** Modules that few may use: who, by path. */
const reserved: readonly (readonly [module: RegExp, users: RegExp])[] = [
  [/^node:sqlite$/, /^src\/db\//],
  [/^(?:chalk|cli-table3|diff)$/, /^src\/format\//],
  [/^node:fs(?:\/promises)?$/, /^src\/(?:system\/|db\/|cli\/|paths\.ts$)/],
  [childProcesses, /^src\/system\//],
];

const longest = 280;

/** The layer that a path belongs to; `undefined` outside src. */
function layerOf(path: string): string | undefined {
  const [, folder] = /^src\/(?:([^/]+)\/)?/.exec(path) ?? [];
  return path.startsWith("src/") ? (folder ?? ".") : undefined;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*.*?\*\//gs, "").replace(/^\s*\/\/.*$/gm, "");
}

/** What a file imports, types and lazily loaded modules too: paths within the project, or names of modules. */
export function importsOf(path: string, text: string): string[] {
  const code = withoutComments(text);
  const statements = [
    ...code.matchAll(/^\s*(?:import|export)\b[^;"'`]*?\bfrom\s*["']([^"']+)["']/gm),
    ...code.matchAll(/^\s*import\s*["']([^"']+)["']/gm),
    ...code.matchAll(/\bimport\(\s*["']([^"']+)["']\s*\)/g),
  ];
  return statements.map(([, name = ""]) => (name.startsWith(".") ? join(dirname(path), name) : name));
}

function forbiddenImport(path: string, target: string): string | undefined {
  const layer = layerOf(path);
  if (layer === undefined) return undefined;
  const [module, users] = reserved.find(([name]) => name.test(target)) ?? [];
  if (module !== undefined && users?.test(path) === false)
    return `imports ${target}, which is not its to use`;
  const targetLayer = layerOf(target);
  if (targetLayer === undefined) {
    const isOutside = /^(?:bin|packaging|test|templates|events|bench)\//.test(target);
    return isOutside ? `imports ${target}, which is not part of the program` : undefined;
  }
  if (targetLayer === layer) return undefined;
  const level = levels[layer] ?? Number.NaN;
  const targetLevel = levels[targetLayer] ?? Number.NaN;
  if (targetLevel < level) return undefined;
  return targetLevel === level
    ? `imports ${target}, which is on its own level`
    : `imports ${target}, which is above it`;
}

function faultsOf(path: string, text: string): string[] {
  const code = withoutComments(text);
  const count = text.split("\n").length - 1;
  const layer = layerOf(path);
  return [
    ...(layer !== undefined && levels[layer] === undefined ? [`is in src/${layer}, which has no level`] : []),
    ...(count > longest ? [`has ${count} lines, more than ${longest}`] : []),
    ...(/\bBun\b\s*[.[]|["']bun(?::\w+)?["']/.test(code) ? ["uses Bun's own interface"] : []),
    ...(/^\s*export\s+default\b|\bas\s+default\b/m.test(code) ? ["has a default export"] : []),
    ...(/^\s*export\s+(?:type\s+)?(?:\*|\{[^}]*\})[^;]*\bfrom\b/m.test(code)
      ? ["hands on another file's exports"]
      : []),
    ...(/\b(?:TODO|FIXME|XXX|HACK)\b/.test(text) ? ["has a note of unfinished work"] : []),
  ];
}

/** Every file of src that no entry leads to. */
function unreachable(sources: Sources): string[] {
  const seen = new Set<string>();
  const waiting = [...sources.keys()].filter((path) => /^(?:bin|packaging)\//.test(path));
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    waiting.push(...importsOf(path, sources.get(path) ?? "").filter((target) => sources.has(target)));
  }
  return [...sources.keys()].filter((path) => path.startsWith("src/") && !seen.has(path));
}

/** What breaks the layering and the habits of the sources, a line each. */
export function violationsOf(sources: Sources): string[] {
  const ofFiles = [...sources].flatMap(([path, text]) => {
    if (!path.startsWith("src/")) return [];
    const imports = importsOf(path, text).flatMap((target) => forbiddenImport(path, target) ?? []);
    return [...imports, ...faultsOf(path, text)].map((fault) => `${path} ${fault}`);
  });
  return [...ofFiles, ...unreachable(sources).map((path) => `${path} is imported by nothing`)].sort();
}
