import { type SyntaxName, syntaxes, writeValue } from "../../../src/template/syntax/syntaxes.ts";
import { UnwritableValue } from "../../../src/template/syntax/unwritable-value.ts";

/** The token for a value, or undefined where the syntax refuses it. */
export function token(syntax: SyntaxName, value: unknown, variant?: string): string | undefined {
  try {
    return writeValue(syntaxes[syntax], value, variant);
  } catch (error) {
    if (error instanceof UnwritableValue) return undefined;
    throw error;
  }
}
