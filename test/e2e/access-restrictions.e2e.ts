import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  apply,
  complaints,
  queueIsEmpty,
  saidWithoutDelays,
  setDovecot,
  withoutDelays,
} from "./container/administrator.ts";
import { bootMailServer, password } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import { allDoors, type Door, openDoors, sessions } from "./container/logins.ts";
import { journal, smtpSend, waitFor } from "./container/mail.ts";
import { processesOf, repeat } from "./container/mail-server.ts";

const many = 10_000;

describe("a group whose members reach mailboxes from trusted networks only", () => {
  let container: Container;
  let hash = "";
  const must = (...argv: string[]): Promise<string> => container.must(argv);
  const open = (user: string, via: "inside" | "outside" = "outside"): Promise<Door[]> =>
    openDoors(container, { user, password, via });
  /** What the server answers to AUTH, and whether it takes a message. */
  const sends = async (user: string): Promise<[string, boolean]> => {
    const login = { port: 587, tls: "starttls", user, password, from: `${user}@domain.org` } as const;
    const { replies, accepted } = await smtpSend(container, { ...login, to: ["paul@domain.org"] });
    return [String(replies.find(({ verb }) => verb === "AUTH")?.code), accepted];
  };
  /** How often the daemons have said that they read their configuration anew. */
  const reloads = async (...units: string[]): Promise<number> => {
    const asked = units.length > 0 ? units : ["dovecot", "postfix@-"];
    const texts = await Promise.all(asked.map((unit) => journal(container, unit)));
    return texts
      .join("")
      .split("\n")
      .filter((line) => /SIGHUP received|reload -- version|starting up|daemon started/.test(line)).length;
  };

  beforeAll(async () => {
    container = await bootMailServer(["john", "mary", "paul"], async (booted) => {
      const group = ["Office Staff@domain.org", "group", "Members", "john"];
      await booted.must(["db", "accounts", "set", ...group]);
      await withoutDelays(booted);
    });
    hash = (await must("db", "accounts", "getprop", "john@domain.org", "PasswordHash")).trim();
  });
  afterAll(() => container?.stop());

  test("C7 members log in from this machine only; they send, and get mail, as before; others are not concerned", async () => {
    expect(await open("john")).toEqual(allDoors);
    await must("config", "setprop", "dovecot", "RestrictedAccessGroup", "Office Stuff");
    const refused = await container.run(["signal-event", "nethserver-mail-server-save"]);
    expect(refused).toMatchObject({ exit: 3 });
    expect(refused.stderr).toMatch(/there is no group office stuff/);
    await setDovecot(container, "RestrictedAccessGroup", "Office Staff");
    expect(await open("john")).toEqual([]);
    expect(await open("john@domain.org")).toEqual([]);
    expect(await open("john", "inside")).toEqual(allDoors);
    expect(await sends("john")).toEqual(["235", true]);
    expect(await open("mary")).toEqual(allDoors);
    expect(await openDoors(container, { user: "john", password: "wrong", via: "inside" })).toEqual([]);
    const mail = {
      from: "someone@outside.example.net",
      to: ["john@domain.org"],
      subject: "to the restricted",
    };
    expect(await smtpSend(container, mail)).toMatchObject({ accepted: true });
    await waitFor(
      async () => (await must("doveadm", "search", "-u", "john", "subject", mail.subject)).trim() !== "",
    );
  });

  test("C7 a trusted network, by netmask or by prefix length, opens the mailboxes; without it they are closed", async () => {
    // Postfix and Rspamd have the networks in files that they read at a reload.
    const before = await reloads("dovecot");
    for (const [network, mask] of [
      ["192.0.2.0", "255.255.255.0"],
      ["192.0.2.2", ""],
      ["192.0.2.0", "30"],
    ] as const) {
      await must("db", "networks", "set", network, "network", "Mask", mask);
      await must("signal-event", "trusted-networks-modify");
      await waitFor(async () => (await open("john")).length === allDoors.length);
      await must("db", "networks", "set", network, "network", "Mask", "32");
      await must("db", "networks", "delete", network);
      await must("db", "networks", "set", "198.51.100.0", "network", "Mask", "24");
      await must("signal-event", "trusted-networks-modify");
      await waitFor(async () => (await open("john")).length === 0);
      expect(await open("john", "inside")).toEqual(allDoors);
      expect(await open("mary")).toEqual(allDoors);
    }
    expect(await reloads("dovecot")).toBe(before);
  });

  test("C7 whoever joins the group is restricted by its event, and whoever leaves it is free, without a reload", async () => {
    const before = await reloads();
    await must("db", "accounts", "setprop", "Office Staff@domain.org", "Members", "mary@domain.org");
    await must("signal-event", "group-modify", "Office Staff@domain.org");
    await waitFor(async () => (await open("mary")).length === 0);
    expect(await open("mary", "inside")).toEqual(allDoors);
    expect(await open("john")).toEqual(allDoors);
    expect(await reloads()).toBe(before);
    await must("config", "delprop", "dovecot", "RestrictedAccessGroup");
    await apply(container);
    expect(await open("mary")).toEqual(allDoors);
  });

  test("the 10 001st user logs in within two seconds, nothing is reloaded, and open sessions stay open", async () => {
    const lines = Array.from(
      { length: many },
      (_, index) => `set user${index}@domain.org user PasswordHash ${hash}`,
    );
    await container.must(["db", "accounts", "batch"], { input: `${lines.join("\n")}\n` });
    await must("signal-event", "nethserver-mail-server-save");
    await apply(container);
    await waitFor(async () => (await open(`user${many - 1}`)).length === allDoors.length);
    const state = async () => ({ reloads: await reloads(), processes: await processesOf(container) });
    const before = await state();
    const held = sessions(container, "imap", {
      user: "john",
      password,
      connections: 3,
      commands: ["SELECT INBOX"],
      hold: 15,
      after: ["NOOP"],
    });
    const opened = async () => (await must("doveadm", "-f", "flow", "who", "john")).includes("imap");
    await waitFor(opened);
    await must("db", "accounts", "set", "newest@domain.org", "user", "PasswordHash", hash);
    await must("signal-event", "user-create", "newest@domain.org");
    const done = Date.now();
    await waitFor(
      async () => (await openDoors(container, { user: "newest", password })).length === allDoors.length,
    );
    const waited = Date.now() - done;
    console.log(`the ${many + 1}st user logs in ${waited} ms after the event`);
    expect(waited).toBeLessThan(2000);
    const mail = { from: "someone@outside.example.net", to: ["newest@domain.org"], subject: "welcome" };
    expect(await smtpSend(container, mail)).toMatchObject({ accepted: true });
    expect(await opened()).toBe(true);
    for (const { ok, after } of await held) {
      expect(ok).toBe(true);
      expect(after.at(-1)).toMatch(/^x OK NOOP/m);
    }
    expect(await state()).toEqual(before);
  });

  test("the daemons have nothing to complain of, and the events again change nothing", async () => {
    await queueIsEmpty(container);
    await repeat(container, "nethserver-mail-server-save");
    await repeat(container, "trusted-networks-modify");
    await repeat(container, "group-modify", "Office Staff@domain.org");
    expect(await complaints(container, saidWithoutDelays)).toEqual([]);
  });
});
