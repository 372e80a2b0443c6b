import { describe, expect, it } from "vitest";
import { entriesOf, findEntry, shippedCatalogue, withSiteKeys } from "../../../src/catalogue/catalogue.ts";
import type { KeyEntry } from "../../../src/catalogue/entry.ts";

describe("findEntry", () => {
  const cases: readonly [string, string, string | undefined, string | undefined][] = [
    ["configuration", "rspamd", undefined, "rspamd"],
    ["configuration", "rspamd", "anything", "rspamd"],
    ["configuration", "nginx", "service", undefined],
    ["configuration", "__proto__", undefined, undefined],
    ["accounts", "john", "user", "user"],
    ["accounts", "john", undefined, undefined],
    ["accounts", "info@", "pseudonym-deleted", "pseudonym"],
    ["accounts", "postmaster@", "pseudonym", "postmaster@"],
    ["accounts", "ws1$", "machine", undefined],
    ["domains", "example.org", undefined, "domain"],
    ["domains", "example.org", "domian", "domain"],
    ["smarthosts", "@example.org", "recipient", "sender"],
    ["site", "x", undefined, undefined],
  ];
  it.each(cases)("%s %s %s: %s", (database, key, type, expected) => {
    const match = findEntry(shippedCatalogue, database, key, type)?.match;
    expect(match === undefined ? undefined : "key" in match ? match.key : match.type).toBe(expected);
  });
});

describe("withSiteKeys", () => {
  const site = (match: KeyEntry["match"], name: string, database = "configuration"): KeyEntry => ({
    database,
    match,
    types: ["type" in match ? match.type : "service"],
    text: "",
    events: [],
    properties: { [name]: { kind: { kind: "port" }, text: "", events: [] } },
    source: "/etc/mailwright/catalogue.d/x.yaml",
  });
  const names = (entry: KeyEntry | undefined) => Object.keys(entry?.properties ?? {});

  it("adds keys, types and databases", () => {
    const catalogue = withSiteKeys(shippedCatalogue, [
      site({ key: "backup" }, "Port"),
      site({ type: "printer" }, "Port", "accounts"),
      site({ type: "thing" }, "Port", "things"),
    ]);
    expect(names(findEntry(catalogue, "configuration", "backup"))).toEqual(["Port"]);
    expect(names(findEntry(catalogue, "accounts", "hp", "printer"))).toEqual(["Port"]);
    expect(names(findEntry(catalogue, "things", "any"))).toEqual(["Port"]);
    expect(entriesOf(shippedCatalogue, "things")).toEqual([]);
  });

  it("adds properties to known keys and types, postmaster@ being an address too", () => {
    const catalogue = withSiteKeys(shippedCatalogue, [
      site({ key: "rspamd" }, "SitePort"),
      site({ type: "pseudonym" }, "SitePort", "accounts"),
    ]);
    expect(names(findEntry(catalogue, "configuration", "rspamd"))).toContain("SitePort");
    expect(names(findEntry(catalogue, "accounts", "info@", "pseudonym"))).toContain("SitePort");
    expect(names(findEntry(catalogue, "accounts", "postmaster@"))).toContain("SitePort");
    expect(names(findEntry(shippedCatalogue, "configuration", "rspamd"))).not.toContain("SitePort");
    expect(entriesOf(catalogue, "accounts")).toHaveLength(4);
  });

  it("refuses to replace a property, naming the file", () => {
    const replace = () => withSiteKeys(shippedCatalogue, [site({ key: "rspamd" }, "status")]);
    expect(replace).toThrow(
      /catalogue.d\/x.yaml: configuration rspamd: the property status is known already/,
    );
  });
});
