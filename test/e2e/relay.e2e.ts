import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints, queueIsEmpty } from "./container/administrator.ts";
import type { Container } from "./container/container.ts";
import { delivered, login, type Relayed, relayed, startDomainOrg } from "./container/domain-org.ts";
import { reply, send, waitFor } from "./container/mail.ts";
import { repeat } from "./container/mail-server.ts";

const host = "192.0.2.2";
const away = "a@outside.example.net";
const awkward = "p#a ss\"w'ö:\\x $HOME %n {b}";

describe("relay hosts", () => {
  let container: Container;

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const rule = (key: string, kind: string, ...props: string[]): Promise<string> =>
    type("db", "smarthosts", "set", key, kind, "Host", host, ...props);
  const save = async (): Promise<void> => {
    await type("signal-event", "nethserver-mail-smarthost-save");
    await apply(container);
  };
  /** How john's, or another's, message reached the other side. */
  const way = (to: string, user = "john", mail = {}): Promise<Relayed | undefined> =>
    relayed(container, to, { ...login, user, from: `${user}@domain.org`, ...mail });

  beforeAll(async () => {
    container = await startDomainOrg([
      ...["25", "2525", "587+tls+auth", "588+tls+auth", "465+wrapped+auth", "26+auth", "2526+auth", "27+tls"],
    ]);
  });
  afterAll(() => container?.stop());

  test("E4 without a rule mail goes straight to its domain; the default relay host takes what no rule matches", async () => {
    expect(await way(away)).toMatchObject({ port: 25, user: null });
    const smart = ["SmartHostStatus", "enabled", "SmartHostName", host, "SmartHostPort", "588"];
    await type(
      ...["config", "setprop", "postfix", ...smart, "SmartHostUsername", "smart", "SmartHostPassword", "s"],
    );
    await save();
    expect(await way(away)).toMatchObject({ port: 588, tls: true, user: "smart", password: "s" });
  });

  test("E4 recipient address, recipient domain, sender address, sender domain, default: the first that matches", async () => {
    await rule("@domain.org", "sender", "Port", "2525", "TlsStatus", "disabled");
    await save();
    expect(await way(away)).toMatchObject({ port: 2525, user: null });
    await rule("john@domain.org", "sender", "Port", "587", "Username", "john@isp", "Password", awkward);
    await save();
    expect(await way(away)).toMatchObject({ port: 587, tls: true, user: "john@isp", password: awkward });
    expect(await way(away, "mary")).toMatchObject({ port: 2525, user: null });
    await rule("@outside.example.net", "recipient", "Port", "2526", "Username", "r", "TlsStatus", "disabled");
    await save();
    expect(await way(away)).toMatchObject({ port: 2526, tls: false, user: "r", password: "" });
    await rule("a@outside.example.net", "recipient", "Port", "465", "Username", "one", "Password", "w p");
    await save();
    expect(await way(away)).toMatchObject({ port: 465, tls: true, user: "one", password: "w p" });
    expect(await way("b@outside.example.net")).toMatchObject({ port: 2526, user: "r" });
    expect(await way("A@Outside.Example.Net")).toMatchObject({ port: 465 });
    expect(await way("x@elsewhere.test", "john")).toMatchObject({ port: 587, user: "john@isp" });
    const outsiders = await relayed(container, "x@elsewhere.test", { via: "inside", host: "127.0.0.1" });
    expect(outsiders).toMatchObject({ port: 588, user: "smart" });
  });

  test("E4 mail for a domain that is delivered here or has its own server is never relayed by a rule", async () => {
    await rule("@example.com", "recipient", "Port", "2525");
    await rule("john@domain.org", "recipient", "Port", "2525");
    await type(
      ...["db", "domains", "set", "relay.test", "domain", "TransportType", "Relay"],
      ...["RelayHost", host, "RelayPort", "26"],
    );
    await rule("@relay.test", "recipient", "Port", "26", "Username", "not", "Password", "sent");
    await apply(container);
    expect(await delivered(container, "mary@example.com", login)).toEqual(["mary/INBOX"]);
    // "set" above has made a rule for recipients of the one for senders.
    expect(await delivered(container, "john@domain.org", login)).toEqual(["john/INBOX"]);
    expect(await way("x@relay.test")).toMatchObject({ port: 26, tls: false, user: null });
    await type("db", "smarthosts", "delete", "@relay.test");
    await type("db", "smarthosts", "delete", "@example.com");
    await type("db", "smarthosts", "delete", "john@domain.org");
  });

  test("E4 two senders have their own accounts at one host and port; one without an account borrows none", async () => {
    await type("db", "smarthosts", "delete", "@outside.example.net");
    await type("db", "smarthosts", "delete", "a@outside.example.net");
    await type("db", "smarthosts", "delete", "@domain.org");
    await rule("john@domain.org", "sender", "Port", "588", "Username", "j", "Password", "1");
    await rule("mary@domain.org", "sender", "Port", "588", "Username", "m", "Password", "2");
    await rule("paul@domain.org", "sender", "Port", "588");
    await save();
    expect(await way(away)).toMatchObject({ port: 588, user: "j", password: "1" });
    expect(await way(away, "mary")).toMatchObject({ port: 588, user: "m", password: "2" });
    expect(await way(away, "paul")).toMatchObject({ port: 588, tls: true, user: null });
    await rule("@domain.org", "sender", "Port", "588", "Username", "all", "Password", "3");
    await save();
    expect(await way(away, "paul")).toMatchObject({ port: 588, user: null });
    await type("db", "smarthosts", "delete", "@domain.org");
  });

  test("E4 a recipient rule's account is its own, whoever sends", async () => {
    await rule("@outside.example.net", "recipient", "Port", "587", "Username", "r", "Password", "r");
    await save();
    expect(await way(away)).toMatchObject({ port: 587, user: "r" });
    await type("db", "smarthosts", "setprop", "@outside.example.net", "Username", "");
    await save();
    expect(await way(away)).toMatchObject({ port: 587, user: null });
  });

  test("two recipient rules on one host and port with different accounts are refused at setprop", async () => {
    await rule("@one.test", "recipient", "Port", "590", "Username", "one", "Password", "1");
    const argv = ["db", "smarthosts", "set", "@two.test", "recipient", "Host", host, "Port", "590"];
    const second = await container.run([...argv, "Username", "two", "Password", "2"]);
    expect(second.exit).toBe(3);
    expect(second.stderr).toContain("the recipient rule @one.test uses the same host and port");
    const blank = await container.run(["db", "smarthosts", "setprop", "@one.test", "Password", "1 "]);
    expect(blank.exit).toBe(3);
    await type("db", "smarthosts", "delete", "@one.test");
  });

  test("E4 a changed rule is used for the next message, and no process of Postfix is started anew", async () => {
    const master = await container.read("/var/spool/postfix/pid/master.pid");
    await type("db", "smarthosts", "setprop", "@outside.example.net", "Username", "new", "Password", "n");
    await type("signal-event", "nethserver-mail-smarthost-save");
    expect(await way(away)).toMatchObject({ port: 587, user: "new", password: "n" });
    await type("db", "smarthosts", "setprop", "@outside.example.net", "Password", "changed");
    await type("signal-event", "nethserver-mail-smarthost-save");
    expect(await way(away)).toMatchObject({ user: "new", password: "changed" });
    const another = ["Port", "588", "Username", "smart", "Password", "s"];
    await type("db", "smarthosts", "setprop", "@outside.example.net", ...another);
    await type("signal-event", "nethserver-mail-smarthost-save");
    expect(await way(away)).toMatchObject({ port: 588, user: "smart" });
    await type("db", "smarthosts", "setprop", "@outside.example.net", "status", "disabled");
    await type("signal-event", "nethserver-mail-smarthost-save");
    expect(await way(away)).toMatchObject({ port: 588, user: "j" });
    expect(await container.read("/var/spool/postfix/pid/master.pid")).toBe(master);
    await apply(container);
  });

  test("TLS: without it mail waits where a rule requires it, and of two rules for one host the stricter holds", async () => {
    await rule("john@domain.org", "sender", "Port", "2525", "TlsStatus", "disabled");
    await save();
    expect(await way(away)).toMatchObject({ port: 2525, tls: false });
    await rule("mary@domain.org", "sender", "Port", "2525", "TlsStatus", "enabled");
    await save();
    expect(await send(container, { ...login, to: [away], subject: "waits" })).toMatchObject({
      accepted: true,
    });
    const reason = await waitFor(async () => {
      const { stdout } = await container.run(["postqueue", "-j"]);
      return /"delay_reason": "([^"]+)"/.exec(stdout)?.[1];
    });
    expect(reason).toContain("TLS is required, but was not offered");
    await type("db", "smarthosts", "delete", "mary@domain.org");
    await save();
    await type("postqueue", "-f");
    await queueIsEmpty(container);
    await rule("john@domain.org", "sender", "Port", "27", "TlsStatus", "disabled");
    await save();
    expect(await way(away)).toMatchObject({ port: 27, tls: true });
    await type("db", "smarthosts", "delete", "john@domain.org");
    const clear = ["SmartHostPort", "2525", "SmartHostTlsStatus", "disabled", "SmartHostUsername", ""];
    await type("config", "setprop", "postfix", ...clear);
    await save();
    expect(await way(away)).toMatchObject({ port: 2525, tls: false });
  });

  test("accounts are for nobody but root, in source and table", async () => {
    const paths = ["relay-accounts", "sender-accounts"].flatMap((name) => [name, `${name}.cdb`]);
    const modes = await type("stat", "-c", "%a %U %n", ...paths.map((name) => `/etc/postfix/${name}`));
    for (const line of modes.trim().split("\n")) expect(line).toMatch(/^600 root /);
    expect(await reply(container, "john@domain.org", { from: "x@outside.example.net" })).toMatch(/^END 250 /);
  });

  test("the events again change nothing, and the daemons have nothing to complain of", async () => {
    await repeat(container, "nethserver-mail-smarthost-save");
    await queueIsEmpty(container);
    expect(await complaints(container, /TLS is required, but was not offered/)).toEqual([]);
  });
});
