/**
 * One level of context: what `this` is, what the block named, and `@index` and its like. A loop has one for all of its
 * items, and nobody keeps it: a table may have many thousands of rows.
 */
export interface Frame {
  context: unknown;
  names: ReadonlyMap<string, unknown>;
  readonly data: Readonly<Record<string, unknown>>;
  readonly parent: Frame | undefined;
}

export const noNames: ReadonlyMap<string, unknown> = new Map();

export function child(
  parent: Frame,
  context: unknown,
  names: ReadonlyMap<string, unknown>,
  data: Frame["data"],
): Frame {
  return { context, names, data, parent };
}

export function named(names: readonly string[], values: readonly unknown[]): ReadonlyMap<string, unknown> {
  return new Map(names.map((name, index) => [name, values[index]]));
}

/** `@name`, from the innermost block that has it. */
export function findData(frame: Frame, name: string): unknown {
  for (let at: Frame | undefined = frame; at !== undefined; at = at.parent) {
    if (Object.hasOwn(at.data, name)) return at.data[name];
  }
  return undefined;
}
