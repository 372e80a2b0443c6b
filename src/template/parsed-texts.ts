import { join } from "node:path";
import type { Files } from "../system/system.ts";
import type { TemplateMetadata } from "./metadata.ts";
import type { Expression, Node } from "./nodes.ts";

/** The form of `parsed.json`: parsed values by the text that they were parsed from. */
export interface ParsedIndex {
  readonly fragments: readonly (readonly [string, readonly Node[]])[];
  readonly expressions: readonly (readonly [string, Expression])[];
  readonly yaml: readonly (readonly [string, unknown])[];
}

/** Where the build leaves what it parsed of the shipped templates and events, below the share folder. */
export const parsedIndexName = "parsed.json";

/**
 * Parses texts, or finds them parsed already in the build's index. The index is looked up by the whole text,
 * so it can never be out of date: an edited or added file is simply not in it, and its parser is loaded.
 */
export class ParsedTexts {
  private index: LoadedIndex | undefined;

  constructor(
    private readonly files: Files,
    private readonly share: string,
  ) {}

  async fragment(text: string, name: string): Promise<readonly Node[]> {
    const found = this.load().fragments.get(text) as readonly Node[] | undefined;
    return found ?? (await import("./parse.ts")).parseFragment(text, name);
  }

  async expression(text: string, name: string): Promise<Expression> {
    const found = this.load().expressions.get(text) as Expression | undefined;
    return found ?? (await import("./parse.ts")).parseExpression(text, name);
  }

  async metadata(
    text: string,
    name: string,
    parse: (text: string, name: string) => Promise<TemplateMetadata>,
  ): Promise<TemplateMetadata> {
    return this.yaml(text, name, parse);
  }

  /** A YAML text as its reader returns it; what the index holds was returned by the same reader. */
  async yaml<T>(text: string, name: string, parse: (text: string, name: string) => Promise<T>): Promise<T> {
    return (this.load().yaml.get(text) as T | undefined) ?? (await parse(text, name));
  }

  private load(): LoadedIndex {
    this.index ??= loadedIndex(this.files.readText(join(this.share, parsedIndexName)) ?? emptyIndex);
    return this.index;
  }
}

type LoadedIndex = { [Part in keyof ParsedIndex]: ReadonlyMap<string, ParsedIndex[Part][number][1]> };

const emptyIndex = JSON.stringify({ fragments: [], expressions: [], yaml: [] } satisfies ParsedIndex);

/** The last one, by its whole text: events and templates of one command are found in the same index. */
let known: { readonly text: string; readonly index: LoadedIndex } | undefined;

function loadedIndex(text: string): LoadedIndex {
  if (known?.text !== text) {
    const { fragments, expressions, yaml }: ParsedIndex = JSON.parse(text);
    const index = {
      fragments: new Map(fragments),
      expressions: new Map(expressions),
      yaml: new Map(yaml),
    };
    known = { text, index };
  }
  return known.index;
}
