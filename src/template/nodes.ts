/**
 * A parsed fragment: plain data, so that a build can store it and an event need not parse again.
 * Lines count from 1.
 */
export type Node =
  | { readonly text: string; readonly line: number }
  | { readonly write: Expression; readonly raw: boolean; readonly line: number }
  | {
      readonly block: string;
      readonly args: readonly Expression[];
      /** Names given with `as |item index|`. */
      readonly names: readonly string[];
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
      readonly line: number;
    };

export type Expression =
  | { readonly value: string | number | boolean | null }
  | {
      /** As it stands in the fragment, for messages. */
      readonly source: string;
      readonly parts: readonly string[];
      /** How many contexts up (`../`). */
      readonly up: number;
      /** `@index` and its like. */
      readonly data: boolean;
      /** Starts with `this` or `.`: never a block parameter. */
      readonly own: boolean;
    }
  | { readonly call: string; readonly args: readonly Expression[] };

/** Whether one of these names is a part of a path in the expression. */
export function expressionNames(expression: Expression, names: ReadonlySet<string>): boolean {
  if ("parts" in expression) return expression.parts.some((part) => names.has(part));
  return "call" in expression && expression.args.some((arg) => expressionNames(arg, names));
}

/** The same for all that a fragment holds. */
export function nodesName(nodes: readonly Node[], names: ReadonlySet<string>): boolean {
  return nodes.some((node) => {
    if ("text" in node) return false;
    if ("write" in node) return expressionNames(node.write, names);
    return (
      node.args.some((arg) => expressionNames(arg, names)) ||
      nodesName(node.body, names) ||
      nodesName(node.otherwise, names)
    );
  });
}
