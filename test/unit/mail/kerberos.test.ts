import { describe, expect, it } from "vitest";
import { kerberos, kerberosTroubles } from "../../../src/mail/kerberos.ts";
import { type Keytab, principalsOf } from "../../../src/mail/keytab.ts";
import type { Settings } from "../../../src/mail/settings.ts";
import { systemAccounts } from "../../../src/mail/system-accounts.ts";
import { keytabOf } from "./some-keytab.ts";
import { someSettings } from "./some-settings.ts";

const path = "/var/lib/dovecot/krb5.keytab";
const host = "mail.example.org";

function read(...names: readonly string[]): Keytab {
  return { state: "read", principals: principalsOf(keytabOf(...names)) ?? [] };
}

/** Keys of these services, in the realm EXAMPLE.ORG. */
function keys(...primaries: readonly string[]): Keytab {
  return read(...primaries.map((primary) => `${primary}/${host}@EXAMPLE.ORG`));
}

const people = systemAccounts("anna:x:1000:1000::/:\nbert:x:1001:1001::/:\nmary:x:1002:1002::/:\n", "", "");

function site(keytab: Keytab, dovecot: Readonly<Record<string, string>> = {}, Provider = "system"): Settings {
  const accounts = {
    "john@example.org user": { PasswordHash: "{PLAIN}x" },
    "bert@example.org user": { MailStatus: "disabled" },
  };
  const configuration = { "dovecot service": dovecot, "sssd service": { Provider } };
  return someSettings({ accounts, configuration }).withSystemAccounts(people, keytab);
}

describe("Kerberos tickets", () => {
  it("are taken by the services that are listed and have keys, of the system's users who may log in", () => {
    expect(kerberos(site(keys("imap", "POP", "smtp", "host")))).toEqual({
      isOffered: true,
      keytab: path,
      refused: ["sieve"],
      isSending: true,
      holders: ["anna/anna@EXAMPLE.ORG", "mary/mary@EXAMPLE.ORG"],
    });
    expect(kerberosTroubles(site(keys("imap", "POP", "smtp", "host")))).toEqual([]);
  });

  it("are refused by services without a key, which is said, and by those that are not listed", () => {
    const one = site(keys("imap", "sieve"));
    expect(kerberos(one)).toMatchObject({
      isOffered: true,
      refused: ["pop3", "sieve", "smtp"],
      isSending: false,
    });
    expect(kerberosTroubles(one)).toEqual([
      `${path} has no key of pop/HOST: pop3 takes no Kerberos tickets`,
      `${path} has no key of smtp/HOST: smtp takes no Kerberos tickets`,
    ]);
    const listed = site(keys("imap", "sieve"), { KrbPrimaryList: "Sieve" });
    expect(kerberos(listed)).toMatchObject({ isOffered: true, refused: ["imap", "pop3", "smtp"] });
    expect(kerberosTroubles(listed)).toEqual([]);
  });

  it("are taken nowhere without the system's accounts, the switch, a service or a key of one", () => {
    const all = keys("imap", "pop", "smtp");
    const none = { isOffered: false, refused: [], isSending: false, holders: [] };
    expect(kerberos(site(all, {}, "none"))).toMatchObject(none);
    expect(kerberos(site(all, { KrbStatus: "disabled" }))).toMatchObject(none);
    expect(kerberos(site(all, { KrbPrimaryList: "" }))).toMatchObject(none);
    expect(kerberos(site(keys("host")))).toMatchObject(none);
    expect(kerberos(site(read("imap@EXAMPLE.ORG", "imap/a/b@EXAMPLE.ORG")))).toMatchObject(none);
    expect(kerberosTroubles(site(keys("host"), { KrbStatus: "disabled" }))).toEqual([]);
  });

  it("are taken of one realm: in keys of two, one name would be two people", () => {
    const both = site(read(`imap/${host}@A`, `imap/${host}@B`));
    expect(kerberos(both)).toMatchObject({ isOffered: false, holders: [] });
    expect(kerberosTroubles(both)).toEqual([
      `${path} has keys of several realms, A, B: no Kerberos tickets are taken`,
    ]);
    const others = site(read(`imap/${host}@A`, `host/${host}@B`));
    expect(kerberos(others).holders).toEqual(["anna/anna@A", "mary/mary@A"]);
  });

  it("are taken nowhere by keys that Dovecot cannot read, or everybody can, and that is said", () => {
    for (const [state, text] of [
      ["open", "may be read or changed by others"],
      ["closed", "cannot be read by Dovecot"],
      ["other", "is no file of Kerberos keys"],
    ] as const) {
      expect(kerberos(site({ state }))).toMatchObject({ isOffered: false, holders: [] });
      expect(kerberosTroubles(site({ state }))).toEqual([expect.stringContaining(`${path} ${text}`)]);
    }
  });

  it("are not missed where no keys are, unless they are asked for", () => {
    expect(kerberosTroubles(site({ state: "absent" }))).toEqual([]);
    expect(kerberosTroubles(site({ state: "absent" }, { KrbStatus: "disabled" }))).toEqual([]);
    expect(kerberosTroubles(site({ state: "absent" }, { KrbStatus: "enabled" }))).toEqual([
      `there is no ${path}: no Kerberos tickets are taken (dovecot KrbStatus)`,
    ]);
  });
});
