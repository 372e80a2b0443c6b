import { expect, it } from "vitest";
import { listeners } from "../../../src/mail/listeners.ts";
import { tlsPolicy } from "../../../src/mail/tls-policy.ts";
import { settings } from "./some-settings.ts";

it("each port of SMTP is of a kind, and an unknown one is for other servers", () => {
  const props = { TCPPorts: "25,587,2525,465,10025,25", ConnectionsLimit: "7", AccessPolicies: "smtpauth" };
  const of = (service: string, processes = "7") => ({ service, processes });
  expect(listeners(settings({}, {}, { "postfix service": props }))).toEqual({
    exchange: [of("smtp"), of("2525")],
    submission: [of("submission")],
    submissions: [of("submissions")],
    takesLogins: true,
  });
  expect(listeners(settings({}))).toEqual({
    exchange: [of("smtp", "-")],
    submission: [of("submission", "-")],
    submissions: [of("submissions", "-")],
    takesLogins: false,
  });
});

it("an old TLS policy takes old protocols, and an empty one is the newest", () => {
  const policy = (name: string) => tlsPolicy(settings({}, {}, { "tls configuration": { policy: name } }));
  for (const old of ["20180330", "20180621", "20181001"]) {
    expect(policy(old)).toMatchObject({
      minimum: "TLSv1",
      ciphers: expect.stringMatching(/:!RC4:.*@SECLEVEL=0$/),
    });
  }
  expect(policy("20180330").ciphers).toContain("!ECDSA");
  expect(policy("20180621").ciphers).not.toContain("!ECDSA");
  expect(policy("20200510").minimum).toBe("TLSv1.2");
  expect(policy("")).toEqual(policy("20200510"));
  expect(tlsPolicy(settings({}))).toEqual(policy("20200510"));
});
