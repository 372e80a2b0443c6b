import type { Use } from "./output.ts";

/**
 * A value of the context whose members are looked up when a fragment names them, so that it is known which
 * properties a line was made of.
 */
export abstract class Scope {
  /** The member's value, or `undefined`; `use` is told of each property that was read. */
  abstract lookup(name: string, use: (property: Use) => void): unknown;

  /** Whether a bare name is this value's own; if not, the file's context is asked for it. */
  abstract has(name: string): boolean;
}

/** What a fragment sees by name. */
export type Context = Readonly<Record<string, unknown>>;
