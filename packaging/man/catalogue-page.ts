import { accepted } from "../../src/catalogue/accepted.ts";
import { shippedCatalogue } from "../../src/catalogue/catalogue.ts";
import type { KeyEntry, PropertyEntry } from "../../src/catalogue/entry.ts";
import { isInEffect } from "../../src/catalogue/in-effect.ts";
import { type Block, type Page, type Section, seeAlso, type Term } from "./page.ts";
import { siteCatalogue } from "./site-catalogue.ts";

/** mailwright-catalogue(7): every database, key and property. */
export function cataloguePage(): Page {
  return {
    name: "mailwright-catalogue",
    section: 7,
    summary: "all settings that mailwright knows",
    sections: [
      { title: "DESCRIPTION", blocks: introduction },
      ...[...shippedCatalogue].map(databaseSection),
      ...siteCatalogue,
      seeAlso("config(1)", "db(1)", "signal-event(1)"),
    ],
  };
}

const introduction: readonly Block[] = [
  "A database holds records. A record has a key, a type, and properties. Of the records below, those under a name are there even where nothing of them is stored: their defaults are read. Records whose key is a word such as ‹user@domain› are made by db(1).",
  "Defaults are not stored. A property without one is absent until it is stored. A change takes effect when one of the events named is signalled; the same is shown by config describe, with the values of this server.",
  "In accepted forms, a list is separated by commas. What is secret is never shown in history, differences, logs and progress.",
];

function databaseSection([name, entries]: readonly [string, readonly KeyEntry[]]): Section {
  const command = name === "configuration" ? "config(1)" : `db ${name}`;
  return {
    title: `DATABASE ${name}`,
    blocks: [
      `Read and changed by ${name === "configuration" ? command : `\`${command}\``}.`,
      ...entries.flatMap(entryBlocks),
    ],
  };
}

function entryBlocks(entry: KeyEntry): Block[] {
  const { match, key, types, value, text, events, properties } = entry;
  const heading = "key" in match ? match.key : types.join(", ");
  const named =
    key === undefined || "key" in match ? "" : ` The key is ‹${key.name}›: ${accepted(key.kind)}.`;
  const type =
    value === undefined ? `Type: ${types.join(" or ")}.` : `Its type is its value: ${accepted(value.kind)}.`;
  const terms = Object.entries(properties).map(([name, property]) => propertyTerm(entry, name, property));
  return [
    { heading },
    text + named,
    [type, applied("A change of the type, or the record's coming and going", events)]
      .filter(Boolean)
      .join(" "),
    ...(terms.length === 0 ? [] : [{ terms }]),
  ];
}

function propertyTerm(entry: KeyEntry, name: string, property: PropertyEntry): Term {
  const { kind, default: fallback, generated, secret, text, events } = property;
  const facts = [
    `Accepted: ${accepted(kind)}.`,
    fallback === undefined ? "" : `Default: ${fallback === "" ? "empty" : `\`${fallback}\``}.`,
    generated === true ? "Made at random by the first event that needs it." : "",
    secret === true ? "Secret." : "",
    isInEffect(entry, name) ? "" : "No effect in this version.",
    events.length === 0 ? "Nothing needs to apply it." : applied("", events),
  ];
  return [`\`${name}\``, text, facts.filter(Boolean).join(" ")];
}

function applied(what: string, events: readonly string[]): string {
  if (events.length === 0) return "";
  return `${what === "" ? "Applied" : `${what} is applied`} by ${events.map((event) => `\`${event}\``).join(", ")}.`;
}
