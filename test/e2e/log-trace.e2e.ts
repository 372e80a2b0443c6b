import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { password } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import { relayLogOf, startRelayHost } from "./container/domain-org.ts";
import { startFilterServer } from "./container/filter-server.ts";
import { imapMessages, waitFor } from "./container/mail.ts";
import { literal, session } from "./container/sessions.ts";

const sendMany = readFileSync(new URL("./container/send-many.py", import.meta.url), "utf8");

/** A kind of message; `number` makes its recipients its own where that is needed to know it again. */
interface Kind {
  readonly name: string;
  readonly to: (number: number) => string[];
  readonly score?: number;
  readonly isLogin?: true;
  readonly from?: string;
  readonly subject?: string;
}

const kinds: readonly Kind[] = [
  { name: "plain", to: () => ["john@domain.org"] },
  { name: "flagged", to: () => ["john@domain.org"], score: 8 },
  { name: "two users", to: () => ["john@domain.org", "mary@domain.org"] },
  { name: "tag", to: () => ["john+Work@domain.org"] },
  { name: "alias", to: () => ["info@domain.org"] },
  { name: "alias of two", to: () => ["all@domain.org"] },
  { name: "forward, kept", to: () => ["paul@domain.org"] },
  { name: "Sieve redirects", to: () => ["mary@domain.org"], subject: "redirect this" },
  { name: "Sieve discards", to: () => ["mary@domain.org"], subject: "discard this" },
  { name: "Sieve files", to: () => ["mary@domain.org"], subject: "file this" },
  { name: "public mailbox", to: () => ["sales@domain.org"] },
  { name: "kept from its recipient", to: () => ["john@domain.org"], score: 25 },
  { name: "unknown recipient", to: () => ["nobody@domain.org"] },
  { name: "one of two unknown", to: () => ["john@domain.org", "nobody@domain.org"] },
  { name: "domain that drops all", to: (number) => [`n${number}@drop.example.com`] },
  { name: "login, outside", to: (number) => [`n${number}@outside.example.net`], isLogin: true },
  { name: "login, refused as spam", to: () => ["a@outside.example.net"], isLogin: true, score: 25 },
  { name: "login, returned", to: (number) => [`n${number}@none.example.net`], isLogin: true },
  { name: "login, waits", to: (number) => [`n${number}@closed.example.net`], isLogin: true },
  {
    name: "login, here and outside",
    to: (number) => ["mary@domain.org", `m${number}@outside.example.net`],
    isLogin: true,
  },
];
const ofEach = 26;

/** Traces at a time. */
const atATime = 3;

interface Sent {
  readonly kind: Kind;
  readonly id: string;
  readonly to: readonly string[];
  readonly answer: string;
}

interface Traced {
  readonly messageId: string;
  readonly queueId: string;
  readonly ends: { to: string; original: string; end: string; where: string }[];
  readonly verdict: string[];
}

const script = `require ["fileinto", "mailbox"];
if header :is "subject" "redirect this" { redirect "elsewhere@outside.example.net"; stop; }
if header :is "subject" "discard this" { discard; stop; }
if header :is "subject" "file this" { fileinto :create "Filed é"; }
`;

describe("G2 the log tells of every message", () => {
  let container: Container;
  let sent: Sent[] = [];

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const trace = async (what: string): Promise<Traced[]> => {
    const { stdout } = await container.run(["mailwright", "log", "trace", what, "--json"]);
    return stdout === "" ? [] : JSON.parse(stdout);
  };

  beforeAll(async () => {
    container = await startFilterServer(["john", "mary", "paul", "spam"], async (booted) => {
      const hosts = ["outside", "closed"].map(
        (name) => `${name}.example.net A 192.0.2.${name === "closed" ? 3 : 2}`,
      );
      await booted.write("/etc/e2e-zone", `${hosts.join("\n")}\n`);
      await booted.must(["ip", "route", "add", "unreachable", "192.0.2.3/32"]);
      await booted.write("/usr/local/lib/send-many.py", sendMany);
      await booted.must(["db", "domains", "set", "drop.example.com", "domain", "TransportType", "SmtpSink"]);
      const set = (...argv: string[]) => booted.must(["db", "accounts", ...argv]);
      await set("set", "info@", "pseudonym", "Account", "john");
      await set("set", "all@", "pseudonym", "Account", "john,mary");
      const forward = [
        "MailForwardAddress",
        "other@outside.example.net",
        "MailForwardKeepMessageCopy",
        "yes",
      ];
      await set("setprop", "paul@domain.org", "MailForwardStatus", "enabled", ...forward);
      const quarantine = ["QuarantineStatus", "enabled", "QuarantineAccount", "spam@domain.org"];
      await booted.must(["config", "setprop", "rspamd", ...quarantine]);
    });
    await startRelayHost(container, ["25"]);
    await type("mailwright", "mailbox", "add", "Sales");
    const commands = [`PUTSCRIPT "own" ${literal(script)}`, 'SETACTIVE "own"'];
    await session(container, "sieve", { user: "mary", password }, commands);
    sent = await sendAll(container);
  });
  afterAll(() => container?.stop());

  test("at least 500 messages, each traced to its right end for every recipient", async () => {
    expect(sent.length).toBeGreaterThanOrEqual(500);
    const underway = async (): Promise<string[]> => {
      const queue = (await type("postqueue", "-j")).trim().split("\n").filter(Boolean);
      return queue.filter((line) => !/closed\.example\.net.*No route to host/.test(line));
    };
    await waitFor(async () => (await underway()).length === 0, 60).catch(async () =>
      expect(await underway()).toEqual([]),
    );
    const observed = await observe(container, sent);
    const wrong: string[] = [];
    const traced: Traced[][] = [];
    for (let first = 0; first < sent.length; first += atATime) {
      const some = sent.slice(first, first + atATime);
      traced.push(...(await Promise.all(some.map(({ id }) => trace(`<${id}>`)))));
    }
    for (const [index, message] of sent.entries()) {
      const stories = traced[index] ?? [];
      const ends = endsOf(
        stories.filter(({ messageId, queueId }) => messageId === message.id || queueId === ""),
      );
      const expected = observed.get(message.id) ?? [];
      // What is refused before its headers are sent has no identifier in the log.
      if (message.answer.startsWith("550") && stories.length === 0) continue;
      if (ends.join("; ") !== expected.join("; "))
        wrong.push(`${message.kind.name} <${message.id}>: ${ends.join("; ")} and not ${expected.join("; ")}`);
    }
    // The first ones are enough to see what is wrong.
    expect(wrong.slice(0, 10)).toEqual([]);
    const refused = await trace("nobody@domain.org");
    expect(
      refused.every(({ verdict }) =>
        verdict.some((text) => text.startsWith("refused for nobody@domain.org: 550")),
      ),
    ).toBe(true);
    expect(refused).toHaveLength(20);
  }, 300_000);

  test("a message is told of the same by its queue identifier, and its copies with it", async () => {
    const redirected = sent.find(({ kind }) => kind.name === "Sieve redirects");
    const stories = await trace(`<${redirected?.id}>`);
    expect(stories).toHaveLength(2);
    for (const { queueId } of stories) expect(await trace(queueId)).toEqual(stories);
  });

  test("the verdict stands first, the filter's reasons behind it, then a line of time; without colour in a pipe", async () => {
    const flagged = sent.find(({ kind }) => kind.name === "flagged");
    const text = await type("mailwright", "log", "trace", `<${flagged?.id}>`);
    const [first = "", ...lines] = text.split("\n");
    expect(first).toMatch(
      /^\w+ delivered to john@domain\.org, folder Junk: Rspamd \d+(?:\.\d+)?\/20 add header, .*TEST/,
    );
    expect(lines.map((line) => /postfix\/\w+|rspamd|dovecot/.exec(line)?.[0]).filter(Boolean)).toEqual(
      expect.arrayContaining([
        "postfix/smtpd",
        "postfix/cleanup",
        "rspamd",
        "postfix/qmgr",
        "dovecot",
        "postfix/lmtp",
      ]),
    );
    expect(text).not.toContain("\u001b");
  });

  test("logs that were rotated and compressed are read, and --since leaves out what is older", async () => {
    const plain = sent.find(({ kind }) => kind.name === "plain");
    const before = await trace(`<${plain?.id}>`);
    await type(
      "sh",
      "-c",
      "cd /var/log && head -c -0 mail.log >mail.log.1 && : >mail.log && gzip mail.log.1",
    );
    expect(await trace(`<${plain?.id}>`)).toEqual(before);
    const { exit, stderr } = await container.run([
      ...["mailwright", "log", "trace", `<${plain?.id}>`, "--since", "2099-01-01"],
    ]);
    expect({ exit, stderr }).toMatchObject({ exit: 1, stderr: expect.stringContaining("no message") });
  });

  test("the summary counts what was sent, by day, sender, recipient and reason", async () => {
    const by = async (what: string): Promise<Record<string, unknown>[]> =>
      JSON.parse(await type("mailwright", "log", "summary", "--by", what, "--json"));
    const days = await by("day");
    const total = (name: string): number => days.reduce((sum, day) => sum + Number(day[name]), 0);
    expect(total("messages")).toBeGreaterThan(500);
    const reasons = await by("reason");
    const unknown = reasons.find(({ reason }) => /Recipient address rejected/.test(String(reason)));
    expect(unknown?.["refused"]).toBe(2 * ofEach);
    const senders = await by("sender");
    expect(senders.find(({ sender }) => sender === "john@domain.org")?.["messages"]).toBeGreaterThanOrEqual(
      4 * ofEach,
    );
    expect((await by("recipient")).find(({ recipient }) => recipient === "info@domain.org")).toMatchObject({
      delivered: ofEach,
    });
  });
});

async function sendAll(container: Container): Promise<Sent[]> {
  const messages = kinds.flatMap((kind) =>
    Array.from({ length: ofEach }, (_, number) => {
      const id = `${number}.${kind.name.replace(/\W/g, "-")}@test.example.net`;
      const from = kind.isLogin ? "john@domain.org" : `s${number}@outside.example.net`;
      const lines = [
        `From: <${from}>`,
        `To: <${kind.to(number)[0]}>`,
        `Subject: ${kind.subject ?? kind.name}`,
        `Message-ID: <${id}>`,
        `Date: ${new Date().toUTCString().replace("GMT", "+0000")}`,
        ...(kind.score === undefined ? [] : [`X-Test-Score: ${kind.score}`]),
      ];
      const login = kind.isLogin ? { user: "john", password } : {};
      return {
        kind,
        id,
        to: kind.to(number),
        from,
        data: `${lines.join("\r\n")}\r\n\r\nText ${id}\r\n`,
        ...login,
      };
    }),
  );
  const argv = ["python3", "/usr/local/lib/send-many.py"];
  const { stdout, stderr } = await container.outside.run(argv, { input: JSON.stringify(messages) });
  if (stdout === "") throw new Error(`the client has failed: ${stderr}`);
  const answers: string[] = JSON.parse(stdout);
  return messages.map(({ kind, id, to }, index) => ({ kind, id, to, answer: answers[index] ?? "" }));
}

const addressOf = ({ address }: { address: string }): string => address;

/** Where each message is, by its identifier: from the answers, the mailboxes, the relay host and the queue. */
async function observe(container: Container, sent: readonly Sent[]): Promise<Map<string, string[]>> {
  const ends = new Map<string, string[]>(sent.map(({ id }) => [id, []]));
  const note = (id: string | undefined, end: string): void => {
    if (id !== undefined) ends.get(id)?.push(end);
  };
  for (const user of ["john", "mary", "paul", "spam", "vmail"]) {
    const argv = ["doveadm", "-f", "tab", "fetch", "-u", user, "mailbox hdr.message-id", "all"];
    for (const row of (await container.must(argv)).split("\n").slice(1)) {
      const [folder = "", id = ""] = row.split("\t");
      note(/<(.*)>/.exec(id)?.[1], `delivered ${user} ${folder}`);
    }
  }
  for (const { to, text } of await relayLogOf(container))
    note(/^Message-ID: <(.*)>$/im.exec(text)?.[1], `relayed ${to}`);
  for (const message of await imapMessages(container, "john", password)) {
    const [, recipient] = /^Final-Recipient: rfc822; ?(\S+)$/im.exec(message) ?? [];
    if (recipient !== undefined)
      note(/^Message-ID: <(.*@test\.example\.net)>$/im.exec(message)?.[1], `returned ${recipient}`);
  }
  const queue = (await container.must(["postqueue", "-j"])).trim().split("\n").filter(Boolean);
  const waiting = new Set(queue.flatMap((line) => JSON.parse(line).recipients.map(addressOf)));
  for (const { id, to, answer } of sent) {
    const [code, ...left] = answer.split(" -");
    for (const recipient of to) {
      const isRefused = code !== "250" || left.includes(recipient);
      if (isRefused) note(id, `refused ${recipient}`);
      else if (waiting.has(recipient)) note(id, `deferred ${recipient}`);
    }
    if (ends.get(id)?.length === 0) note(id, "discarded");
  }
  for (const list of ends.values()) list.sort();
  return ends;
}

/** The same of what was traced. A forward by Sieve has an end of its own. */
function endsOf(stories: readonly Traced[]): string[] {
  return stories
    .flatMap(({ ends }) => ends)
    .filter(({ end }) => end !== "forwarded")
    .map(({ to, end, where }) => {
      // Its recipient is told of, and it lies with who keeps it.
      if (end === "quarantined") return `delivered ${where.replace(/@.*$/, "")} INBOX`;
      const user = to.replace(/@domain\.org$/, "").replace(/\+.*$/, "");
      if (end === "delivered") return `delivered ${user} ${where}`;
      return end === "discarded" ? "discarded" : `${end} ${to}`;
    })
    .sort();
}
