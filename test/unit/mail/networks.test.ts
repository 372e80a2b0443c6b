import { describe, expect, it } from "vitest";
import { networks } from "../../../src/mail/networks.ts";
import { settings } from "./some-settings.ts";

const stored = {
  networks: {
    "192.168.5.0 network": { Mask: "255.255.255.0" },
    "10.0.0.0 network": { Mask: "8" },
    "172.16.0.7 network": {},
    "2001:DB8:: network": { Mask: "32" },
  },
};
const cidr = ["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.7/32", "192.168.5.0/24", "2001:db8::/32"];

const postfix = (props: Readonly<Record<string, string>>) =>
  networks(settings({}, {}, { "postfix service": props }, stored));

describe("networks", () => {
  it("trust this machine and the networks of the database, in whatever form the mask is", () => {
    expect(postfix({}).trusted).toEqual(cidr);
  });

  it("let this machine alone relay, the trusted ones where that is set, and those of the bypass always", () => {
    expect(postfix({}).relaying).toEqual(["127.0.0.0/8", "[::1]/128"]);
    expect(postfix({ AccessPolicies: "smtpauth,trustednetworks" }).relaying).toEqual([
      "127.0.0.0/8",
      "[::1]/128",
      ...["10.0.0.0/8", "172.16.0.7/32", "192.168.5.0/24", "[2001:db8::]/32"],
    ]);
    const { bypass, relaying } = postfix({ AccessBypassList: "192.0.2.7, 2001:db8::7,198.51.100.0/24" });
    expect(bypass).toEqual(["192.0.2.7/32", "2001:db8::7/128", "198.51.100.0/24"]);
    expect(relaying.slice(2)).toEqual(["192.0.2.7/32", "[2001:db8::7]/128", "198.51.100.0/24"]);
  });
});
