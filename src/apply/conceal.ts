import { isSecret } from "../catalogue/secret.ts";
import { MailwrightError } from "../errors.ts";
import type { Settings } from "../mail/settings.ts";

/** Shorter ones are part of too many words to be looked for. */
const leastLength = 4;

/**
 * Takes the values of secret properties out of what daemons and scripts print, before it is shown or logged. The
 * settings are searched when the first text comes.
 */
export class Concealer {
  private values: readonly string[] | undefined;

  constructor(private readonly settings: Settings) {}

  text(text: string): string {
    this.values ??= secretValues(this.settings);
    return this.values.reduce((result, value) => result.replaceAll(value, "••••••"), text);
  }

  error(error: unknown): unknown {
    if (!(error instanceof MailwrightError)) return error;
    const { code, exit, hint, cause } = error;
    return new MailwrightError(this.text(error.message), {
      code,
      exit,
      hint: hint === undefined ? undefined : this.text(hint),
      cause,
    });
  }
}

/** Longest first, so that one which is part of another does not leave the rest of it. */
function secretValues(settings: Settings): string[] {
  const values = new Set<string>();
  for (const database of new Set([...settings.catalogue.keys(), ...settings.snapshot.databases()])) {
    for (const { entry, stored } of settings.records(database)) {
      for (const [name, value] of stored) {
        if (value.length >= leastLength && isSecret(entry, name)) values.add(value);
      }
    }
  }
  return [...values].sort((left, right) => right.length - left.length);
}
