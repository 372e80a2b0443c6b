import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply as applyAll, complaints, queueIsEmpty } from "./container/administrator.ts";
import { bootMailServer, password } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import { ageCutOff, fetchNow, type Run } from "./container/fetching.ts";
import { waitFor } from "./container/mail.ts";
import { addMail, host, left, pauseTimer, resumeTimer, startProvider } from "./container/provider.ts";

const retrievers = {
  pop3: "SimplePOP3Retriever",
  pop3s: "SimplePOP3SSLRetriever",
  imap: "SimpleIMAPRetriever",
  imaps: "SimpleIMAPSSLRetriever",
};
const protocols = ["pop3", "pop3s", "imap", "imaps"] as const;
/** Without what IMAP's login takes unquoted, and with what files, shells and Python give a meaning. */
const odd = `a%s"b\\c$(id)'d ü€ `;

const message = (subject: string): string =>
  [
    "Return-Path: <a@sender.example.net>",
    "From: A Sender <a@sender.example.net>",
    "To: jd@isp.net",
    `Subject: ${subject} NUMBER`,
    `Message-ID: <NUMBER.${subject}@sender.example.net>`,
    "",
    "Text",
    ".a point in front",
    "",
  ].join("\n");

describe("mail that is fetched from providers", () => {
  let container: Container;

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const apply = (): Promise<void> => applyAll(container);

  /** Stores an account of these properties and signals its event. */
  async function add(name: string, user: string, ...props: string[]): Promise<void> {
    const own = [
      "Account",
      "john",
      "Server",
      host,
      "Username",
      user,
      "Time",
      "60",
      "FilterCheck",
      "disabled",
    ];
    await type("db", "getmail", "set", name, "getmail", ...own, "Port", "", ...props);
    await container.must(["db", "--stdin", "getmail", "setprop", name, "Password"], {
      input: user.startsWith("odd") ? odd : password,
    });
    await type("signal-event", "nethserver-getmail-save");
  }

  const fetch = (name: string): Promise<Run> => fetchNow(container, name);

  /** The subjects of a user's messages, sorted; of one folder where it is named. */
  async function subjects(user: string, word: string, folder = "*"): Promise<string[]> {
    const query = ["mailbox", folder, "subject", word];
    const rows = await type("doveadm", "-f", "flow", "fetch", "-u", user, "hdr.subject", ...query);
    return rows
      .split("\n")
      .filter(Boolean)
      .map((row) => row.replace("hdr.subject=", ""))
      .sort();
  }

  const numbered = (word: string, count: number): string[] =>
    Array.from({ length: count }, (_, number) => `${word} ${number}`).sort();

  beforeAll(async () => {
    container = await bootMailServer(["john", "mary"], (booted) =>
      booted.write("/etc/e2e-zone", `${host} A 192.0.2.2\n`),
    );
    const users = ["never", "atonce", "days", "timed", "gone", "slash", ...protocols];
    const odds = protocols.map((protocol) => [`odd ${protocol}`, odd]);
    await startProvider(container, Object.fromEntries([...users.map((user) => [user, password]), ...odds]));
    await pauseTimer(container);
    await type("signal-event", "nethserver-mail-getmail-update");
  });
  afterAll(() => container?.stop());

  test("F1 four protocols, each message delivered once over 5 runs with kill -9 in between", async () => {
    for (const protocol of protocols) {
      await addMail(container, protocol, 120, message(protocol));
      await add(`${protocol}@isp.net@${host}`, protocol, "Retriever", retrievers[protocol]);
    }
    const killed = { getmail: 0, mailwright: 0 };
    for (const protocol of protocols) {
      const name = `${protocol}@isp.net@${host}`;
      for (const [program, pattern, lines] of [
        ["getmail", "^/usr/bin/python3 -I /etc/getmail/run-getmail", 20],
        ["mailwright", "^mailwright fetch", 60],
        ["getmail", "^/usr/bin/python3 -I /etc/getmail/run-getmail", 100],
        ["mailwright", "^mailwright fetch", 140],
      ] as const) {
        const line = `mailwright fetch ${name} >/dev/null 2>&1 & for i in $(seq 500); do [ "$(cat /var/lib/mailwright/fetch/${name}.journal 2>/dev/null | wc -l)" -ge ${lines} ] && break; sleep 0.01; done; pkill -KILL -f "${pattern}" && echo killed; wait`;
        const said = (await container.run(["bash", "-c", line])).stdout;
        if (said.includes("killed")) killed[program]++;
      }
      await ageCutOff(container, name);
      expect(await fetch(name)).not.toHaveProperty("problem");
      expect(await subjects("john", protocol.padEnd(protocol.length + 1))).toEqual(numbered(protocol, 120));
      expect(await fetch(name)).toMatchObject({ delivered: 0, kept: 0 });
    }
    expect(killed.getmail).toBeGreaterThan(3);
    expect(killed.mailwright).toBeGreaterThan(3);
    expect(await type("sh", "-c", "cat /var/lib/mailwright/fetch/*.journal 2>/dev/null || :")).toBe("");
  }, 300_000);

  test("F1 delete at once, after N days, never", async () => {
    for (const [user, days] of [
      ["never", "-1"],
      ["atonce", "0"],
      ["days", "3"],
    ] as const) {
      await addMail(container, user, 4, message(user));
      await add(
        user,
        user,
        "Delete",
        days,
        "Retriever",
        user === "atonce" ? retrievers.pop3s : retrievers.imaps,
      );
      expect(await fetch(user)).toMatchObject({ delivered: 4 });
      expect(await subjects("john", user)).toEqual(numbered(user, 4));
    }
    expect(await left(container, "never")).toBe(4);
    expect(await left(container, "atonce")).toBe(0);
    expect(await left(container, "days")).toBe(4);
    // As if they had been delivered two days ago, and then four.
    const age = (days: number): Promise<string> =>
      type(
        "sh",
        "-c",
        `sed -i "s/\\x00.*/\\x00$(($(date +%s) - ${days} * 86400 - 60))/" /var/lib/getmail/days/oldmail-*`,
      );
    await age(2);
    await fetch("days");
    expect(await left(container, "days")).toBe(4);
    await age(3);
    await fetch("days");
    expect(await left(container, "days")).toBe(0);
    expect(await subjects("john", "days")).toEqual(numbered("days", 4));
  });

  test("a password of any characters is what the provider gets", async () => {
    for (const protocol of protocols) {
      await addMail(container, `odd ${protocol}`, 1, message(`odd-${protocol}`));
      await add(`odd ${protocol}`, `odd ${protocol}`, "Retriever", retrievers[protocol]);
      expect(await fetch(`odd ${protocol}`)).toMatchObject({ delivered: 1 });
    }
    const refused = await container.run([
      "mailwright",
      "connector",
      "modify",
      "never",
      "--set",
      "Password=a\nb",
    ]);
    expect(refused.exit).not.toBe(0);
    for (const place of ["/etc", "/var/log", "/var/lib/getmail"])
      expect((await container.run(["grep", "-rlF", `"b\\c$(id)`, place])).stdout).toBe("");
    expect(await type("mailwright", "connector", "show", "odd pop3")).not.toContain("$(id)");
  });

  test("a key with a slash stays in the folder, and files are open to the owner of mailboxes alone", async () => {
    await addMail(container, "slash", 1, message("slash"));
    await add("../../etc/jd@isp.net@pop.isp.net", "slash");
    expect(await fetch("../../etc/jd@isp.net@pop.isp.net")).toMatchObject({ delivered: 1 });
    const files = await type("find", "/etc/getmail/accounts", "-printf", "%P %m %u %y\\n");
    expect(files.split("\n")).toContain("%2E.%2F..%2Fetc%2Fjd@isp.net@pop.isp.net 600 vmail f");
    expect(files.match(/ (?!600 vmail f$|755 root d$)\d.*$/m)).toBeNull();
  });

  test("an account whose user is gone is reported and skipped, and its configuration kept", async () => {
    await addMail(container, "gone", 2, message("gone"));
    await add("gone", "gone", "Delete", "0");
    await type("mailwright", "connector", "modify", "gone", "--to", "nobodyhere");
    expect(await fetch("gone")).toMatchObject({
      delivered: 0,
      problem: expect.stringContaining("there is no user nobodyhere"),
    });
    expect(await left(container, "gone")).toBe(2);
    expect(await type("mailwright", "connector", "list")).toMatch(/^gone .*there is no user nobodyhere/m);
    await type("test", "-f", "/etc/getmail/accounts/gone");
    await type("mailwright", "connector", "modify", "gone", "--to", "mary");
    expect(await fetch("gone")).toMatchObject({ delivered: 2 });
    expect(await subjects("mary", "gone")).toEqual(numbered("gone", 2));
    expect(await subjects("john", "gone")).toEqual([]);
  });

  test("F1 the timer fetches by the minutes of Time", async () => {
    await addMail(container, "timed", 1, message("timed"));
    await resumeTimer(container);
    await add("timed", "timed");
    const aWhileAgo = `sed -i -E 's/"started":[0-9]{10}/"started":'$(($(date +%s) - 90))'/' /var/lib/mailwright/fetch/timed.json`;
    // A new account is fetched from at once, that is within the minute.
    await waitFor(async () => (await subjects("john", "timed")).length === 1, 90);
    await addMail(container, "timed", 1, message("timed"));
    await waitFor(
      async () => (await container.run(["test", "-e", "/var/lib/mailwright/fetch/timed.json"])).exit === 0,
    );
    await pauseTimer(container);
    await type("sh", "-c", aWhileAgo);
    await type("mailwright", "fetch", "--due");
    expect(await subjects("john", "timed")).toEqual(["timed 0"]);
    await type("mailwright", "connector", "modify", "timed", "--every", "1");
    await type("mailwright", "fetch", "--due");
    expect(await subjects("john", "timed")).toEqual(["timed 0", "timed 1"]);
  });

  test("a disabled account is not fetched from, and removing one removes its file", async () => {
    await type("db", "getmail", "setprop", "timed", "status", "disabled");
    await type("signal-event", "nethserver-getmail-save");
    expect((await container.run(["mailwright", "fetch", "timed"])).stderr).toContain("timed is disabled");
    expect((await container.run(["test", "-e", "/etc/getmail/accounts/timed"])).exit).toBe(1);
    await type("mailwright", "connector", "delete", "never", "--yes");
    expect((await container.run(["test", "-e", "/etc/getmail/accounts/never"])).exit).toBe(1);
    for (const left of ["/var/lib/mailwright/fetch/never.json", "/var/lib/getmail/never"])
      expect((await container.run(["test", "-e", left])).exit).toBe(1);
    await type("test", "-e", "/var/lib/getmail/atonce");
    expect((await container.run(["mailwright", "fetch", "never"])).stderr).toContain(
      "there is no connector never",
    );
    expect(await subjects("john", "never")).toEqual(numbered("never", 4));
  });

  test("no daemon complains, the queue is empty, and the events again change nothing", async () => {
    await apply();
    expect(await complaints(container)).toEqual([]);
    await queueIsEmpty(container);
    for (const event of ["nethserver-getmail-save", "nethserver-mail-getmail-update"]) {
      await type("signal-event", event);
      await apply();
    }
  });
});
