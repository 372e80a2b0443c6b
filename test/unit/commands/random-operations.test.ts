import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Outcome, runCli } from "../../cli/run-cli.ts";
import { ModelDatabase } from "./model.ts";

const count = 20_000;
/** Every so many operations the database is exported, imported elsewhere in both forms, and compared whole. */
const interval = 400;

/** Memory, where there is some: 20 000 durable writes on a disk take minutes. */
const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "mailwright-model-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const words = [
  ...[
    "a",
    "b",
    "k-1",
    "#c",
    "x=y",
    "0",
    "x|y",
    "C:\\new",
    "\\",
    "a\\",
    "\\|",
    " blanks ",
    "--force",
    "-1",
    "Zürich",
  ],
  ...[
    "日本",
    "🐟",
    "\uFF5E",
    "__proto__",
    "constructor",
    "john doe",
    "~",
    "null",
    "<b>",
    "`id`",
    '"',
    "'",
    "%s",
    "\t",
  ],
];
const broken = ["", "a\nb", "a\0b", "type"];

/** Numbers from 0 to 1, the same ones for the same seed (xorshift32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Command lines, most of them about keys that exist, some of them wrong. */
class CommandLines {
  constructor(
    private readonly random: () => number,
    private readonly model: ModelDatabase,
  ) {}

  next(): [verb: string, args: string[]] {
    const verbs: readonly [weight: number, verb: string, args: () => string[]][] = [
      [1, "keys", () => []],
      [3, "getprop", () => [this.key(), this.word()]],
      [1, "gettype", () => [this.key()]],
      [1, "get", () => [this.key()]],
      [1, "print", () => this.maybe(this.key())],
      [1, "show", () => this.maybe(this.key())],
      [1, "printtype", () => this.maybe(this.key())],
      [1, "getjson", () => [this.key()]],
      [1, "printjson", () => this.maybe(this.key())],
      [1, "showjson", () => this.maybe(this.key())],
      [2, "printprop", () => [this.key(), ...this.some(() => this.word())]],
      [4, "set", () => [this.key(), this.word(), ...this.pairs()]],
      [6, "setprop", () => [this.key(), this.word(), this.value(), ...this.pairs()]],
      [2, "setdefault", () => [this.key(), this.word(), ...this.pairs()]],
      [2, "settype", () => [this.key(), this.word()]],
      [3, "delprop", () => [this.key(), this.word(), ...this.some(() => this.word())]],
      [3, "delete", () => [this.key()]],
      [1, "setjson", () => [JSON.stringify(this.some(() => this.jsonRecord()))]],
      [1, "batch", () => this.some(() => JSON.stringify(this.batchLine()))],
      [0.5, "rollback", () => [String(Math.floor(this.random() * (this.model.newestRevision + 1.1)))]],
    ];
    let at = this.random() * verbs.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, verb, args] of verbs) {
      at -= weight;
      if (at < 0) return [verb, args()];
    }
    return ["keys", []];
  }

  private batchLine(): string[] {
    for (;;) {
      const [verb, args] = this.next();
      const fits = ["set", "setprop", "setdefault", "settype", "delprop", "delete"].includes(verb);
      // A line holds no line break.
      if (fits && !args.some((word) => word.includes("\n"))) return [verb, ...args];
    }
  }

  private jsonRecord(): unknown {
    const props = Object.fromEntries(Array.from({ length: 2 }, () => [this.word(), this.value()]));
    return { name: this.key(), type: this.word(), ...(this.random() < 0.3 ? {} : { props }) };
  }

  private pick(all: readonly string[]): string {
    return all[Math.floor(this.random() * all.length)] ?? "";
  }

  private key(): string {
    const keys = this.model.keys();
    return keys.length > 0 && this.random() < 0.6 ? this.pick(keys) : this.word();
  }

  private word(): string {
    return this.random() < 0.015 ? this.pick(broken) : this.pick(words);
  }

  private value(): string {
    return this.random() < 0.2 ? "" : `${this.word()}${this.random() < 0.3 ? this.word() : ""}`;
  }

  private maybe(word: string): string[] {
    return this.random() < 0.5 ? [word] : [];
  }

  private some<T>(make: () => T): T[] {
    return Array.from({ length: Math.floor(this.random() * 3) }, make);
  }

  private pairs(): string[] {
    const all = this.some(() => [this.word(), this.value()]).flat();
    return this.random() < 0.02 ? [...all, "odd"] : all;
  }
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

const runVerb = (root: string, verb: string, args: readonly string[], stdin?: string): Promise<Outcome> =>
  runCli("db", ["site", verb, ...args], { root, ...(stdin === undefined ? {} : { stdin }) });

/** One operation, a batch through standard input as a person would write it. */
function carryOut(root: string, verb: string, args: readonly string[]): Promise<Outcome> {
  if (verb !== "batch") return runVerb(root, verb, args);
  const lines = args.map((text) => (JSON.parse(text) as string[]).map(quoted).join(" "));
  return runVerb(root, "batch", [], lines.join("\n"));
}

async function recordsOf(root: string): Promise<string> {
  const { stdout } = await runVerb(root, "printjson", []);
  const all = JSON.parse(stdout) as { name: string; type: string; props?: Record<string, string> }[];
  const byBytes = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right));
  return JSON.stringify(
    all.map(({ name, type, props = {} }) => [
      name,
      type,
      Object.entries(props).sort(([a], [b]) => byBytes(a, b)),
    ]),
  );
}

describe("random operations of all verbs", () => {
  it(`${count} of them do what a plain map does`, { timeout: 300_000 }, async () => {
    const seed = Number(process.env["MAILWRIGHT_TEST_SEED"] ?? Date.now() % 2 ** 31) || 1;
    const random = randomNumbers(seed);
    const model = new ModelDatabase();
    const lines = new CommandLines(random, model);
    const root = join(folder, "root");
    const tally = { operations: 0, refused: 0, failed: 0, rollbacks: 0, roundTrips: 0 };
    for (; tally.operations < count; tally.operations++) {
      const [verb, args] = lines.next();
      const context = `seed ${seed}, operation ${tally.operations}: ${JSON.stringify([verb, ...args])}`;
      const expected = model.run(verb, args);
      const { exit, stdout } = await carryOut(root, verb, args);
      expect({ exit, stdout: expected.isJson === true ? JSON.parse(stdout) : stdout }, context).toEqual({
        exit: expected.exit,
        stdout: expected.isJson === true ? JSON.parse(expected.stdout) : expected.stdout,
      });
      if (exit === 3) tally.refused++;
      if (exit === 1) tally.failed++;
      if (verb === "rollback" && exit === 0) tally.rollbacks++;
      if (tally.operations % interval > 0 && verb !== "rollback") continue;
      expect(await recordsOf(root), context).toBe(model.state);
      if (verb === "rollback") continue;
      for (const options of [[], ["--yaml"]]) {
        const copy = join(folder, `copy-${tally.operations}-${options.length}`);
        const { stdout: text } = await runCli("db", [...options, "site", "export"], { root });
        const imported = await runCli("db", [...options, "site", "import", "-"], { root: copy, stdin: text });
        expect(imported, context).toEqual({ exit: 0, stdout: "", stderr: "" });
        expect(await recordsOf(copy), context).toBe(model.state);
        rmSync(copy, { recursive: true, force: true });
        tally.roundTrips++;
      }
    }
    console.log(`${JSON.stringify(tally)}, ${model.newestRevision} revisions, seed ${seed}`);
    expect(tally.refused).toBeGreaterThan(100);
    expect(tally.rollbacks).toBeGreaterThan(50);
  });
});
