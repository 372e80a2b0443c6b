import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints, queueIsEmpty } from "./container/administrator.ts";
import { password } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import { ageCutOff, fetchNow, type Run } from "./container/fetching.ts";
import { offline, startFilterServer, waitForWorkers } from "./container/filter-server.ts";
import {
  addMail,
  host,
  left,
  newCertificate,
  pauseTimer,
  resume,
  startProvider,
  stopProvider,
} from "./container/provider.ts";
import { bringSignatures, scannerAnswers, virus, virusName, whileStopped } from "./container/scanner.ts";

const mail = (subject: string, text: string, ...headers: string[]): string =>
  [
    "Return-Path: <a@sender.example.net>",
    "From: A Sender <a@sender.example.net>",
    "To: jd@isp.net",
    `Subject: ${subject} NUMBER`,
    `Date: ${new Date().toUTCString()}`,
    `Message-ID: <NUMBER.${subject}@sender.example.net>`,
    ...headers,
    "",
    text,
    "",
  ].join("\n");

const bigCount = 10_000;

describe("fetching mail where something is wrong", () => {
  let container: Container;

  const type = (...argv: string[]): Promise<string> => container.must(argv);

  async function add(name: string, ...options: string[]): Promise<void> {
    const where = ["--to", "john", "--host", host, "--username", name, "--every", "60"];
    await container.must(["mailwright", "connector", "add", name, ...where, ...options, "--password-stdin"], {
      input: `${password}\n`,
    });
  }

  const fetch = (name: string): Promise<Run> => fetchNow(container, name);

  /** The folders that hold messages with this word in the subject. */
  async function places(word: string): Promise<string[]> {
    const rows = await type("doveadm", "-f", "flow", "fetch", "-u", "john", "mailbox", "subject", word);
    return rows
      .split("\n")
      .filter(Boolean)
      .map((row) => row.replace("mailbox=", ""))
      .sort();
  }

  const headers = (word: string): Promise<string> =>
    type("doveadm", "fetch", "-u", "john", "hdr", "subject", word);

  beforeAll(async () => {
    container = await startFilterServer(["john"], async (booted) => {
      await booted.write("/etc/e2e-zone", `${host} A 192.0.2.2\n`);
      await bringSignatures(booted);
      await booted.must(["config", "setprop", "clamd@rspamd", "status", "enabled"]);
      await booted.must(["config", "setprop", "rspamd", "VirusCheckStatus", "enabled"]);
    });
    await scannerAnswers(container);
    const users = ["spam", "raw", "virus", "down", "full", "cert", "big"];
    await startProvider(container, Object.fromEntries(users.map((user) => [user, password])));
    await pauseTimer(container);
    await type("signal-event", "nethserver-mail-getmail-update");
  });
  afterAll(() => container?.stop());

  test("F1 spam goes to Junk, what the filter refuses is told to the user, a filter that is down keeps mail", async () => {
    await addMail(container, "spam", 1, mail("harmless", "Text", "X-Test-Score: 1", "X-Spam: Yes"));
    await addMail(container, "spam", 1, mail("bargain", "Text", "X-Test-Score: 8"));
    await addMail(container, "spam", 1, mail("swindle", "Text", "X-Test-Score: 50"));
    await add("spam", "--delete-after", "0");
    expect(await fetch("spam")).toMatchObject({ delivered: 1, spam: 2, refused: 0, kept: 0 });
    expect(await places("harmless")).toEqual(["INBOX"]);
    expect(await places("bargain")).toEqual(["Junk"]);
    expect(await places("swindle")).toEqual(["Junk"]);
    expect(await headers("harmless")).not.toMatch(/^X-Spam: Yes/m);
    expect((await headers("swindle")).match(/^X-Spam: Yes/gm)).toHaveLength(1);
    expect(await headers("swindle")).toMatch(/^Return-Path: <a@sender\.example\.net>/m);

    await addMail(container, "virus", 1, mail("infected", `some text ${virus} and more`));
    await add("virus");
    expect(await fetch("virus")).toMatchObject({
      delivered: 0,
      refused: 1,
      messages: [{ result: "refused", reason: `Infected: ${virusName}` }],
    });
    expect(await places("infected 0")).toEqual([]);
    expect(await places(`A message was not delivered: Infected: ${virusName}`)).toEqual(["INBOX"]);
    const note = await type("doveadm", "fetch", "-u", "john", "text", "subject", "not delivered");
    expect(note).toMatch(/From: {4}A Sender <a@sender\.example\.net>\r?\n {4}Subject: infected 0/);
    expect(note).toMatch(/^At the provider it stays\.\r?$/m);
    expect(note).not.toContain(virus);
    expect(await left(container, "virus")).toBe(1);
    expect(await fetch("virus")).toMatchObject({ refused: 0, messages: [] });

    await addMail(container, "raw", 1, mail("unseen", `some text ${virus} and more`));
    await add("raw");
    await type("db", "getmail", "setprop", "raw", "FilterCheck", "disabled");
    expect(await fetch("raw")).toMatchObject({ delivered: 1, spam: 0 });
    expect(await places("unseen")).toEqual(["INBOX"]);
  });

  test("Rspamd that hangs or is down, or a scanner that is, keeps the message at the provider, and the next run carries on", async () => {
    await addMail(container, "down", 1, mail("later", "Text"));
    await add("down", "--delete-after", "0", "--filter");
    await type("systemctl", "stop", "rspamd");
    const stopped = await fetch("down");
    expect(stopped).toMatchObject({
      delivered: 0,
      kept: 1,
      problem: expect.stringContaining("the mail filter does not answer"),
    });
    expect(await left(container, "down")).toBe(1);
    await type("systemctl", "start", "rspamd");
    await waitForWorkers(container, []);
    await type("systemctl", "kill", "--signal=STOP", "rspamd");
    const hanging = container.run(["mailwright", "fetch", "--json", "down"]);
    await type("sleep", "5");
    expect(await left(container, "down")).toBe(1);
    await type("systemctl", "kill", "--signal=KILL", "rspamd");
    expect(JSON.parse((await hanging).stdout).runs).toMatchObject([
      { delivered: 0, kept: 1, problem: expect.stringContaining("the mail filter does not answer") },
    ]);
    await waitForWorkers(container, []);
    await whileStopped(container, async () => {
      expect(await fetch("down")).toMatchObject({
        kept: 1,
        problem: expect.stringContaining("Virus scanner does not answer"),
      });
    });
    expect(await left(container, "down")).toBe(1);
    expect(await fetch("down")).toMatchObject({ delivered: 1, kept: 0 });
    expect(await left(container, "down")).toBe(0);
    expect(await places("later")).toEqual(["INBOX"]);
  });

  test("a full mailbox keeps the message at the provider", async () => {
    await addMail(container, "full", 1, mail("large", "x".repeat(70).concat("\n").repeat(150_000)));
    await add("full", "--delete-after", "0", "--no-filter");
    await type("config", "setprop", "dovecot", "QuotaStatus", "enabled", "QuotaDefaultSize", "1");
    await apply(container);
    await container.must(["doveadm", "save", "-u", "john"], {
      input: `Subject: much\n\n${"x".repeat(99).concat("\n").repeat(1_000_000)}`,
    });
    const run = await fetch("full");
    expect(run).toMatchObject({ delivered: 0, kept: 1, problem: "the mailbox of john is full" });
    expect(await left(container, "full")).toBe(1);
    await type("doveadm", "expunge", "-u", "john", "mailbox", "INBOX", "subject", "much");
    await type("config", "setprop", "dovecot", "QuotaStatus", "disabled");
    await apply(container);
    expect(await fetch("full")).toMatchObject({ delivered: 1 });
  });

  test("a provider that is down, a wrong password and a changed certificate are told in clear words", async () => {
    await addMail(container, "cert", 1, mail("patient", "Text"));
    await add("cert", "--delete-after", "0", "--no-filter");
    await stopProvider(container);
    expect((await fetch("cert")).problem).toBe(`${host} refuses the connection`);
    await newCertificate(container, false);
    await resume(container);
    for (const protocol of ["imaps", "pop3s"]) {
      await type("mailwright", "connector", "modify", "cert", "--protocol", protocol);
      expect((await fetch("cert")).problem).toMatch(
        new RegExp(`^the certificate of ${host} is not trusted: self-signed certificate`),
      );
    }
    await stopProvider(container);
    await newCertificate(container, true);
    await resume(container);
    for (const protocol of ["pop3s", "imaps", "pop3", "imap"]) {
      await container.must(
        ["mailwright", "connector", "modify", "cert", "--protocol", protocol, "--password-stdin"],
        {
          input: "Wrong-1\n",
        },
      );
      expect((await fetch("cert")).problem).toMatch(
        new RegExp(`^${host} refuses the login: .*Authentication failed`),
      );
    }
    await container.must(
      ["mailwright", "connector", "modify", "cert", "--host", "nowhere.example.net", "--password-stdin"],
      {
        input: `${password}\n`,
      },
    );
    expect((await fetch("cert")).problem).toBe("there is no host nowhere.example.net");
    expect(await left(container, "cert")).toBe(1);
    await container.must(["mailwright", "connector", "modify", "cert", "--host", host, "--password-stdin"], {
      input: `${password}\n`,
    });
    expect(await type("mailwright", "connector", "list", "--utc")).toMatch(/^cert .*there is no host/m);
    expect(await fetch("cert")).toMatchObject({ delivered: 1 });
    expect(await places("patient")).toEqual(["INBOX"]);
  });

  test("10 000 messages come once each, though the runs are killed, and saving while one is going on does not break its lock", async () => {
    await addMail(container, "big", bigCount, mail("many", "Text"));
    await add("big", "--no-filter", "--protocol", "pop3s");
    const count = async (): Promise<number> =>
      (await type("doveadm", "search", "-u", "john", "subject", "many")).split("\n").filter(Boolean).length;
    await container.run(["timeout", "-s", "KILL", "10", "mailwright", "fetch", "big"]);
    await ageCutOff(container, "big");
    const first = await count();
    expect(first).toBeGreaterThan(10);
    const run = container.run(["mailwright", "fetch", "--json", "big"], { timeoutSeconds: 1500 });
    await type("sleep", "3");
    await type("mailwright", "connector", "modify", "big", "--every", "30");
    const second = await container.run(["mailwright", "fetch", "big"]);
    expect(second).toMatchObject({ exit: 6, stderr: expect.stringContaining("big is fetched from already") });
    const all = JSON.parse((await container.run(["mailwright", "fetch", "--all", "--json"])).stdout).runs;
    expect(all).toHaveLength(7);
    expect(all.filter(({ problem = "" }: Run) => problem.includes("fetched from already"))).toMatchObject([
      { connector: "big" },
    ]);
    const { exit, stdout } = await run;
    expect(exit).toBe(0);
    expect(JSON.parse(stdout).runs[0].delivered).toBe(bigCount - first);
    expect(await count()).toBe(bigCount);
    expect(await fetch("big")).toMatchObject({ delivered: 0, messages: [] });
  }, 1_800_000);

  test("no daemon complains, the queue is empty, and the events again change nothing", async () => {
    await apply(container);
    const expected = [...offline, /clamd|clamav|antivirus|scanner/i];
    expect(await complaints(container, ...expected)).toEqual([]);
    await queueIsEmpty(container);
    await type("signal-event", "nethserver-getmail-save");
    await apply(container);
  });
});
