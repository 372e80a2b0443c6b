import Handlebars from "handlebars";
import { MailwrightError } from "../errors.ts";
import type { Expression, Node } from "./nodes.ts";

/**
 * Parses a fragment in the language of Handlebars: text, `{{value}}`, `{{{raw}}}`, comments, helpers and
 * blocks with `else`. Partials and decorators are not part of it. `name` is for messages.
 */
export function parseFragment(source: string, name: string): readonly Node[] {
  try {
    return trimPushLines(Handlebars.parse(source).body.flatMap(toNodes), true);
  } catch (cause) {
    if (cause instanceof Unsupported) throw unsupported(name, cause);
    const reason = cause instanceof Error ? cause.message.split("\n").filter(Boolean) : [];
    const line = /line (\d+)| - (\d+):\d+$/
      .exec(reason[0] ?? "")
      ?.slice(1)
      .find(Boolean);
    throw new MailwrightError(`${name}${line ? `:${line}` : ""}: the fragment cannot be read`, {
      code: "TEMPLATE_SYNTAX",
      hint: reason.at(-1),
      cause,
    });
  }
}

/** A `push` that has a line to itself leaves no empty line behind, wherever its end stands. */
function trimPushLines(nodes: readonly Node[], startsLine: boolean): readonly Node[] {
  let isLineStart = startsLine;
  return nodes.flatMap((node, index): Node[] => {
    if (!("text" in node)) {
      if (!isPush(node)) isLineStart = false;
      return [node];
    }
    let { text, line } = node;
    if (isLineStart && isPush(nodes[index - 1]) && text.startsWith("\n")) {
      text = text.slice(1);
      line++;
    }
    if (isPush(nodes[index + 1])) text = text.replace(/(^|\n)[ \t]+$/, "$1");
    if (text !== "") isLineStart = text.endsWith("\n");
    return text === "" ? [] : [{ text, line }];
  });
}

function isPush(node: Node | undefined): boolean {
  return node !== undefined && "block" in node && node.block === "push";
}

/** Parses a condition as it stands in `when`, or a list in `each`, of a template.yaml. */
export function parseExpression(source: string, name: string): Expression {
  const inner = source.trim().replace(/^\((.*)\)$/s, "$1");
  const node = parseFragment(`{{{${inner}}}}`, name)[0];
  if (node === undefined || !("write" in node)) {
    throw unsupported(name, new Unsupported(`"${source}" is no expression`));
  }
  return node.write;
}

function toNodes(statement: hbs.AST.Statement): Node[] {
  const line = statement.loc.start.line;
  if (isText(statement)) {
    return statement.value === "" ? [] : [{ text: statement.value, line: line + strippedLines(statement) }];
  }
  if (isComment(statement)) return [];
  if (isMustache(statement)) {
    return [{ write: toCall(statement), raw: !statement.escaped, line }];
  }
  if (isBlock(statement)) {
    return [
      {
        block: (statement.path as hbs.AST.PathExpression).original,
        args: positional(statement).map(toExpression),
        names: statement.program?.blockParams ?? [],
        body: toBody(statement.program, line),
        otherwise: toBody(statement.inverse, line),
        line,
      },
    ];
  }
  throw new Unsupported(`${statement.type} is not part of the template language`, line);
}

/** What stands between the tags of a block; `line` is where the block begins. */
function toBody(program: hbs.AST.Program | undefined, line: number): readonly Node[] {
  const nodes = (program?.body ?? []).flatMap(toNodes);
  const [first] = nodes;
  return trimPushLines(nodes, first !== undefined && first.line > line);
}

/** How many line breaks Handlebars has taken from the beginning of a text, for a tag that had its line to itself. */
function strippedLines(statement: hbs.AST.ContentStatement): number {
  // The types of Handlebars do not know of these two as they are.
  const { original, rightStripped } = statement as unknown as { original: string; rightStripped?: boolean };
  if (rightStripped !== true) return 0;
  const starts = [/^[ \t]*\r?\n?/, /^\s*/].map((pattern) => pattern.exec(original)?.[0] ?? "");
  const stripped = starts.find((start) => isBeginning(statement.value, original.slice(start.length))) ?? "";
  return stripped.split("\n").length - 1;
}

/** Whether `text` is `value` and blanks. */
function isBeginning(value: string, text: string): boolean {
  return text.startsWith(value) && text.slice(value.length).trim() === "";
}

/** The arguments; those with names are not part of the language. */
function positional(statement: {
  readonly params: hbs.AST.Expression[];
  readonly hash: hbs.AST.Hash | undefined;
  readonly loc: hbs.AST.SourceLocation;
}): readonly hbs.AST.Expression[] {
  if ((statement.hash?.pairs.length ?? 0) > 0) {
    throw new Unsupported(
      "name=value arguments are not part of the template language",
      statement.loc.start.line,
    );
  }
  return statement.params;
}

function toCall(statement: hbs.AST.MustacheStatement | hbs.AST.SubExpression): Expression {
  const path = toExpression(statement.path);
  const args = positional(statement);
  if (!("source" in path)) return path;
  if (statement.type === "MustacheStatement" && args.length === 0) return path;
  return { call: path.source, args: args.map(toExpression) };
}

function toExpression(expression: hbs.AST.Expression): Expression {
  switch (expression.type) {
    case "SubExpression":
      return toCall(expression as hbs.AST.SubExpression);
    case "PathExpression": {
      const path = expression as hbs.AST.PathExpression;
      const own = /^(\.\/|\.$|this\b)/.test(path.original);
      return { source: path.original, parts: path.parts, up: path.depth, data: path.data, own };
    }
    case "StringLiteral":
    case "NumberLiteral":
    case "BooleanLiteral":
      return { value: (expression as hbs.AST.StringLiteral).value };
    default:
      return { value: null };
  }
}

const isText = (node: hbs.AST.Node): node is hbs.AST.ContentStatement => node.type === "ContentStatement";
const isComment = (node: hbs.AST.Node): node is hbs.AST.CommentStatement => node.type === "CommentStatement";
const isMustache = (node: hbs.AST.Node): node is hbs.AST.MustacheStatement =>
  node.type === "MustacheStatement";
const isBlock = (node: hbs.AST.Node): node is hbs.AST.BlockStatement => node.type === "BlockStatement";

/** What Handlebars can and this language cannot; who knows the fragment says its name. */
class Unsupported extends Error {
  constructor(
    message: string,
    readonly line?: number,
  ) {
    super(message);
  }
}

function unsupported(name: string, { message, line }: Unsupported): MailwrightError {
  return new MailwrightError(`${name}${line === undefined ? "" : `:${line}`}: ${message}`, {
    code: "TEMPLATE_SYNTAX",
    hint: "accepted: {{value}}, {{{raw}}}, {{helper value}}, and the blocks if, unless, each, with and push",
  });
}
