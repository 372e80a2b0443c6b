import { findEntry } from "../catalogue/catalogue.ts";
import { isSecret } from "../catalogue/secret.ts";
import { MailwrightError } from "../errors.ts";
import type { Settings } from "../mail/settings.ts";
import { syntaxes } from "../template/syntax/syntaxes.ts";
import { UnwritableValue } from "../template/syntax/unwritable-value.ts";

const mask = "••••••";

/** Shorter ones are part of too many words: they are taken out only where they stand alone. */
const leastLength = 4;

/**
 * Takes the values of secret properties, those of today and of the past, out of what daemons and scripts print, before
 * it is shown or logged, both as they are and as files hold them. The settings are searched when the first text comes.
 */
export class Concealer {
  private secrets: Secrets | undefined;

  constructor(private readonly settings: Settings) {}

  text(text: string): string {
    this.secrets ??= new Secrets(secretValues(this.settings));
    return this.secrets.formsFor(text).conceal(text);
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

/** How many letters and digits in a row are looked for before a value's forms are made. */
const anchorLength = 8;

const alphanumeric = new Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

/** The last such row: a hash begins with the name of its scheme, which all have. */
function anchorOf(value: string): string | undefined {
  let length = 0;
  for (let at = value.length - 1; at >= 0; at--) {
    length = alphanumeric.has(value[at] ?? "") ? length + 1 : 0;
    if (length === anchorLength) return value.slice(at, at + anchorLength);
  }
  return undefined;
}

/**
 * Secret values, perhaps those of many thousand users. No file's syntax changes letters and digits of ASCII, so a text
 * without those that a value has in a row holds none of its forms, and these need not be made.
 */
class Secrets {
  private readonly byAnchor = new Map<string, string[]>();
  /** The forms of the values that have no such row. */
  private readonly others: ReadonlySet<string>;
  private readonly formsOfOthers: Forms;

  constructor(values: Iterable<string>) {
    const others: string[] = [];
    for (const value of values) {
      const anchor = anchorOf(value);
      if (anchor === undefined) others.push(value);
      else {
        const known = this.byAnchor.get(anchor);
        if (known === undefined) this.byAnchor.set(anchor, [value]);
        else known.push(value);
      }
    }
    this.others = new Set(others.flatMap(writtenForms));
    this.formsOfOthers = new Forms(this.others);
  }

  /** All forms that the text can hold. */
  formsFor(text: string): Forms {
    const found = new Set<string>();
    for (let at = 0; at + anchorLength <= text.length; at++) {
      for (const value of this.byAnchor.get(text.slice(at, at + anchorLength)) ?? []) found.add(value);
    }
    if (found.size === 0) return this.formsOfOthers;
    return new Forms(new Set([...this.others, ...[...found].flatMap(writtenForms)]));
  }
}

/** Many texts to be taken out of another one; looked up by how they begin, so that their number does not matter. */
class Forms {
  /** Longest first, so that one which is part of another does not leave the rest of it. */
  private readonly byBeginning = new Map<string, string[]>();
  private readonly short: RegExp[] = [];

  constructor(forms: Iterable<string>) {
    for (const form of [...forms].sort((left, right) => right.length - left.length)) {
      if (form.length < leastLength) this.short.push(standingAlone(form));
      else {
        const beginning = form.slice(0, leastLength);
        const known = this.byBeginning.get(beginning);
        if (known === undefined) this.byBeginning.set(beginning, [form]);
        else known.push(form);
      }
    }
  }

  conceal(text: string): string {
    let result = "";
    let copied = 0;
    for (let at = 0; at + leastLength <= text.length; ) {
      const candidates = this.byBeginning.get(text.slice(at, at + leastLength));
      const form = candidates?.find((candidate) => text.startsWith(candidate, at));
      if (form === undefined) {
        at++;
        continue;
      }
      result += text.slice(copied, at) + mask;
      at += form.length;
      copied = at;
    }
    result += text.slice(copied);
    return this.short.reduce((shown, pattern) => shown.replace(pattern, mask), result);
  }
}

function standingAlone(value: string): RegExp {
  const literal = value.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return new RegExp(`(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`, "gu");
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

/** Of today and of the past, the same one perhaps more than once. */
function secretValues(settings: Settings): string[] {
  const values: string[] = [];
  for (const database of new Set([...settings.catalogue.keys(), ...settings.snapshot.databases()])) {
    for (const { entry, stored } of settings.records(database)) {
      stored.forEach((value, name) => {
        if (value !== "" && isSecret(entry, name)) values.push(value);
      });
    }
  }
  for (const { database, key, name, old } of settings.snapshot.replacedValues()) {
    if (old !== "" && isSecret(findEntry(settings.catalogue, database, key), name)) values.push(old);
  }
  return values;
}
