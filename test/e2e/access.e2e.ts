import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints } from "./container/administrator.ts";
import { password } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import { delivered, login, relayed, startDomainOrg } from "./container/domain-org.ts";
import { outsider, reply, send, waitFor, XJS } from "./container/mail.ts";
import { repeat } from "./container/mail-server.ts";

const away = "a@outside.example.net";

describe("who may send what", () => {
  let container: Container;

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const postfix = async (...props: string[]): Promise<void> => {
    await type("config", "setprop", "postfix", ...props);
    await apply(container);
  };
  const hashOfJohn = async (): Promise<string> =>
    (await type("doveadm", "pw", "-s", "SHA512-CRYPT", "-p", password)).trim();

  beforeAll(async () => {
    container = await startDomainOrg();
  });
  afterAll(() => container?.stop());

  test("E1 nobody logs in on port 25; with smtpauth a login is taken there, after STARTTLS, and may do what it may elsewhere", async () => {
    const on25 = { ...login, port: 25 };
    expect(await reply(container, away, on25)).toMatch(/^AUTH 503 .*authentication not enabled/);
    await type("db", "accounts", "set", "boss@", "pseudonym", "Account", "mary", "Access", "private");
    await postfix("AccessPolicies", "smtpauth");
    expect(await relayed(container, away, on25)).toMatchObject({ from: "john@domain.org", to: away });
    expect(await delivered(container, "boss@domain.org", on25)).toEqual(["mary/INBOX"]);
    const { tls, ...clear } = on25;
    expect(tls).toBe("starttls");
    expect(await reply(container, away, clear)).toMatch(/^AUTH 5\d\d /);
    expect(await reply(container, away, { port: 25 })).toMatch(/^RCPT 554 .*Relay access denied/);
    expect(await reply(container, away, { ...on25, password: "wrong" })).toMatch(/^AUTH 535 /);
    await postfix("AccessPolicies", "");
    expect(await reply(container, away, on25)).toMatch(/^AUTH 503 /);
  });

  test("B3 a client of a trusted network reaches private addresses, and does not relay", async () => {
    expect(await reply(container, "boss@domain.org")).toMatch(/^RCPT 554 .*takes no mail from outside/);
    await type("db", "networks", "set", "192.0.2.2", "network", "Mask", "255.255.255.255");
    await type("signal-event", "trusted-networks-modify");
    await apply(container);
    expect(await delivered(container, "boss@domain.org")).toEqual(["mary/INBOX"]);
    expect(await reply(container, away)).toMatch(/^RCPT 554 .*Relay access denied/);
    expect(await reply(container, "nobody@domain.org")).toMatch(/^RCPT 550 /);
  });

  test("E1 trustednetworks lets trusted networks relay, and a changed network holds at once", async () => {
    await postfix("AccessPolicies", "trustednetworks");
    expect(await relayed(container, away)).toMatchObject({ to: away });
    await type("db", "networks", "delete", "192.0.2.2");
    await type("db", "networks", "set", "192.0.2.3", "network");
    await type("signal-event", "trusted-networks-modify");
    await apply(container);
    expect(await reply(container, away)).toMatch(/^RCPT 554 .*Relay access denied/);
    expect(await reply(container, "boss@domain.org")).toMatch(/^RCPT 554 /);
    await postfix("AccessPolicies", "");
  });

  test("E2 with SenderValidation, complete after one event, a login writes from its own addresses alone", async () => {
    const from = async (sender: string, mail = {}): Promise<string> =>
      reply(container, "paul@domain.org", { ...login, ...mail, from: sender });
    expect(await from("mary@domain.org")).toMatch(/^END 250 /);
    await type("db", "accounts", "set", "info@", "pseudonym", "Account", "john,vmail+Public Folder");
    await type("db", "accounts", "set", "info@example.com", "pseudonym", "Account", "mary");
    await type("db", "accounts", "set", "sales@domain.org", "group", "Members", "john,paul");
    await type("db", "accounts", "set", "Two Words@domain.org", "user");
    await type("config", "setprop", "postfix", "SenderValidation", "enabled", "DynamicGroupAlias", "enabled");
    await type("signal-event", "nethserver-mail-server-save");
    for (const own of ["john@domain.org", "JOHN@Example.com", "john+tag@domain.org", "info@domain.org"])
      expect(await from(own), own).toMatch(/^END 250 /);
    expect(await from("sales@example.com")).toMatch(/^END 250 /);
    for (const others of ["mary@domain.org", "info@example.com", "root@domain.org", outsider, "x@domain.org"])
      expect(await from(others), others).toMatch(/^RCPT 553 5\.7\.1 /);
    expect(await from("mary@domain.org", { port: 465, tls: "wrapped" })).toMatch(/^RCPT 553 5\.7\.1 /);
    expect(await reply(container, "paul@domain.org", { from: "mary@domain.org" })).toMatch(/^END 250 /);
    await apply(container);
  });

  test("E2 what an address leads to counts from the next event on, on port 25 too where there are logins", async () => {
    const from = (sender: string, mail = {}): Promise<string> =>
      reply(container, "paul@domain.org", { ...login, ...mail, from: sender });
    await type("db", "accounts", "setprop", "info@", "Account", "mary");
    await type("signal-event", "pseudonym-modify", "info@");
    expect(await from("info@domain.org")).toMatch(/^RCPT 553 /);
    expect(await from("info@domain.org", { user: "mary" })).toMatch(/^END 250 /);
    await type("db", "accounts", "set", "anna@domain.org", "user", "PasswordHash", await hashOfJohn());
    await type("signal-event", "user-create", "anna@domain.org");
    await waitFor(async () => /^END 250 /.test(await from("anna@domain.org", { user: "anna" })));
    await postfix("AccessPolicies", "smtpauth");
    expect(await from("mary@domain.org", { port: 25 })).toMatch(/^RCPT 553 /);
    expect(await reply(container, "paul@domain.org", { from: "mary@domain.org" })).toMatch(/^END 250 /);
    await postfix("AccessPolicies", "", "SenderValidation", "disabled");
    expect(await from("mary@domain.org")).toMatch(/^END 250 /);
  });

  test("SystemUserRecipientStatus opens the machine's own names to mail from outside; its own mail always gets there", async () => {
    const names = ["john@localhost", "john@localhost.domain.org", "john@mail.domain.org"];
    for (const name of names) {
      expect(await reply(container, name)).toMatch(/^RCPT 554 .*takes no mail from outside/);
      expect(await delivered(container, name, { via: "inside", host: "127.0.0.1" })).toEqual(["john/INBOX"]);
    }
    await postfix("SystemUserRecipientStatus", "enabled");
    for (const name of names) expect(await delivered(container, name)).toEqual(["john/INBOX"]);
    expect(await reply(container, "nobody@localhost")).toMatch(/^RCPT 550 /);
    expect(await reply(container, "boss@localhost")).toMatch(/^RCPT 554 /);
    await postfix("SystemUserRecipientStatus", "disabled");
  });

  test("TCPPorts are the ports that Postfix listens on, each of its kind; ConnectionsLimitPerIp bounds a client", async () => {
    const listening = async (): Promise<string[]> => {
      const rows = (await type("ss", "-Hltn4")).split("\n");
      const ports = rows.map((row) => /0\.0\.0\.0:(\d+)\s/.exec(row)?.[1] ?? "");
      return ["25", "465", "587", "2525"].filter((port) => ports.includes(port));
    };
    expect(await listening()).toEqual(["25", "465", "587"]);
    await postfix("TCPPorts", "25,2525,587", "ConnectionsLimitPerIp", "2", "ConnectionsLimit", "20");
    expect(await listening()).toEqual(["25", "587", "2525"]);
    expect(await delivered(container, "john@domain.org", { port: 2525 })).toEqual(["john/INBOX"]);
    expect(await type("postconf", "-M", "smtp/inet")).toMatch(/ 20 +smtpd/);
    const program = [
      "import socket",
      'lines = [socket.create_connection(("192.0.2.1", 25), 20) for _ in range(3)]',
      "print([line.recv(200).decode()[:9] for line in lines])",
    ].join("\n");
    const { stdout } = await container.outside.run(["python3", "-c", program]);
    expect(stdout).toBe("['220 mail.', '220 mail.', '421 4.7.0']\n");
    await postfix("TCPPorts", "25,465,587", "ConnectionsLimitPerIp", "0", "ConnectionsLimit", "0");
    expect(await listening()).toEqual(["25", "465", "587"]);
  });

  test("E1 AccessBypassList relays, and no filter sees its mail; that of trusted networks is filtered like any other", async () => {
    await type("config", "setprop", "rspamd", "status", "enabled");
    await type("signal-event", "nethserver-mail-filter-update");
    await apply(container);
    const spam = (mail = {}) => send(container, { to: ["john@domain.org"], body: XJS, ...mail });
    const isRefused = async (): Promise<boolean> => (await spam()).last.code >= 550;
    await waitFor(isRefused, 60);
    await type("db", "networks", "set", "192.0.2.2", "network");
    await postfix("AccessPolicies", "trustednetworks");
    await waitFor(isRefused, 60);
    expect(await spam({ to: [away] })).toMatchObject({ last: { verb: "END", code: 554 } });
    await type("db", "networks", "delete", "192.0.2.2");
    await postfix("AccessPolicies", "", "AccessBypassList", "198.51.100.0/24,192.0.2.2");
    expect(await spam()).toMatchObject({ accepted: true });
    expect(await relayed(container, away, { body: XJS })).toMatchObject({ to: away });
    expect(await reply(container, "boss@domain.org")).toMatch(/^END 250 /);
    await postfix("AccessBypassList", "");
    expect(await isRefused()).toBe(true);
  });

  test("trusted networks are what Rspamd takes for local, in place of all private ones", async () => {
    await type("db", "networks", "delete", "192.0.2.3");
    await type("db", "networks", "set", "192.168.5.0", "network", "Mask", "24");
    await type("signal-event", "trusted-networks-modify");
    const { stdout } = await container.run(["rspamadm", "configdump", "-j", "options"]);
    const { local_addrs } = JSON.parse(stdout);
    // The last one is Rspamd's own.
    expect(local_addrs).toEqual(["127.0.0.0/8", "::1/128", "192.168.5.0/24", "127.2.4.7"]);
    await apply(container);
  });

  test("the events again change nothing, and the daemons have nothing to complain of", async () => {
    await repeat(container, "trusted-networks-modify");
    await repeat(container, "nethserver-mail-server-save");
    const provoked =
      /SASL PLAIN authentication failed|Connection concurrency limit exceeded|milter-reject: END-OF-MESSAGE|connect to Milter service|can't read SMFIC_|fuzzy|rspamd.*(?:cannot|map|resolv)/i;
    expect(await complaints(container, provoked)).toEqual([]);
  });
});
