import { isSecret } from "../catalogue/secret.ts";
import { MailwrightError } from "../errors.ts";
import type { Settings } from "../mail/settings.ts";
import { syntaxes } from "../template/syntax/syntaxes.ts";
import { UnwritableValue } from "../template/syntax/unwritable-value.ts";

const mask = "••••••";

/** Shorter ones are part of too many words: they are taken out only where they stand alone. */
const leastLength = 4;

/**
 * Takes the values of secret properties out of what daemons and scripts print, before it is shown or logged, both as
 * they are and as files hold them. The settings are searched when the first text comes.
 */
export class Concealer {
  private forms: readonly Form[] | undefined;

  constructor(private readonly settings: Settings) {}

  text(text: string): string {
    this.forms ??= secretForms(this.settings);
    return this.forms.reduce((result, form) => form(result), text);
  }

  /** The error as it may be shown; of a bug, message and stack too. */
  error(error: unknown): unknown {
    if (error instanceof MailwrightError) {
      const { code, exit, hint, cause } = error;
      return new MailwrightError(this.text(error.message), {
        code,
        exit,
        hint: hint === undefined ? undefined : this.text(hint),
        cause,
      });
    }
    if (error instanceof Error) {
      error.message = this.text(error.message);
      if (error.stack !== undefined) error.stack = this.text(error.stack);
    }
    return error;
  }
}

/** Takes one form of one secret out of a text. */
type Form = (text: string) => string;

function secretForms(settings: Settings): Form[] {
  const written = new Set([...secretValues(settings)].flatMap(writtenForms));
  // Longest first, so that one which is part of another does not leave the rest of it.
  return [...written].sort((left, right) => right.length - left.length).map(form);
}

function form(value: string): Form {
  if (value.length >= leastLength) return (text) => text.replaceAll(value, mask);
  const literal = value.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const alone = new RegExp(`(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`, "gu");
  return (text) => text.replace(alone, mask);
}

/** The value, and what it becomes in each kind of file, without the quotes around it. */
function writtenForms(value: string): string[] {
  const forms = [value];
  for (const syntax of Object.values(syntaxes)) {
    for (const write of [syntax.escape, ...Object.values(syntax.variants ?? {})]) {
      const token = written(write, value);
      if (token !== undefined) forms.push(/^(["']).*\1$/s.test(token) ? token.slice(1, -1) : token);
    }
  }
  return forms.filter((text) => text !== "");
}

function written(write: (value: string) => string, value: string): string | undefined {
  try {
    return write(value);
  } catch (error) {
    if (error instanceof UnwritableValue) return undefined;
    throw error;
  }
}

function secretValues(settings: Settings): Set<string> {
  const values = new Set<string>();
  for (const database of new Set([...settings.catalogue.keys(), ...settings.snapshot.databases()])) {
    for (const { entry, stored } of settings.records(database)) {
      for (const [name, value] of stored) if (value !== "" && isSecret(entry, name)) values.add(value);
    }
  }
  return values;
}
