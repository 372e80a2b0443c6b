import { describe, expect, it } from "vitest";
import { shippedCatalogue, withSiteKeys } from "../../../src/catalogue/catalogue.ts";
import { jsonSchema } from "../../../src/catalogue/json-schema.ts";
import { parseSiteKeys } from "../../../src/catalogue/site-keys.ts";
import { MailwrightError } from "../../../src/errors.ts";

const example = `
configuration:
  keys:
    backup:
      text: The nightly backup.
      events: [backup-save]
      properties:
        status: { kind: enum, values: [enabled, disabled], default: enabled, text: Runs it. }
        Hour: { kind: integer, min: 0, max: 23, default: 3, text: When it begins., events: [backup-save] }
        Token: { kind: pattern, pattern: "[a-z]+", accepted: letters, secret: true, text: The token. }
    rspamd:
      properties:
        SiteRules: { kind: path, empty: true, text: Our rules., events: [nethserver-mail-filter-save] }
accounts:
  types:
    printer:
      key: { kind: host, name: host name }
      properties:
        Addresses: { kind: list, of: address, empty: true, text: Whom it may write to. }
        Either: { kind: either, of: [port, { kind: enum, values: [auto] }], text: One of them. }
`;

describe("parseSiteKeys", () => {
  it("reads keys, types and properties", () => {
    const [backup, rspamd, printer] = parseSiteKeys(example, "/x.yaml");
    expect(backup).toEqual({
      database: "configuration",
      match: { key: "backup" },
      types: ["service"],
      text: "The nightly backup.",
      events: ["backup-save"],
      source: "/x.yaml",
      properties: {
        status: {
          kind: { kind: "enum", values: ["enabled", "disabled"] },
          default: "enabled",
          text: "Runs it.",
          events: [],
        },
        Hour: {
          kind: { kind: "integer", min: 0, max: 23 },
          default: "3",
          text: "When it begins.",
          events: ["backup-save"],
        },
        Token: {
          kind: { kind: "pattern", pattern: /^(?:[a-z]+)$/u, accepted: "letters" },
          secret: true,
          text: "The token.",
          events: [],
        },
      },
    });
    expect(Object.keys(rspamd?.properties ?? {})).toEqual(["SiteRules"]);
    expect(printer?.key).toEqual({ kind: { kind: "host" }, name: "host name" });
    expect(printer?.properties.Either?.kind).toEqual({
      kind: "either",
      of: [{ kind: "port" }, { kind: "enum", values: ["auto"] }],
    });
    expect(() => withSiteKeys(shippedCatalogue, parseSiteKeys(example, "/x.yaml"))).not.toThrow();
  });

  it("takes an empty file for nothing", () => expect(parseSiteKeys("# later\n", "/x.yaml")).toEqual([]));

  const property = (text: string) => `db:\n  keys:\n    k:\n      properties:\n        A: ${text}`;
  const faults: readonly [string, string, RegExp][] = [
    ["no YAML", "a: [", /^\/x.yaml, line 1: it is no YAML/],
    ["a list", "- a", /^\/x.yaml: it must be a mapping/],
    ["an unknown member", "db:\n  kyes: {}", /line 2: db kyes: it is not known here/],
    [
      "an unknown kind",
      property("{ kind: integr, text: x }"),
      /line 5: db keys k properties A kind: it must be enum, integer/,
    ],
    [
      "an unknown inner kind",
      property("{ kind: list, of: prt, text: x }"),
      /A of: it must be the name of a kind/,
    ],
    ["a member of another kind", property("{ kind: port, min: 1, text: x }"), /A min: it is not known here/],
    ["no text", property("{ kind: port }"), /A text: it is missing/],
    [
      "a default that is refused",
      property("{ kind: integer, max: 3, default: 5, text: x }"),
      /A default: it is above 3/,
    ],
    [
      "a broken pattern",
      property("{ kind: pattern, pattern: '(', accepted: x, text: x }"),
      /A pattern: it is no regular/,
    ],
    [
      "the property type",
      "db:\n  keys:\n    k:\n      properties:\n        type: { kind: port, text: x }",
      /line 5: .*type/,
    ],
  ];
  it.each(faults)("refuses %s", (_name, text, message) => {
    let thrown: unknown;
    try {
      parseSiteKeys(text, "/x.yaml");
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(MailwrightError);
    expect(thrown).toMatchObject({
      code: "CATALOGUE_FILE",
      exit: 3,
      message: expect.stringMatching(message),
    });
  });
});

describe("jsonSchema", () => {
  it("describes a record of one database", () => {
    const schema = jsonSchema(shippedCatalogue, "domains");
    expect(schema).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      required: ["name", "type"],
      allOf: [
        {
          properties: {
            type: { enum: ["domain", "domain-deleted"] },
            props: {
              properties: { AlwaysBccStatus: { enum: ["enabled", "disabled"], default: "disabled" } },
            },
          },
        },
      ],
    });
  });
  it("describes all databases, with patterns that any reader compiles", () => {
    const schema = jsonSchema(shippedCatalogue);
    const text = JSON.stringify(schema);
    for (const database of shippedCatalogue.keys()) expect(text).toContain(`#/$defs/${database}`);
    const patterns = text.matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g);
    for (const [, source = ""] of patterns) expect(() => new RegExp(JSON.parse(source), "u")).not.toThrow();
  });
  it("marks secrets", () => {
    expect(JSON.stringify(jsonSchema(shippedCatalogue, "getmail"))).toContain('"writeOnly":true');
  });
  it("leaves a database that is not known free", () => {
    expect(jsonSchema(shippedCatalogue, "site").allOf).toBeUndefined();
  });
});
