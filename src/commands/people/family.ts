import type { RuleRecord } from "../../catalogue/entry.ts";
import type { Argument, CommandInfo, Option } from "../command.ts";

/** An option that stands for properties of the record. */
export interface PropertyOption extends Option {
  /** It takes something back, so that a new record has no use for it. */
  readonly takesBack?: true;
  /**
   * What is stored for it: from its value, which is "" for a switch, and the record as it is with the options before.
   * Throws where the value cannot be stored.
   */
  stores(value: string, record: RuleRecord): Readonly<Record<string, string>>;
}

/** A column of a list, or a line below a record. */
export interface Column {
  readonly title: string;
  /** It is off, whatever the record says, while DynamicGroupAlias of postfix is disabled. */
  readonly isGroupAddress?: true;
  cell(record: RuleRecord): string;
}

/**
 * A kind of records that people have a command for, as data: where they are kept, how a name becomes a key, what options
 * stand for, and the events that carry a change out. The verbs add, modify, list, show and delete are the same for all.
 */
export interface Family {
  /** Of the command, and how messages call one of them. */
  readonly name: Argument & ("user" | "group" | "address" | "domain" | "relay" | "connector" | "sync");
  /** How messages call one where the name is no word for it. */
  readonly noun?: string;
  readonly summary: string;
  readonly database: string;
  /** The types of its records; the first is that of a new one, unless an option stores the property `type`. */
  readonly types: readonly string[];
  /** The keys that a name may stand for; the first is that of a new record. */
  keys(name: string, primaryDomain: string): readonly string[];
  /** Whether a name without a domain stands for a record of any domain, of which there is one at most. */
  readonly isOfAnyDomain?: true;
  readonly events: { readonly add: string; readonly modify: string; readonly delete: string };
  readonly options: readonly PropertyOption[];
  /** Properties that are for people to read, and that no daemon has to hear of. */
  readonly notes: readonly string[];
  readonly password?: {
    readonly property: string;
    /** Whether its hash is kept; it is asked for twice, when the record is new. */
    readonly isHashed: boolean;
    /** The properties of the login name with which it is asked for, and of the host, where it is one at another server; and what that is called. */
    readonly account?: { readonly username: string; readonly host: string; readonly place: string };
  };
  /** Why a new record with these properties is not made, or `undefined`. */
  lacks?(props: ReadonlyMap<string, string>): string | undefined;
  /** What there is to do with a new one, as a sentence. */
  next?(key: string): string;
  /** Further columns of a list, behind the key. */
  readonly columns: readonly Column[];
  /** What a deletion does, as a sentence. */
  loses(key: string): string;
  /** What stands in the way of a deletion. */
  keeps?(key: string, primaryDomain: string): string | undefined;
  /** What can be removed with a record, by an event of its own. */
  readonly cleanup?: {
    readonly option: Option;
    readonly event: string;
    loses(key: string): string;
    /** What is so where the record is gone and this event has failed. */
    unfinished(key: string): string;
  };
  readonly examples: Readonly<Record<"add" | "modify", CommandInfo["examples"]>>;
  /** A name for the other examples. */
  readonly example: string;
}

/** An option whose value is the property's. */
export function text(name: string, value: string, property: string, summary: string): PropertyOption {
  return { name, value, summary, stores: (given) => ({ [property]: given }) };
}

/** A switch that takes back what another option stands for. */
export function takingBack(
  name: string,
  props: Readonly<Record<string, string>>,
  summary: string,
): PropertyOption {
  return { ...flag(name, props, summary), takesBack: true };
}

/** A switch that stores these properties. */
export function flag(name: string, props: Readonly<Record<string, string>>, summary: string): PropertyOption {
  return { name, summary, stores: () => props };
}

/** Any property by its name. */
export const setOption: Option = {
  name: "set",
  value: "PROPERTY=VALUE",
  summary: "any other property, as often as needed",
};
