import { describe, expect, it } from "vitest";
import { dkim, dkimDomains, keyOfFile, keyPath, publicKeyPath } from "../../../src/mail/dkim.ts";
import { settings } from "./some-settings.ts";

const signed = { OpenDkimStatus: "enabled" };

describe("what is signed", () => {
  it("is the mail of domains that say so, by their name in DNS, whatever becomes of mail to them", () => {
    const found = dkim(
      settings(
        {},
        {
          "Example.ORG domain": signed,
          "bücher.example domain": { ...signed, DkimSelector: "s2" },
          "off.example domain": {},
          "relayed.example domain": { ...signed, TransportType: "Relay" },
          "gone.example domain-deleted": signed,
        },
      ),
    );
    expect(found.signing).toEqual([
      { domain: "example.org", names: ["example.org"], selector: "default" },
      {
        domain: "xn--bcher-kva.example",
        names: ["xn--bcher-kva.example", "bücher.example"],
        selector: "s2",
      },
      { domain: "relayed.example", names: ["relayed.example"], selector: "default" },
    ]);
    expect(dkim(settings({})).signing).toEqual([]);
  });

  it("needs the key that signs and the one that is to take over", () => {
    const next = { ...signed, DkimSelector: "old", DkimNextSelector: "new" };
    const found = dkim(settings({}, { "example.org domain": next }));
    expect(found.keys).toEqual([
      "/var/lib/rspamd/dkim/example.org.old.key",
      "/var/lib/rspamd/dkim/example.org.new.key",
    ]);
    expect(found.signing).toMatchObject([{ domain: "example.org", selector: "old" }]);
  });

  it("is no domain whose key could have no name in DNS", () => {
    const label = "a".repeat(57);
    const domain = (last: number): string => `${label}.${label}.${label}.${label}.${"b".repeat(last)}`;
    const found = dkimDomains(
      settings({}, { [`${domain(2)} domain`]: signed, [`${domain(3)} domain`]: signed }),
    );
    expect(found.map((one) => one.domain)).toEqual([domain(2)]);
    expect(
      dkim(settings({}, { [`${domain(2)} domain`]: { ...signed, DkimNextSelector: "selector" } })).keys,
    ).toHaveLength(1);
  });
});

it("a key is known by the names of its files", () => {
  const key = { domain: "sub.example.org", selector: "s1" };
  expect([keyPath(key), publicKeyPath(key)].map(keyOfFile)).toEqual([key, key]);
  expect(["README", "key", "a.key"].map(keyOfFile)).toEqual([undefined, undefined, undefined]);
});
