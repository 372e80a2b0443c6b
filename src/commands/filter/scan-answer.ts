import { MailwrightError } from "../../errors.ts";

/** A rule of Rspamd that a message fits. */
export interface FilterSymbol {
  readonly name: string;
  readonly score: number;
  readonly description: string;
  readonly options: readonly string[];
}

/** What Rspamd answers of a message (rspamd.com, protocol of `/checkv2`). */
export interface Answer {
  /** In Rspamd's words, such as `add header`. */
  readonly action: string;
  readonly score: number;
  /** The highest score first. */
  readonly symbols: readonly FilterSymbol[];
  /** What is said to the client where a rule forces the action, whatever the score. */
  readonly message: string | undefined;
}

/** Throws where it is none: another program answers, or another version of Rspamd. */
export function answerOf(text: string): Answer {
  const answer = fields(parsed(text));
  const { action, score, symbols } = answer;
  if (typeof action !== "string" || typeof score !== "number") throw strange(text);
  const message = fields(answer["messages"])["smtp_message"];
  return {
    action,
    score,
    symbols: Object.values(fields(symbols))
      .map(symbolOf)
      .sort((one, other) => other.score - one.score || (one.name < other.name ? -1 : 1)),
    message: typeof message === "string" ? message : undefined,
  };
}

function symbolOf(value: unknown): FilterSymbol {
  const { name, score, description, options } = fields(value);
  return {
    name: String(name ?? ""),
    score: Number(score ?? 0),
    description: String(description ?? ""),
    options: Array.isArray(options) ? options.map(String) : [],
  };
}

/** The fields of an object; none of anything else. */
export function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw strange(text);
  }
}

function strange(text: string): MailwrightError {
  return new MailwrightError("Rspamd gives no answer that is understood", {
    code: "RSPAMD",
    hint: JSON.stringify(text.slice(0, 200)),
  });
}
