import Handlebars from "handlebars";
import { MailwrightError } from "../errors.ts";
import type { Expression, Node } from "./nodes.ts";

/**
 * Parses a fragment in the language of Handlebars: text, `{{value}}`, `{{{raw}}}`, comments, helpers and
 * blocks with `else`. Partials and decorators are not part of it. `name` is for messages.
 */
export function parseFragment(source: string, name: string): readonly Node[] {
  try {
    return trimPushLines(Handlebars.parse(source).body.flatMap(toNodes));
  } catch (cause) {
    if (cause instanceof MailwrightError) throw cause;
    const reason = cause instanceof Error ? cause.message.split("\n").filter(Boolean) : [];
    const line = /line (\d+)/.exec(reason[0] ?? "")?.[1];
    throw new MailwrightError(`${name}${line ? `:${line}` : ""}: the fragment cannot be read`, {
      code: "TEMPLATE_SYNTAX",
      hint: reason.at(-1),
      cause,
    });
  }
}

/** A `push` that has a line to itself leaves no empty line behind, wherever its end stands. */
function trimPushLines(nodes: readonly Node[]): readonly Node[] {
  let startsLine = true;
  return nodes.flatMap((node, index): Node[] => {
    if (!("text" in node)) {
      if (!("block" in node) || node.block !== "push") startsLine = false;
      return [node];
    }
    const before = nodes[index - 1];
    const trims = startsLine && before !== undefined && "block" in before && before.block === "push";
    const text = trims ? node.text.replace(/^\n/, "") : node.text;
    startsLine = text === "" ? startsLine : text.endsWith("\n");
    return text === "" ? [] : [{ ...node, text }];
  });
}

/** Parses a condition as it stands in `when`, or a list in `each`, of a template.yaml. */
export function parseExpression(source: string, name: string): Expression {
  const inner = source.trim().replace(/^\((.*)\)$/s, "$1");
  const node = parseFragment(`{{{${inner}}}}`, name)[0];
  if (node === undefined || !("write" in node)) throw unsupported(`${name}: "${source}" is no expression`);
  return node.write;
}

function toNodes(statement: hbs.AST.Statement): Node[] {
  const line = statement.loc.start.line;
  if (isText(statement)) return statement.value === "" ? [] : [{ text: statement.value, line }];
  if (isComment(statement)) return [];
  if (isMustache(statement)) {
    return [{ write: toCall(statement), raw: !statement.escaped, line }];
  }
  if (isBlock(statement)) {
    return [
      {
        block: (statement.path as hbs.AST.PathExpression).original,
        args: statement.params.map(toExpression),
        names: statement.program?.blockParams ?? [],
        body: (statement.program?.body ?? []).flatMap(toNodes),
        otherwise: (statement.inverse?.body ?? []).flatMap(toNodes),
        line,
      },
    ];
  }
  throw unsupported(`line ${line}: ${statement.type} is not part of the template language`);
}

function toCall(statement: hbs.AST.MustacheStatement | hbs.AST.SubExpression): Expression {
  const path = toExpression(statement.path);
  if (statement.hash !== undefined && statement.hash !== null && statement.hash.pairs.length > 0) {
    throw unsupported(
      `line ${statement.loc.start.line}: name=value arguments are not part of the template language`,
    );
  }
  if (!("source" in path)) return path;
  if (statement.type === "MustacheStatement" && statement.params.length === 0) return path;
  return { call: path.source, args: statement.params.map(toExpression) };
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

function unsupported(message: string): MailwrightError {
  return new MailwrightError(message, {
    code: "TEMPLATE_SYNTAX",
    hint: "accepted: {{value}}, {{{raw}}}, {{helper value}}, and the blocks if, unless, each, with and push",
  });
}
