import { MailwrightError } from "../errors.ts";
import { ExitCode } from "../exit-codes.ts";
import { child, type Frame, findData, named, noNames } from "./frame.ts";
import { helpers, truthy } from "./helpers.ts";
import type { Expression, Node } from "./nodes.ts";
import { Output, Raw, type Use, Variant } from "./output.ts";
import { type Context, Scope } from "./scope.ts";
import { type Syntax, writeValue } from "./syntax/syntaxes.ts";
import { UnwritableValue } from "./syntax/unwritable-value.ts";

type Block = Extract<Node, { readonly block: string }>;
type Path = Extract<Expression, { readonly parts: readonly string[] }>;

const noUses: readonly Use[] = [];

/** Runs the fragments of one file in order, over one output and one set of shared lists. */
export class Evaluation {
  output = new Output();
  private readonly lists = new Map<string, Raw[]>();
  private readonly root: Frame;
  private fragment = "";
  /** The properties read by the expression at hand. */
  private uses: readonly Use[] = noUses;
  /** The properties that the blocks around it depend on. */
  private around: readonly Use[] = noUses;

  constructor(
    private readonly syntax: Syntax,
    context: Context,
  ) {
    this.root = { context, names: noNames, data: { root: context }, parent: undefined };
  }

  /** Appends what a fragment makes; it always ends its last line. */
  run(nodes: readonly Node[], fragment: string): void {
    this.fragment = fragment;
    this.all(nodes, this.root);
    this.output.endLine(fragment);
  }

  /** The value of an expression in the context of the whole file. */
  value(expression: Expression, origin: string): unknown {
    this.fragment = origin;
    return this.evaluate(expression, this.root, 1);
  }

  private all(nodes: readonly Node[], frame: Frame): void {
    for (const node of nodes) {
      if ("text" in node) this.output.write(node.text, this.fragment, node.line, this.around);
      else if ("write" in node) this.write(node.write, node.raw, node.line, frame);
      else this.block(node, frame);
    }
  }

  private write(expression: Expression, raw: boolean, line: number, frame: Frame): void {
    this.uses = noUses;
    // Most of what a long table writes: no object is made for it.
    if ("call" in expression && expression.call === "as") {
      const [name, argument] = expression.args;
      const variant = String(name && this.evaluate(name, frame, line));
      this.token(argument && this.evaluate(argument, frame, line), variant, expression, line);
      return;
    }
    const value = this.evaluate(expression, frame, line);
    if (value instanceof Raw) {
      this.output.write(value.text, this.fragment, line, both(this.around, value.uses));
      return;
    }
    if (value === undefined) throw this.failure(line, `${describe(expression)} has no value`);
    if (value instanceof Variant) this.token(value.value, value.name, expression, line);
    else if (raw) this.output.write(String(value), this.fragment, line, both(this.around, this.uses));
    else this.token(value, undefined, expression, line);
  }

  /** Writes a value as the file's syntax has it. */
  private token(value: unknown, variant: string | undefined, expression: Expression, line: number): void {
    const text = this.escaped(value, variant, expression, line);
    this.output.write(text, this.fragment, line, both(this.around, this.uses));
  }

  private escaped(value: unknown, variant: string | undefined, expression: Expression, line: number): string {
    try {
      return writeValue(this.syntax, value, variant);
    } catch (cause) {
      const source = this.uses.map((use) => use.source).join(", ") || describe(expression);
      const reason = cause instanceof Error ? cause.message : String(cause);
      // A list, say, in the place of a value is the fragment's fault.
      const isText = typeof value === "string";
      const code = cause instanceof UnwritableValue && isText ? "UNWRITABLE_VALUE" : undefined;
      throw this.failure(line, `${source}: ${reason}`, code, cause);
    }
  }

  private block(node: Block, frame: Frame): void {
    const [first, second] = node.args;
    if (first === undefined) throw this.failure(node.line, `{{#${node.block}}} needs a value`);
    if (second !== undefined) {
      const what = `{{#${node.block}}} takes one value`;
      throw this.failure(node.line, `${what}: put a helper in parentheses, {{#${node.block} (eq a b)}}`);
    }
    this.uses = noUses;
    const value = this.evaluate(first, frame, node.line);
    const outside = this.around;
    this.around = both(outside, this.uses);
    this.inside(node, value, frame);
    this.around = outside;
  }

  private inside(node: Block, value: unknown, frame: Frame): void {
    switch (node.block) {
      case "if":
        return this.all(truthy(value) ? node.body : node.otherwise, frame);
      case "unless":
        return this.all(truthy(value) ? node.otherwise : node.body, frame);
      case "with":
        if (value !== 0 && !truthy(value)) return this.all(node.otherwise, frame);
        return this.all(node.body, child(frame, value, named(node.names, [value]), {}));
      case "each":
        return this.each(node, value, frame);
      case "push":
        return this.push(node, String(value), frame);
      default:
        throw this.failure(node.line, `there is no block {{#${node.block}}}`);
    }
  }

  private each(node: Block, value: unknown, frame: Frame): void {
    if (value instanceof Scope) {
      const [list] = node.args;
      throw this.failure(node.line, `${list === undefined ? "it" : describe(list)} is no list`);
    }
    const keys = isPlainObject(value) ? Object.keys(value) : undefined;
    const items: readonly unknown[] = Array.isArray(value) ? value : keys ? Object.values(value ?? {}) : [];
    if (items.length === 0) return this.all(node.otherwise, frame);
    const last = items.length - 1;
    const data: Record<string, unknown> = {};
    const inner = child(frame, undefined, noNames, data);
    for (let index = 0; index <= last; index++) {
      const item = items[index];
      const key = keys?.[index] ?? index;
      inner.context = item;
      data["index"] = index;
      data["key"] = key;
      data["first"] = index === 0;
      data["last"] = index === last;
      if (node.names.length > 0) inner.names = named(node.names, [item, key]);
      this.all(node.body, inner);
    }
  }

  private push(node: Block, list: string, frame: Frame): void {
    const outer = this.output;
    this.output = new Output();
    this.all(node.body, frame);
    this.output.endLine(this.fragment);
    const uses = this.output.lines.flatMap((line) => line.uses);
    const text = this.output.text.trim();
    this.output = outer;
    if (text !== "") this.list(list).push(new Raw(text, uses));
  }

  private list(name: string): Raw[] {
    const list = this.lists.get(name) ?? [];
    this.lists.set(name, list);
    return list;
  }

  private evaluate(expression: Expression, frame: Frame, line: number): unknown {
    if ("value" in expression) return expression.value;
    if ("parts" in expression) return this.path(expression, frame, line);
    const [first, second] = expression.args;
    const value = (arg: Expression | undefined): unknown => arg && this.evaluate(arg, frame, line);
    if (expression.call === "as") return new Variant(String(value(first)), value(second));
    if (expression.call === "stack") return this.list(String(value(first)));
    const args = expression.args.map(value);
    const helper = Object.hasOwn(helpers, expression.call) ? helpers[expression.call] : undefined;
    if (helper === undefined) throw this.failure(line, `there is no helper ${expression.call}`);
    return helper(...args);
  }

  private path(path: Path, frame: Frame, line: number): unknown {
    let start: Frame | undefined = frame;
    for (let up = path.up; up > 0; up--) start = start?.parent;
    if (start === undefined) throw this.failure(line, `${path.source} goes above the outermost block`);
    const { parts } = path;
    const first = parts[0];
    if (first === undefined) return start.context;
    let value: unknown;
    if (path.data) value = findData(start, first);
    else if (path.own || path.up > 0) value = this.member(start.context, first, line);
    else value = this.lookup(start, first, path.source, line);
    for (let at = 1; at < parts.length; at++) value = this.member(value, parts[at] ?? "", line);
    return value;
  }

  /** A bare name is a block parameter, a member of `this`, or a member of the file's context. */
  private lookup(frame: Frame, name: string, source: string, line: number): unknown {
    for (let at: Frame | undefined = frame; at !== undefined; at = at.parent) {
      if (at.names.has(name)) return at.names.get(name);
    }
    const { context } = frame;
    const file = this.root.context;
    const isFiles = isPlainObject(file) && Object.hasOwn(file, name);
    if (!(context instanceof Scope) || context.has(name) || !isFiles) {
      const own = this.member(context, name, line);
      if (own !== undefined || context instanceof Scope) return own;
    }
    if (isFiles) return file[name];
    if (isPlainObject(context) && Object.hasOwn(context, name)) return undefined;
    throw this.failure(line, `there is no value called ${source}`);
  }

  private member(value: unknown, name: string, line: number): unknown {
    if (value instanceof Scope) {
      try {
        return value.lookup(name, (use) => {
          this.uses = [...this.uses, use];
        });
      } catch (cause) {
        if (!(cause instanceof MailwrightError)) throw cause;
        throw this.failure(line, cause.message, cause.code, cause);
      }
    }
    if (Array.isArray(value)) return name === "length" ? value.length : value[Number(name)];
    return isPlainObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }

  private failure(line: number, message: string, code = "TEMPLATE", cause?: unknown): MailwrightError {
    const isValue = code === "UNWRITABLE_VALUE";
    const known = cause instanceof MailwrightError ? cause.hint : undefined;
    return new MailwrightError(`${this.fragment}:${line}: ${message}`, {
      code,
      exit: isValue ? ExitCode.refused : ExitCode.failed,
      hint: [known, `Nothing was written. Change the ${isValue ? "value" : "fragment"} and try again.`]
        .filter(Boolean)
        .join("\n"),
      cause,
    });
  }
}

function both(left: readonly Use[], right: readonly Use[]): readonly Use[] {
  if (right.length === 0) return left;
  return left.length === 0 ? right : [...left, ...right];
}

function describe(expression: Expression): string {
  if ("source" in expression) return expression.source;
  return "call" in expression ? `(${expression.call} …)` : String(expression.value);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Scope);
}
