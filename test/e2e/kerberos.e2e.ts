import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  apply,
  complaints,
  queueIsEmpty,
  saidWithoutDelays,
  setDovecot,
  withoutDelays,
} from "./container/administrator.ts";
import { type Container, startContainer } from "./container/container.ts";
import { allDoors, openDoors } from "./container/logins.ts";
import { waitFor } from "./container/mail.ts";
import { repeat } from "./container/mail-server.ts";
import {
  addKeys,
  foreignRealm,
  host,
  makeRealms,
  openedDoors,
  realm,
  type TicketDoor,
  type TicketLogin,
  type TicketSession,
  ticketDoors,
  ticketOf,
  ticketSession,
} from "./container/realm.ts";
import { debPath, rootCache } from "./places.ts";

const save = "nethserver-mail-server-save";
const keytab = "/var/lib/dovecot/krb5.keytab";
/** What takes tickets as long as nobody says otherwise; sieve has no key. */
const usual: TicketDoor[] = ["imap", "pop3", "smtp"];
const people = ["anna", "bert", "john", "ghost", "anna/admin"];

describe("Kerberos", () => {
  let container: Container;
  const must = (...argv: string[]): Promise<string> => container.must(argv);
  const ticket = (person: string): Promise<string> => ticketOf(container, person);
  /** The doors that a ticket of this person opens; in the realm of the server unless named. */
  const opened = async (person: string, login: Partial<TicketLogin> = {}): Promise<TicketDoor[]> => {
    const cache = await ticket(person.includes("@") ? person : `${person}@${realm}`);
    return openedDoors(container, { cache, ...login });
  };
  const visit = async (door: TicketDoor, login: Partial<TicketLogin> = {}): Promise<TicketSession> =>
    ticketSession(container, door, { cache: await ticket(`anna@${realm}`), ...login });
  /** The services that name GSSAPI to clients. */
  const naming = async (): Promise<TicketDoor[]> => {
    const doors = Object.keys(ticketDoors) as TicketDoor[];
    const seen = await Promise.all(doors.map(async (door) => ({ door, ...(await visit(door)) })));
    for (const { door, mechanisms } of seen) expect(mechanisms, door).toContain("PLAIN");
    return seen.filter(({ mechanisms }) => mechanisms.includes("GSSAPI")).map(({ door }) => door);
  };
  const allows = async (path: string, mode: string): Promise<void> => {
    await must("chgrp", "dovecot", path);
    await must("chmod", mode, path);
  };
  /** What the event says that makes the files; a keytab that is another waits for no setting. */
  const said = async (): Promise<string> => {
    const { exit, stdout, stderr } = await container.run(["signal-event", save]);
    expect(exit).toBe(0);
    expect(await container.run(["mailwright", "verify"])).toMatchObject({ exit: 0 });
    return stdout + stderr;
  };

  beforeAll(async () => {
    container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
    for (const name of ["anna", "bert"]) await must("useradd", "--create-home", name);
    await container.must(["chpasswd"], { input: "anna:System-1\nbert:System-2\n" });
    await must("groupadd", "office");
    await must("usermod", "--append", "--groups", "office", "bert");
    await makeRealms(container, [
      ...people.map((name) => `${name}@${realm}`),
      ...["anna", "bert"].map((name) => `${name}@${foreignRealm}`),
    ]);
    await must("config", "set", "DomainName", "domain.org");
    await must("config", "setprop", "rspamd", "status", "disabled");
    const hash = (await must("doveadm", "pw", "-s", "SHA512-CRYPT", "-p", "Record-1")).trim();
    await must("db", "accounts", "set", "john@domain.org", "user", "PasswordHash", hash);
    await withoutDelays(container);
    await must("signal-event", "nethserver-mail-server-update");
    await must("signal-event", "nethserver-mail-filter-save");
    await must("config", "setprop", "sssd", "Provider", "system");
    await apply(container);
  });
  afterAll(() => container?.stop());

  test("without keys no ticket is asked for, which is said where KrbStatus is set", async () => {
    expect(await naming()).toEqual([]);
    expect(await said()).not.toContain("Kerberos");
    await must("config", "setprop", "dovecot", "KrbStatus", "enabled");
    expect(await said()).toContain(`there is no ${keytab}: no Kerberos tickets are taken`);
    await must("config", "delprop", "dovecot", "KrbStatus");
    await apply(container);
  });

  test("a ticket opens the mailbox of its owner, sends mail, and needs no password", async () => {
    await addKeys(container, keytab, ["imap", "pop", "smtp"]);
    await allows(keytab, "0640");
    expect(await said()).not.toContain("Kerberos");
    expect(await opened("anna")).toEqual(usual);
    expect(await opened("bert")).toEqual(usual);
    const mail = { sender: "anna@domain.org", recipient: "bert@domain.org", subject: "by ticket" };
    expect(await visit("smtp", mail)).toMatchObject({ ok: true });
    await queueIsEmpty(container);
    const cache = await ticket(`bert@${realm}`);
    for (const door of ["imap", "pop3"] as const)
      expect(await ticketSession(container, door, { cache }), door).toMatchObject({
        ok: true,
        subjects: ["by ticket"],
      });
    expect(await must("doveadm", "search", "-u", "anna", "ALL")).toBe("");
    expect(await openDoors(container, { user: "anna", password: "System-1" })).toEqual(allDoors);
  });

  test("curl reads and sends with a ticket", async () => {
    const env = { KRB5CCNAME: await ticket(`bert@${realm}`) };
    const login = [
      "curl",
      "-sS",
      "-k",
      "--ssl-reqd",
      "-u",
      `bert@${realm}:`,
      "--login-options",
      "AUTH=GSSAPI",
    ];
    const curl = (input: string, ...words: string[]): Promise<string> =>
      container.must([...login, ...words], { env, input });
    const envelope = ["--mail-from", "bert@domain.org", "--mail-rcpt", "bert@domain.org", "-T", "-"];
    await curl(
      "From: bert@domain.org\r\nSubject: by curl\r\n\r\ntext\r\n",
      `smtp://${host}:587`,
      ...envelope,
    );
    await queueIsEmpty(container);
    expect(await curl("", `imap://${host}/`, "-X", "STATUS INBOX (MESSAGES)")).toContain("(MESSAGES 2)");
    expect(await curl("", `pop3://${host}/2`)).toContain("Subject: by curl\r\n");
    const { subjects } = await ticketSession(container, "imap", { cache: env.KRB5CCNAME });
    expect(subjects).toEqual(["by ticket", "by curl"]);
  });

  test("who logs in is whose ticket it is: by any spelling of the own name, and by no other", async () => {
    for (const identity of ["anna", "Anna@domain.org", `anna@${realm}`])
      expect(await opened("anna", { identity }), identity).toEqual(usual);
    await must("config", "setprop", "dovecot", "AdminIsMaster", "enabled");
    await apply(container);
    const others = [
      "bert",
      "root",
      "vmail",
      "anna*vmail",
      "bert*vmail",
      "bert*root",
      "bert*anna",
      "anna/anna",
    ];
    for (const identity of others) expect(await opened("anna", { identity }), identity).toEqual([]);
    await must("config", "delprop", "dovecot", "AdminIsMaster");
    await apply(container);
  });

  test("no ticket of a foreign realm, of a record, of nobody here or of another part opens anything", async () => {
    // Kerberos by itself would let these in.
    await container.write("/home/anna/.k5login", `anna@${foreignRealm}\n`);
    await must("chown", "anna:", "/home/anna/.k5login");
    for (const identity of ["", "anna", "anna@domain.org", `anna@${realm}`])
      expect(await opened(`anna@${foreignRealm}`, { identity }), identity).toEqual([]);
    for (const name of ["john", "ghost", "anna/admin"])
      for (const identity of ["", "anna", name])
        expect(await opened(name, { identity }), `${name} ${identity}`).toEqual([]);
    expect(await openedDoors(container, { cache: "/tmp/none" })).toEqual([]);
    expect(await opened("anna")).toEqual(usual);
  });

  test("A4 MailStatus=disabled refuses tickets too, and enabling restores", async () => {
    await must("db", "accounts", "set", "anna@domain.org", "user", "MailStatus", "disabled");
    await must("signal-event", "user-create", "anna@domain.org");
    await waitFor(async () => (await opened("anna")).length === 0);
    for (const identity of ["anna", "anna*vmail", "anna*root"])
      expect(await opened("anna", { identity }), identity).toEqual([]);
    await must("db", "accounts", "delprop", "anna@domain.org", "MailStatus");
    await must("signal-event", "user-modify", "anna@domain.org");
    await waitFor(async () => (await opened("anna")).length === usual.length);
  });

  test("C7 members of the restricted group show tickets from trusted networks only", async () => {
    await setDovecot(container, "RestrictedAccessGroup", "office");
    expect(await opened("bert")).toEqual(["smtp"]);
    expect(await opened("bert", { identity: "bert@domain.org" })).toEqual(["smtp"]);
    expect(await opened("bert", { via: "inside" })).toEqual(usual);
    expect(await opened("anna")).toEqual(usual);
    await must("config", "delprop", "dovecot", "RestrictedAccessGroup");
    await apply(container);
    expect(await opened("bert")).toEqual(usual);
  });

  test("KrbPrimaryList names the services that take tickets, and one without a key is said", async () => {
    await setDovecot(container, "KrbPrimaryList", "imap");
    expect(await opened("anna")).toEqual(["imap"]);
    expect(await naming()).toEqual(["imap", "pop3", "sieve"]);
    expect(await openDoors(container, { user: "anna", password: "System-1" })).toEqual(allDoors);
    await must("config", "setprop", "dovecot", "KrbPrimaryList", "sieve,smtp");
    expect(await said()).toContain(`${keytab} has no key of sieve/HOST: sieve takes no Kerberos tickets`);
    expect(await opened("anna")).toEqual(["smtp"]);
    await addKeys(container, keytab, ["sieve"]);
    expect(await said()).not.toContain("Kerberos");
    expect(await opened("anna")).toEqual(["sieve", "smtp"]);
    await must("config", "delprop", "dovecot", "KrbPrimaryList");
    await apply(container);
    expect(await opened("anna")).toEqual(usual);
  });

  test("KrbKeytabPath is the file with the keys, which not everybody may read, and of one realm", async () => {
    const other = "/etc/dovecot/site.keytab";
    await addKeys(container, other, ["pop"]);
    await allows(other, "0600");
    await must("config", "setprop", "dovecot", "KrbKeytabPath", other);
    expect(await said()).toContain(`${other} cannot be read by Dovecot`);
    expect(await naming()).toEqual([]);
    await allows(other, "0644");
    expect(await said()).toContain(`${other} may be read or changed by others`);
    expect(await naming()).toEqual([]);
    await allows(other, "0640");
    expect(await said()).toContain(`${other} has no key of imap/HOST`);
    // The key of pop is another than before, which the other file has: only one of them is the KDC's.
    expect(await opened("anna")).toEqual(["pop3"]);
    await addKeys(container, other, ["imap"], foreignRealm);
    expect(await said()).toContain(`${other} has keys of several realms, ${realm}, ${foreignRealm}`);
    expect(await opened("anna")).toEqual([]);
    await must("config", "delprop", "dovecot", "KrbKeytabPath");
    await addKeys(container, keytab, ["pop"]);
    expect(await said()).not.toContain("Kerberos");
    expect(await opened("anna")).toEqual(usual);
  });

  test("with KrbStatus disabled, or the accounts of records alone, there are passwords alone", async () => {
    await setDovecot(container, "KrbStatus", "disabled");
    expect(await naming()).toEqual([]);
    expect(await opened("anna")).toEqual([]);
    expect(await openDoors(container, { user: "anna", password: "System-1" })).toEqual(allDoors);
    await must("config", "delprop", "dovecot", "KrbStatus");
    await must("config", "setprop", "sssd", "Provider", "none");
    await apply(container);
    expect(await naming()).toEqual([]);
    await must("config", "setprop", "sssd", "Provider", "system");
    await apply(container);
    expect(await opened("anna")).toEqual(usual);
  });

  test("without dovecot-gssapi there are passwords alone, and that is said", async () => {
    const plugin = "/usr/lib/dovecot/modules/auth/libmech_gssapi.so";
    await must("mv", plugin, "/root/");
    const text = `/etc/dovecot/kerberos.conf is left out: there is no ${plugin}: no Kerberos tickets are taken`;
    expect(await said()).toContain(text);
    expect(await naming()).toEqual([]);
    expect(await openDoors(container, { user: "anna", password: "System-1" })).toEqual(allDoors);
    await must("mv", "/root/libmech_gssapi.so", plugin);
    expect(await said()).not.toContain("Kerberos");
    expect(await opened("anna")).toEqual(usual);
  });

  test("the daemons have nothing to complain of, and the events again change nothing", async () => {
    await repeat(container, save);
    await repeat(container, "user-modify", "anna@domain.org");
    const refused = /SASL GSSAPI authentication failed: /;
    expect(await complaints(container, saidWithoutDelays, refused)).toEqual([]);
    expect((await must("postqueue", "-j")).trim()).toBe("");
  });
});
