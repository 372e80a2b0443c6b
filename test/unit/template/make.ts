import { Evaluation } from "../../../src/template/evaluate.ts";
import type { Origin } from "../../../src/template/output.ts";
import { parseFragment } from "../../../src/template/parse.ts";
import { Scope } from "../../../src/template/scope.ts";
import { type SyntaxName, syntaxes } from "../../../src/template/syntax/syntaxes.ts";

interface Made {
  readonly text: string;
  readonly lines: readonly Origin[];
}

/** Runs fragments, given by name and text, in order over one file. */
export function makeFile(
  fragments: Readonly<Record<string, string>>,
  context: Readonly<Record<string, unknown>> = {},
  syntax: SyntaxName = "plain",
): Made {
  const evaluation = new Evaluation(syntaxes[syntax], context);
  for (const [name, text] of Object.entries(fragments)) evaluation.run(parseFragment(text, name), name);
  return { text: evaluation.output.text, lines: evaluation.output.lines };
}

export function make(
  text: string,
  context: Readonly<Record<string, unknown>> = {},
  syntax: SyntaxName = "plain",
): string {
  return makeFile({ f: text }, context, syntax).text;
}

/** A record as fragments see it: members named `secret…` are secret. */
export class FakeScope extends Scope {
  constructor(
    private readonly key: string,
    private readonly members: Readonly<Record<string, unknown>>,
  ) {
    super();
  }

  has(name: string): boolean {
    return Object.hasOwn(this.members, name);
  }

  lookup(name: string, use: (property: { source: string; secret: boolean }) => void): unknown {
    use({ source: `${this.key} ${name}`, secret: name.startsWith("secret") });
    return this.members[name];
  }
}

/** Where each line comes from, as `fragment:line uses`. */
export function origins({ lines }: Made): string[] {
  return lines.map(({ fragment, line, uses }) =>
    [`${fragment}:${line}`, ...uses.map(({ source, secret }) => (secret ? `${source}!` : source))].join(" "),
  );
}
