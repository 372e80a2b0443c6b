import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { HttpRequest } from "../../../src/system/http.ts";
import { fakeMachine } from "../apply/fake-system.ts";
import { Office } from "../people/office.ts";

const asked = vi.hoisted(() => ({
  requests: [] as { port: number; path: string; headers: Record<string, unknown>; body: string }[],
  answer: { status: 200, body: "{}" } as { status: number; body: string } | Error,
}));

vi.mock("../../../src/system/real-system.ts", async (original) =>
  fakeMachine.instead(await original<typeof import("../../../src/system/real-system.ts")>()),
);
vi.mock("../../../src/system/http.ts", () => ({
  ask: async ({ port, path, headers = {}, bytes = Buffer.of() }: HttpRequest) => {
    asked.requests.push({ port, path, headers, body: Buffer.from(bytes).toString("latin1") });
    if (asked.answer instanceof Error) throw asked.answer;
    return asked.answer;
  },
}));

const plain = "From: a@b.example\nSubject: x\n\nA message.\n";

/** As Rspamd would answer. */
function says(action: string, score: number, message?: string, ...names: string[]): void {
  const symbols = Object.fromEntries(
    names.map((name, at) => [
      name,
      { name, score: at, description: `what ${name} says`, options: ["o", "p"] },
    ]),
  );
  const messages = message === undefined ? {} : { smtp_message: message };
  asked.answer = { status: 200, body: JSON.stringify({ action, score, symbols, messages }) };
}

describe("scan", () => {
  let office: Office;
  let file: string;
  const scan = (...args: string[]) => office.mailwright("scan", ...args);
  const scanned = async (...args: string[]) =>
    JSON.parse(await office.done("scan", "--json", file, ...args)).messages[0];

  beforeEach(async () => {
    office = new Office();
    asked.requests.length = 0;
    file = join(mkdtempSync(join(tmpdir(), "scan-")), "message.eml");
    writeFileSync(file, plain);
    await office.config("setprop", "rspamd", "Password", "secret-of-rspamd");
    says("no action", 0);
  });

  it("asks the controller with the password, and for settings that leave no trace", async () => {
    await scanned(
      "--from",
      "<>",
      "--to",
      "a@b.example",
      "--to",
      "jö@b.example",
      "--user",
      "john",
      "--ip",
      "192.0.2.7",
    );
    expect(asked.requests).toEqual([
      {
        port: 11334,
        path: "/checkv2",
        body: plain,
        headers: {
          Password: "secret-of-rspamd",
          From: "<>",
          Rcpt: ["a@b.example", Buffer.from("jö@b.example").toString("latin1")],
          IP: "192.0.2.7",
          User: "john",
          "Settings-ID": "mailwright_scan",
          Flags: "no_log,no_stat",
        },
      },
    ]);
  });

  it("takes what is not told from what this server noted in the message", async () => {
    const forged =
      "Received: from evil (evil.example [198.51.100.9]) by mail.example.net (Postfix) with ESMTP id 1";
    const lines = [
      "Return-Path: <bounce@b.example>",
      "Delivered-To: john@example.org",
      "Received: from mail.example.org by mail.example.org with LMTP id 2",
      "Received: from helo.example (name.example [IPv6:2001:db8::7])\n\t(using TLSv1.3)\n\tby mail.example.org (Postfix) with ESMTPS id 3",
      forged,
    ];
    writeFileSync(file, `${lines.join("\n")}\n${plain}`);
    expect((await scanned()).envelope).toEqual({
      ...{ from: "bounce@b.example", to: ["john@example.org"] },
      ...{ ip: "2001:db8::7", hostname: "name.example", helo: "helo.example" },
    });
    const told = await scanned("--ip", "192.0.2.7", "--from", "x@y.example");
    expect(told.envelope).toEqual({ from: "x@y.example", to: ["john@example.org"], ip: "192.0.2.7" });
    writeFileSync(file, `${forged}\n${plain}`);
    expect((await scanned()).envelope).toEqual({ to: [] });
  });

  it.each([
    ["no action", undefined, "accepted"],
    ["greylist", undefined, "put off"],
    ["soft reject", "Try again later", "put off"],
    ["add header", undefined, "flagged"],
    ["rewrite subject", undefined, "flagged"],
    ["reject", undefined, "refused"],
    ["reject", "Infected: X", "refused"],
  ])("tells of %s (%s) that it is %s", async (action, message, outcome) => {
    says(action, 7, message);
    expect(await scanned()).toMatchObject({ action: outcome, score: 7 });
    expect((await scanned()).reason).toBe(message);
  });

  it("tells that mail of logins and of trusted networks is not put off for its score, as Rspamd's greylist spares both", async () => {
    await office.db("networks", "set", "192.0.2.0", "network", "Mask", "255.255.255.0");
    says("greylist", 5);
    expect(await scanned("--ip", "198.51.100.7")).toMatchObject({ action: "put off" });
    for (const near of ["127.0.0.1", "::1", "192.0.2.7"])
      expect(await scanned("--ip", near)).toMatchObject({ action: "accepted" });
    expect(await scanned("--ip", "198.51.100.7", "--user", "john")).toMatchObject({ action: "accepted" });
    says("soft reject", 5, "Virus scanner does not answer, try again later");
    expect(await scanned("--user", "john")).toMatchObject({ action: "put off" });
  });

  it("tells what the quarantine would keep", async () => {
    await office.db("accounts", "set", "spam@example.org", "user");
    await office.config(
      "setprop",
      "rspamd",
      "QuarantineAccount",
      "spam@example.org",
      "QuarantineStatus",
      "enabled",
    );
    says("reject", 25);
    expect(await scanned("--to", "john@example.org")).toMatchObject({ action: "held" });
    expect(await scanned("--user", "john")).toMatchObject({ action: "refused" });
    for (const own of ["Spam@example.org", "spam+bulk@example.org"])
      expect(await scanned("--to", own)).toMatchObject({ action: "accepted" });
    expect(await scanned("--to", "spam@example.org", "--to", "john@example.org")).toMatchObject({
      action: "held",
    });
    says("reject", 25, "Gtube pattern", "GTUBE");
    expect(await scanned()).toMatchObject({ action: "held" });
    says("reject", 0, "Infected: X", "CLAM_VIRUS");
    expect(await scanned()).toMatchObject({ action: "refused", reason: "Infected: X" });
    expect(await scanned("--to", "spam@example.org")).toMatchObject({
      action: "refused",
      reason: "Infected: X",
    });
    says("add header", 7);
    expect(await scanned()).toMatchObject({ action: "flagged" });
  });

  it("tells of a virus that is delivered, by its symbol: it is no spam, and held by no quarantine", async () => {
    await office.db("accounts", "set", "spam@example.org", "user");
    await office.config("setprop", "rspamd", "QuarantineAccount", "spam@example.org");
    await office.config("setprop", "rspamd", "QuarantineStatus", "enabled", "QuarantineSelector", "is_spam");
    says("rewrite subject", 2, undefined, "INFECTED");
    expect(await scanned()).toMatchObject({ action: "accepted", reason: "Infected: o, p" });
    says("rewrite subject", 7, undefined, "INFECTED");
    expect(await scanned()).toMatchObject({ action: "flagged", reason: "Infected: o, p" });
    says("reject", 25, undefined, "INFECTED");
    expect(await scanned()).toMatchObject({ action: "refused" });
    says("rewrite subject", 7);
    expect(await scanned()).toMatchObject({ action: "held" });
  });

  it("shows symbols by what they add, and no control character of a message", async () => {
    says("reject", 21.5, "Infected: \u001b[31mX\u0007", "LOW", "HIGH\u001b[2J");
    const text = await office.done("scan", file);
    expect(text).toContain("It would be refused.\n");
    expect(text).toContain("21.50 (flagged from 6, refused from 20)\n");
    expect(text.indexOf("HIGH")).toBeLessThan(text.indexOf("LOW"));
    expect(text).toContain("what LOW says [o, p]\n");
    expect(text.replace(/\n/g, "")).not.toMatch(/\p{Cc}/u);
    await office.config("setprop", "rspamd", "SpamCheckStatus", "disabled");
    expect(await office.done("scan", file)).toContain("(spam is not checked for, test patterns apart)");
  });

  it("scans several, and standard input, and fails where one is not there", async () => {
    const { exit, stdout } = await office.run("mailwright", ["scan", file, "-"], {
      stdin: "Subject: in\n\n",
    });
    expect(exit).toBe(0);
    expect(stdout.match(/It would be accepted/g)).toHaveLength(2);
    expect(asked.requests.map(({ body }) => body)).toEqual([plain, "Subject: in\n\n"]);
    const some = await scan(`${file}.not`, file);
    expect(some).toMatchObject({ exit: 1, stderr: `mailwright scan: ${file}.not: there is no such file\n` });
    expect(some.stdout).toContain("It would be accepted");
    expect((await scan(dirname(file))).stderr).toContain(": it is a folder: name the messages in it\n");
    expect((await scan("no\u001b[2J\u202efile")).stderr).toBe(
      "mailwright scan: no [2J file: there is no such file\n",
    );
  });

  it.each([
    [
      new Error("connect ECONNREFUSED 127.0.0.1:11334"),
      /Rspamd does not answer on port 11334\n.*ECONNREFUSED.*\n.*systemctl/,
    ],
    [{ status: 403, body: "" }, /Rspamd refuses the password/],
    [{ status: 500, body: "no\u001b" }, /status 500/],
    [{ status: 200, body: "<html>" }, /no answer that is understood/],
    [{ status: 200, body: '{"error":"x"}' }, /no answer that is understood/],
  ])("says what is wrong: %s", async (answer, message) => {
    asked.answer = answer;
    const { exit, stderr } = await scan(file);
    expect(exit).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("\u001b");
  });

  it("refuses an address that is none, and control characters", async () => {
    expect(await scan(file, "--ip", "300.1.1.1")).toMatchObject({ exit: 3 });
    expect(await scan(file, "--from", "a@b\r\nX: y")).toMatchObject({ exit: 3 });
    for (const odd of ["x y", "x y@a.example", "a@b@c", "me"])
      for (const option of ["--from", "--to"])
        expect((await scan(file, option, odd)).stderr).toContain(`${option} ${odd}: it is no address`);
    expect(asked.requests).toEqual([]);
  });

  it("takes every form of an address", async () => {
    for (const from of ["<>", "<a@b.example>", '"a b"@c.example'])
      expect(await scan(file, "--from", from)).toMatchObject({ exit: 0 });
  });
});
