import type { Kind } from "./kinds.ts";

/** One property of a key. */
export interface PropertyEntry {
  readonly kind: Kind;
  /** What is read where nothing is stored; no default means that the property is absent then. */
  readonly default?: string;
  /** Made once, at random, by the first event, when nothing is stored. */
  readonly generated?: true;
  /** Never shown in history, differences, logs or progress. */
  readonly secret?: true;
  /** What it does: one sentence, for `describe` and the manual page. */
  readonly text: string;
  /** The events of which any one applies a change of it; none: nothing needs to be applied. */
  readonly events: readonly string[];
}

/**
 * One known key (`rspamd`), or one known type of record where keys are names (`user` in `accounts`). A record
 * that is known by its key is there even where nothing of it is stored: its defaults are read.
 */
export interface KeyEntry {
  readonly database: string;
  /** The key itself, or the type that such a record has. */
  readonly match: { readonly key: string } | { readonly type: string };
  /** How the key is written where it is a name: its kind and a word for it, such as `user@domain`. */
  readonly key?: { readonly kind: Kind; readonly name: string };
  /** The types that the record may have; the first is the default. */
  readonly types: readonly string[];
  /** Set for a record whose type is its value, such as SystemName: the kind of that value. */
  readonly value?: PropertyEntry;
  readonly text: string;
  /** The events of which any one applies a change of the type, and a record's coming and going. */
  readonly events: readonly string[];
  readonly properties: Readonly<Record<string, PropertyEntry>>;
  readonly rules?: readonly Rule[];
  /** The file that a site's own entry comes from; shipped ones have none. */
  readonly source?: string;
}

/** A record as a rule sees it: stored over default. */
export interface RuleRecord {
  readonly key: string;
  readonly type: string;
  /** The effective value; the empty string where there is none. */
  prop(name: string): string;
}

/** What a rule may look at beside the record itself. */
export interface RuleContext {
  /** All records of one database, in key order. */
  records(database: string): Iterable<RuleRecord>;
  /** The records that a lower-case name without its domain may stand for, found without a search through all. */
  namesakes(database: string, name: string): Iterable<Pick<RuleRecord, "key" | "type">>;
  /** The primary domain. */
  readonly primaryDomain: string;
  /** What `find` finds in the settings; it is asked once where they cannot change meanwhile. */
  once<T>(find: (context: RuleContext) => T): T;
}

/** Why a value is not accepted: `reason` and `accepted` are fragments of sentences, without a full stop. */
export interface Refusal {
  /** The property at fault, where it is one. */
  readonly property?: string;
  readonly reason: string;
  readonly accepted: string;
  /** The name or the word that was probably meant. */
  readonly nearest?: string;
}

/** A check across properties, or across records. */
export interface Rule {
  /**
   * `set`: when one of `properties` is stored; `event`: before an event that applies them; an event checks both.
   * `made`: when one is stored, and no more, for what is there already may be imported, and works somehow. `told`:
   * refuses nothing; whoever stores one of them is told.
   */
  readonly when: "set" | "event" | "made" | "told";
  readonly properties: readonly string[];
  /** Events that check the rule beside those of its properties, since what they change are other records. */
  readonly events?: readonly string[];
  /** `changed`: those of `properties` that are being stored, so that the refusal can name one; all, for an event. */
  check(record: RuleRecord, context: RuleContext, changed: ReadonlySet<string>): Refusal | undefined;
}
