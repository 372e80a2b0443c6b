import { describe, expect, it } from "vitest";
import { relays } from "../../../src/mail/relays.ts";
import { settings } from "./some-settings.ts";

type Rules = Readonly<Record<string, Readonly<Record<string, string>>>>;

const relaysOf = (smarthosts: Rules, configuration: Rules = {}, domains: Rules = {}) =>
  relays(settings({}, domains, configuration, { smarthosts }));

const login = { Username: "u", Password: "p:w" };

describe("relay hosts", () => {
  it("have a transport each, by whether they log in, by what, and where TLS begins", () => {
    const found = relaysOf({
      "A@x.net recipient": { Host: "One.net", Port: "25" },
      "@y.net recipient": { Host: "two.net", ...login },
      "john@example.org sender": { Host: "two.net", ...login, Port: "465" },
      "@example.org sender": { Host: "2001:db8::1", Port: "465" },
      "@off.net sender": { Host: "off.net", status: "disabled" },
    });
    expect(found.recipients).toEqual([
      { match: "y.net", transport: "smtp-host-login:[two.net]:587" },
      { match: "a@x.net", transport: "smtp:[one.net]:25" },
    ]);
    expect(found.senders).toEqual([
      { match: "@example.org", transport: "smtp-wrapped:[IPv6:2001:db8::1]:465" },
      { match: "john@example.org", transport: "smtp-sender-login-wrapped:[two.net]:465" },
    ]);
    expect(found.hostAccounts).toEqual([{ match: "[two.net]:587", login: "u:p:w" }]);
    expect(found.senderAccounts).toEqual([{ match: "john@example.org", login: "u:p:w" }]);
    expect(found.defaultTransport).toBe("");
  });

  it("the default one counts where it is enabled", () => {
    const host = { SmartHostName: "smart.net", SmartHostUsername: "u", SmartHostPassword: "" };
    expect(relaysOf({}, { "postfix service": host }).defaultTransport).toBe("");
    const on = relaysOf({}, { "postfix service": { ...host, SmartHostStatus: "enabled" } });
    expect(on.defaultTransport).toBe("smtp-host-login:[smart.net]:25");
    expect(on.hostAccounts).toEqual([{ match: "[smart.net]:25", login: "u:" }]);
  });

  it("never take the mail of a domain that has its own route", () => {
    const host = { Host: "one.net" };
    const found = relaysOf(
      {
        "john@example.org recipient": host,
        "@mail.example.org recipient": host,
        "@relay.net recipient": host,
        "@sink.net recipient": host,
        "@none.net recipient": host,
      },
      {},
      {
        "relay.net domain": { TransportType: "Relay", RelayHost: "mx.relay.net" },
        "sink.net domain": { TransportType: "SmtpSink" },
        "none.net domain": { TransportType: "none" },
      },
    );
    expect(found.recipients.map(({ match }) => match)).toEqual(["none.net"]);
  });

  it("require TLS for all rules of a host and port where one of them does", () => {
    const { security } = relaysOf({
      "@a.net sender": { Host: "one.net", TlsStatus: "disabled" },
      "@b.net recipient": { Host: "one.net" },
      "@c.net sender": { Host: "one.net", Port: "25", TlsStatus: "disabled" },
      "@d.net sender": { Host: "one.net", Port: "465", TlsStatus: "disabled" },
    });
    expect(Object.fromEntries(security.map(({ match, level }) => [match, level]))).toEqual({
      "[one.net]:587": "encrypt",
      "[one.net]:25": "may",
      "[one.net]:465": "encrypt",
    });
  });
});
