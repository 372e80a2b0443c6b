import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shippedCatalogue } from "../../../src/catalogue/catalogue.ts";
import { type DbRecord, emptySnapshot } from "../../../src/db/record.ts";
import { Settings } from "../../../src/mail/settings.ts";
import { byBytes } from "../../../src/system/byte-order.ts";

const database = "configuration";

/** Settings of which one record is stored. */
function settingsWith(key: string, props: Readonly<Record<string, string>>): Settings {
  const stored: DbRecord = { key, type: "service", props: new Map(Object.entries(props)) };
  const find = (name: string, wanted: string): DbRecord | undefined =>
    name === database && wanted === key ? stored : undefined;
  const snapshot = {
    ...emptySnapshot,
    record: find,
    type: (name: string, wanted: string) => find(name, wanted)?.type,
    prop: (name: string, wanted: string, prop: string) => find(name, wanted)?.props.get(prop),
    records: (name: string) => (name === database ? [stored] : []),
  };
  return new Settings(snapshot, shippedCatalogue, () => ({ systemName: "mail", domainName: "example.org" }));
}

/** The same question put in each of the ways that settings are asked. */
function answers(settings: Settings, key: string, name: string): (string | undefined)[] {
  const listed = [...settings.records(database)].find((record) => record.key === key);
  return [settings.prop(database, key, name), settings.record(database, key)?.prop(name), listed?.prop(name)];
}

describe("a setting is read as", () => {
  it("its default, where nothing is stored of the record, or of the property", () => {
    for (const stored of ["rspamd", "dovecot"])
      expect(answers(settingsWith(stored, {}), "dovecot", "SpamFolder")).toEqual(["Junk", "Junk", "Junk"]);
  });

  it("what is stored, be it empty, and be the property unknown", () => {
    const settings = settingsWith("dovecot", { SpamFolder: "", OfOurOwn: "1" });
    expect(answers(settings, "dovecot", "SpamFolder")).toEqual(["", "", ""]);
    expect(answers(settings, "dovecot", "OfOurOwn")).toEqual(["1", "1", "1"]);
    expect(answers(settingsWith("ours", { a: "1" }), "ours", "a")).toEqual(["1", "1", "1"]);
  });

  it("absent, or empty for a rule, where there is neither, also for names of Object's members", () => {
    for (const name of ["VszLimit", "constructor", "__proto__", "toString"])
      expect(answers(settingsWith("dovecot", {}), "dovecot", name), name).toEqual([undefined, "", ""]);
    expect(answers(settingsWith("dovecot", {}), "unknown", "a")).toEqual([undefined, undefined, undefined]);
  });
});

describe("names are ordered", () => {
  it("as the bytes of their UTF-8 are", () => {
    const text = fc.string({
      unit: fc.constantFrom("a", "b", "é", "\u{d7ff}", "\u{e000}", "\u{ffff}", "\u{10000}", "\u{1f600}"),
    });
    fc.assert(
      fc.property(text, text, (left, right) => {
        const expected = Buffer.compare(Buffer.from(left), Buffer.from(right));
        expect(Math.sign(byBytes(left, right))).toBe(expected);
      }),
    );
  });
});

describe("what is found once", () => {
  const count = (snapshot: typeof emptySnapshot): number => {
    let asked = 0;
    const find = (): number => ++asked;
    const settings = new Settings(snapshot, shippedCatalogue, () => ({ systemName: "a", domainName: "b.c" }));
    settings.once(find);
    return settings.once(find);
  };

  it("is not looked for again where nothing can change", () => {
    expect(count(emptySnapshot)).toBe(1);
  });

  it("is looked for each time within a transaction that writes", () => {
    expect(count({ ...emptySnapshot, isFixed: false })).toBe(2);
  });
});
