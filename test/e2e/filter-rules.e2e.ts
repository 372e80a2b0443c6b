import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ruleKinds, ruleProperties, type Verdict, verdict } from "../../src/mail/rules.ts";
import { apply, complaints, queueIsEmpty } from "./container/administrator.ts";
import { bootMailServer, password } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import { imapMessages, journal, type Mail, mainPid, reply, send, waitFor, XJS } from "./container/mail.ts";
import { repeat } from "./container/mail-server.ts";
import { authors, lists, recipients, senders } from "./container/rule-cases.ts";

const scanMany = readFileSync(new URL("./container/scan-many.py", import.meta.url), "utf8");

const said: Readonly<Record<Verdict, string>> = {
  "allowed sender": "no action ALLOWED_SENDER",
  "allowed recipient": "no action ALLOWED_RECIPIENT",
  "blocked sender": "reject BLOCKED_SENDER",
  none: "none",
};

/** Of modules that refuse, in both of the ways that there are, and of one that must act on whatever is accepted. */
const others = `
local function is_meant(task) return (task:get_subject() or ''):find('refused by others') ~= nil end
rspamd_config:register_symbol({ name = 'OTHERS_REFUSE', type = 'prefilter', priority = 9, callback = function(task)
  if is_meant(task) then task:set_pre_result('reject', 'Refused by others', 'others') end
end })
rspamd_config:register_symbol({ name = 'OTHERS_SCORE', type = 'normal', score = 50, callback = function(task)
  return is_meant(task), 1.0
end })
rspamd_config:register_symbol({ name = 'ALWAYS', type = 'normal', flags = 'ignore_passthrough', callback = function(task)
  task:set_milter_reply({ add_headers = { ['X-Always'] = 'acted' } })
end })
`;

describe("Allow and Block rules", () => {
  let container: Container;
  let number = 0;

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const workers = async () => type("pgrep", "-P", String(await mainPid(container, "rspamd")));
  const answer = (from: string, mail: Partial<Mail> = {}) =>
    reply(container, "john@domain.org", { from, ...mail });
  const login = { port: 587, tls: "starttls", user: "john", password } as const;

  /** The answer to a message to john whose envelope and header are in UTF-8 (RFC 6531). */
  async function sentInUtf8(from: string): Promise<string> {
    const program = [
      "import smtplib, sys",
      "client = smtplib.SMTP('192.0.2.1', 25, 'outside.example.net', 60)",
      "client.ehlo()",
      "client.command_encoding = 'utf-8'",
      "client.docmd('MAIL', f'FROM:<{sys.argv[1]}> SMTPUTF8')",
      "client.docmd('RCPT', 'TO:<john@domain.org>')",
      "code, text = client.data(f'From: <{sys.argv[1]}>\\r\\nSubject: in UTF-8\\r\\n\\r\\nA message.\\r\\n'.encode())",
      "print(code, text.decode())",
    ].join("\n");
    return (await container.outside.run(["python3", "-c", program, from])).stdout;
  }

  /** What john has of a message that is accepted. */
  async function received(from: string, mail: Partial<Mail> = {}): Promise<string> {
    const to = ["john@domain.org"];
    const headers = [`X-Number: ${++number}`];
    expect(await send(container, { to, from, headers, ...mail })).toMatchObject({ accepted: true });
    return waitFor(async () => {
      const all = await imapMessages(container, "john", password);
      return all.find((message) => message.includes(`X-Number: ${number}\n`));
    });
  }

  beforeAll(async () => {
    container = await bootMailServer(["john", "mary"]);
    await container.write("/etc/rspamd/rspamd.local.lua", others);
    const properties = ruleKinds.flatMap((kind) => [ruleProperties[kind], lists[kind].join(",")]);
    await type("config", "setprop", "rspamd", "status", "enabled", ...properties);
    await type("db", "accounts", "set", "abuse@", "pseudonym", "Account", "mary");
    await apply(container);
    await waitFor(async () => (await answer("x@neutral.example")).startsWith("END 250"), 60);
  });
  afterAll(() => container?.stop());

  test("D2 Allow From, Allow To, Block From: every verdict of the daemon is that of the rules", async () => {
    const cases = senders.flatMap((sender) =>
      recipients.flatMap((to) => authors.map((author) => ({ sender, recipients: to, author }))),
    );
    const request = { password: (await type("config", "getprop", "rspamd", "Password")).trim(), cases };
    const answers: { action: string; symbols: string[]; message: string }[] = JSON.parse(
      await container.must(["python3", "-c", scanMany], { input: JSON.stringify(request) }),
    );
    const differences = cases.flatMap(({ sender, recipients: to, author }, at) => {
      const { action = "", symbols = [] } = answers[at] ?? {};
      const found = symbols.find((name) => /^(ALLOWED|BLOCKED|RULES)_/.test(name));
      const is = found === undefined ? "none" : `${action} ${found}`;
      const wanted = said[verdict(lists, { sender, recipients: to, authors: [author] })];
      return is === wanted ? [] : [`<${sender}> ${to.join(",")} From: ${author}: ${is}, and not ${wanted}`];
    });
    expect(differences).toEqual([]);
    const seen = new Set(answers.flatMap(({ symbols }) => symbols));
    expect([...seen]).toEqual(
      expect.arrayContaining(["ALLOWED_SENDER", "ALLOWED_RECIPIENT", "BLOCKED_SENDER"]),
    );
    expect(answers).toHaveLength(senders.length * recipients.length * authors.length);
  });

  test("D2 SenderWhiteList: an allowed sender's mail is accepted whatever is said of it, and is not flagged", async () => {
    const subject = "refused by others";
    expect(await answer("x@neutral.example", { subject })).toMatch(/^END 554 .*Refused by others/);
    const message = await received("friend@a.example", { subject });
    expect(message).not.toMatch(/^X-Spam:/m);
    expect(message).not.toContain("OTHERS_");
    expect(message).toMatch(/^X-Always: acted$/m);
    expect(await answer("x@neutral.example", { body: XJS })).toMatch(/^END 554 /);
    expect(await received("x@sub.both.example", { body: XJS })).toContain(XJS);
    expect(await received("friend@a.example", { ...login, subject })).toMatch(/^X-Always: acted$/m);
    await type("config", "setprop", "rspamd", "SenderWhiteList", "");
    await apply(container);
    expect(await answer("friend@a.example", { subject })).toMatch(/^END 554 .*Sender address rejected/);
    expect(await answer("x@ok.partner.example")).toMatch(/^END 554 /);
    await type("config", "setprop", "rspamd", "SenderWhiteList", lists["allow-from"].join(","));
    await apply(container);
  });

  test("D2 RecipientWhiteList: what one recipient allows is accepted for all of them", async () => {
    const to = ["john@domain.org", "abuse@domain.org"];
    const mail = { to, subject: "refused by others", body: "to two" };
    expect(await received("enemy@a.example", mail)).toContain("to two");
    await waitFor(async () =>
      (await imapMessages(container, "mary", password)).some((one) => one.includes("to two")),
    );
    await type("config", "setprop", "rspamd", "RecipientWhiteList", "lists.example.com");
    await apply(container);
    expect(await answer("enemy@a.example", mail)).toMatch(/^END 554 .*Sender address rejected/);
    await type("config", "setprop", "rspamd", "RecipientWhiteList", lists["allow-to"].join(","));
    await apply(container);
  });

  test("D2 SenderBlackList: a blocked sender is refused with 5xx, from outside, by a login, on the machine itself", async () => {
    const blocked = /^END 554 5\.7\.1 Sender address rejected: mail from it is blocked here/;
    expect(await answer("enemy@a.example")).toMatch(blocked);
    expect(await answer("enemy@a.example", login)).toMatch(blocked);
    expect(await answer("enemy@a.example", { ...login, port: 465, tls: "wrapped" })).toMatch(blocked);
    expect(await answer("x@sub.bad.example", { via: "inside", host: "127.0.0.1" })).toMatch(blocked);
    const data = "From: Bank <service@BAD.example>\nSubject: forged\n\nA message.\n";
    expect(await answer("x@neutral.example", { data })).toMatch(blocked);
    expect(await answer("", { data })).toMatch(blocked);
    for (const from of [
      "staff: service@bad.example;",
      "service @ bad.example",
      "Bank <<service@bad.example>>",
      `Bank <${"a@".repeat(20_000)}x service@bad.example>`,
    ]) {
      const odd = data.replace(/^From: .*/, `From: ${from}`);
      expect(await answer("x@neutral.example", { data: odd }), from).toMatch(blocked);
    }
    expect(await sentInUtf8("x@sub.münchen.example")).toMatch(/^554 5\.7\.1 Sender address rejected/);
    await type("config", "setprop", "rspamd", "SenderBlackList", "");
    await apply(container);
    expect(await answer("enemy@a.example")).toMatch(/^END 250 /);
    await type("config", "setprop", "rspamd", "SenderBlackList", lists["block-from"].join(","));
    await apply(container);
  });

  test("SpamCheckStatus disabled does not switch off Block rules, and an empty Allow list neither", async () => {
    await type("config", "setprop", "rspamd", "SpamCheckStatus", "disabled", "SenderWhiteList", "");
    await apply(container);
    await waitFor(async () => (await answer("x@both.example")).startsWith("END 554"), 30);
    expect(await answer("friend@a.example")).toMatch(/^END 554 5\.7\.1 Sender address rejected/);
    expect(await answer("x@neutral.example")).toMatch(/^END 250/);
    await type("config", "delprop", "rspamd", "SpamCheckStatus");
    await type("config", "setprop", "rspamd", "SenderWhiteList", lists["allow-from"].join(","));
    await apply(container);
    await waitFor(async () => (await answer("x@both.example")).startsWith("END 250"), 30);
  });

  test("D2 a rule that is added or deleted acts on the next message, and reloads nothing", async () => {
    const before = await workers();
    expect(await answer("x@new.example")).toMatch(/^END 250/);
    await type("mailwright", "rule", "add", "block-from", "new.example");
    expect(await answer("x@new.example")).toMatch(/^END 554/);
    await type("mailwright", "rule", "add", "allow-from", "x@new.example");
    expect(await answer("x@new.example")).toMatch(/^END 250/);
    await type("mailwright", "rule", "delete", "block-from", "NEW.example");
    await type("mailwright", "rule", "delete", "allow-from", "x@new.example");
    expect(await answer("y@new.example")).toMatch(/^END 250/);
    expect(await workers()).toBe(before);
  });

  test("while the rules cannot be read, mail is put off, and rules that change twice in a second act", async () => {
    const map = "/etc/rspamd/local.d/mailwright_rules.map";
    await type("mv", map, `${map}.away`);
    expect(await answer("friend@a.example")).toMatch(/^END 451 .*temporary failure/);
    // One of the same size may follow within the second.
    for (const sender of ["x@aa.example", "x@bb.example"]) {
      await container.write(map, `block-from ${sender}\n`);
      expect(await answer(sender)).toMatch(/^END 554/);
    }
    await type("mv", `${map}.away`, map);
    expect(await answer("friend@a.example")).toMatch(/^END 250/);
    expect(await answer("enemy@a.example")).toMatch(/^END 554/);
  });

  test("D2 lists hold thousands of rules, and rules that are added at a time are all there", async () => {
    const many = Array.from({ length: 4000 }, (_, at) => `u${at}@many${at}.example`);
    await type("mailwright", "rule", "add", "block-from", ...many);
    expect(await answer("U3999+x@many3999.example")).toMatch(/^END 554/);
    expect(await answer("u3999@many3998.example")).toMatch(/^END 250/);
    await type("mailwright", "rule", "delete", "block-from", ...many);
    const names = ["p1.example", "p2.example", "p3.example"];
    await Promise.all(names.map((name) => type("mailwright", "rule", "add", "block-from", name)));
    const { rules } = JSON.parse(await type("mailwright", "rule", "list", "block-from", "--json"));
    const entries = rules.map(({ entry }: { entry: string }) => entry);
    expect(entries.toSorted()).toEqual([...lists["block-from"], ...names].toSorted());
    await type("mailwright", "rule", "delete", "block-from", ...names);
  });

  test("scan tells what would become of a message, and leaves no trace of it", async () => {
    const kept = {
      QuarantineAccount: "mary@domain.org",
      QuarantineStatus: "enabled",
      SpamNotificationStatus: "enabled",
    };
    await type("config", "setprop", "rspamd", "SpamGreyLevel", "1", ...Object.entries(kept).flat());
    await apply(container);
    await queueIsEmpty(container);
    const secret = (await type("config", "getprop", "rspamd", "Password")).trim();
    const traces = async () => {
      const history = await type(
        "curl",
        "-sS",
        "-H",
        `Password: ${secret}`,
        "http://127.0.0.1:11334/history",
      );
      const rows: Record<string, unknown>[] = JSON.parse(history).rows;
      const keys = (
        await type("redis-cli", "-s", "/run/redis-mailwright-cache/redis-server.sock", "dbsize")
      ).trim();
      const mails = (await journal(container, "postfix@-")).split("\n").length;
      return {
        keys,
        mails,
        newest: rows.slice(0, 5).map((row) => `${row["unix_time"]} ${row["sender_smtp"]}`),
      };
    };
    const message = `From: <x@neutral.example>\nSubject: \u001b[31mred\n\n${XJS}\n`;
    await container.write("/tmp/message.eml", message);
    const before = await traces();
    expect(before.newest).not.toEqual([]);
    const scan = async (...args: string[]) =>
      JSON.parse(await type("mailwright", "scan", "--json", "--ip", "192.0.2.2", "/tmp/message.eml", ...args))
        .messages[0];
    expect(await scan()).toMatchObject({ action: "held", reason: "Gtube pattern" });
    expect(await scan("--user", "john")).toMatchObject({ action: "refused", reason: "Gtube pattern" });
    expect(await scan("--from", "friend@a.example")).toMatchObject({ action: "accepted" });
    expect(await scan("--to", "abuse@domain.org")).toMatchObject({ action: "accepted" });
    expect(await scan("--from", "x@bad.example", "--to", "john@domain.org")).toMatchObject({
      action: "refused",
      reason: expect.stringContaining("Sender address rejected"),
      symbols: [{ name: "BLOCKED_SENDER", options: ["bad.example"] }, { name: "GTUBE" }],
    });
    const read = await container.must(["mailwright", "scan", "-"], {
      input: message.replace(XJS, "\u001b[2J"),
    });
    expect(read).toContain("taken as");
    expect(read).not.toContain("\u001b");
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await traces()).toEqual(before);
    await type("config", "delprop", "rspamd", "SpamGreyLevel", ...Object.keys(kept));
    await apply(container);
    await type("systemctl", "stop", "rspamd");
    const { exit, stderr } = await container.run(["mailwright", "scan", "/tmp/message.eml"]);
    expect(exit).toBe(1);
    expect(stderr).toContain("Rspamd does not answer");
    await type("systemctl", "start", "rspamd");
    await waitFor(async () => (await answer("enemy@a.example")).startsWith("END 554"), 30);
  });

  test("the daemons have nothing to complain of, and the event run again changes nothing", async () => {
    await queueIsEmpty(container);
    // While Rspamd is started, and stopped on purpose.
    const absent = /connect to Milter service inet:127\.0\.0\.1:11332: Connection refused/;
    expect(await complaints(container, absent)).toEqual([]);
    await apply(container);
    await repeat(container, "nethserver-mail-filter-save");
  });
});
