import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints, queueIsEmpty } from "./container/administrator.ts";
import { password } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import { addConnector, fetchNow, short, subjectsOf } from "./container/fetching.ts";
import { offline, startFilterServer } from "./container/filter-server.ts";
import { fragment } from "./container/mail-server.ts";
import {
  addMail,
  host,
  left,
  pauseTimer,
  resume,
  startProvider,
  stopProvider,
} from "./container/provider.ts";

const program = (name: string): string =>
  readFileSync(new URL(`./container/${name}`, import.meta.url), "utf8");
const shapes = "/usr/local/lib/odd_messages.py";
const fakeFolder = "/run/fake-pop3";

describe("odd messages, and odd servers of providers", () => {
  let container: Container;

  const type = (...argv: string[]): Promise<string> => container.must(argv);

  beforeAll(async () => {
    container = await startFilterServer(["john", "mary", "anna", "jörg"], async (booted) => {
      await booted.write("/etc/e2e-zone", `${host} A 192.0.2.2\n`);
      await booted.must(["config", "setprop", "postfix", "MessageSizeMax", "100000000"]);
    });
    const users = ["odd-pop3", "odd-imap", "safe", "flood", "wrong", "umlaut"];
    await startProvider(container, Object.fromEntries(users.map((user) => [user, password])));
    await container.write(shapes, program("odd_messages.py"));
    await pauseTimer(container);
    await type("signal-event", "nethserver-mail-getmail-update");
  });
  afterAll(() => container?.stop());

  test("messages of odd shapes and of 60 MB come once, each byte as it was, and hold up none behind them", async () => {
    for (const [name, user, protocol] of [
      ["odd-pop3", "mary", "pop3s"],
      ["odd-imap", "anna", "imaps"],
    ] as const) {
      await type("python3", shapes, "put", `/srv/provider/${name}/Maildir`);
      await addConnector(container, name, "--to", user, "--protocol", protocol);
      expect(await fetchNow(container, name)).toMatchObject({ delivered: 18, kept: 0 });
      const came = (await type("python3", shapes, "compare", user)).trim().split("\n");
      expect(came.filter((line) => !line.endsWith(" 1"))).toEqual(["all 18"]);
      expect(came).toHaveLength(19);
      expect(await fetchNow(container, name)).toMatchObject({ delivered: 0, messages: [] });
    }
  });

  test("ten that are refused are told of in one note, which is safe to read, and Delete holds for them", async () => {
    await type("mailwright", "rule", "add", "block-from", "spammer.example");
    const odd = "=?utf-8?Q?=1B[2J=C3=BC<b>?= ".repeat(60);
    const mail = short(odd).replace("a@sender.example.net", "\x1b[31m <a@spammer.example>");
    await addMail(container, "flood", 10, `Return-Path: <a@spammer.example>\n${mail}`);
    await addConnector(container, "flood", "--filter", "--delete-after", "0");
    const refused = await container.run(["mailwright", "fetch", "flood"]);
    expect(refused.stdout).toMatch(/^flood: 0 delivered, 10 not let through in /);
    expect(refused.stdout).not.toContain("\x1b");
    expect(await left(container, "flood")).toBe(0);
    expect(await subjectsOf(container, "john", "delivered")).toEqual(["10 messages were not delivered"]);
    const note = await type("doveadm", "fetch", "-u", "john", "text", "subject", "were not delivered");
    expect(note.match(/^ {4}From: {4} +\[31m <a@spammer\.example>\r?$/gm)).toHaveLength(10);
    expect(note).not.toContain("\x1b");
    expect(note).toContain("At the provider they are deleted, as what is delivered is.");
    expect(await fetchNow(container, "flood")).toMatchObject({ refused: 0, messages: [] });
    const log = await type("journalctl", "-q", "-o", "cat", "-t", "mailwright-fetch");
    expect(log).toContain("flood: 0 delivered, 10 not let through");
    expect(log).not.toContain("\x1b");
  });

  test("a provider that wants STARTTLS gets it, and no password in the clear", async () => {
    await addMail(container, "safe", 1, short("safe"));
    await stopProvider(container);
    await type(
      "sed",
      "-i",
      "s/^disable_plaintext_auth.*/disable_plaintext_auth = yes/",
      "/etc/provider/dovecot.conf",
    );
    await resume(container);
    for (const protocol of ["pop3", "imap"]) {
      await addConnector(container, `safe-${protocol}`, "--username", "safe", "--protocol", protocol);
      expect(await fetchNow(container, `safe-${protocol}`)).toMatchObject({ delivered: 1 });
    }
    const log = await container.read("/var/log/provider.log");
    expect(log.match(/(pop3|imap)-login: Info: Login: user=<safe>.*, TLS/g)).toHaveLength(2);
    expect(log).not.toMatch(/Login: user=<safe>(?!.*, TLS)/);
  });

  test("fetch --test tells at once whether the login works, and fetches nothing", async () => {
    await addMail(container, "wrong", 1, short("tried"));
    const { stderr } = await container.run(
      [
        "mailwright",
        "connector",
        "add",
        "wrong",
        "--to",
        "john",
        "--host",
        host,
        "--username",
        "wrong",
        "--password-stdin",
      ],
      { input: "Wrong-1\n" },
    );
    expect(stderr).toContain("mailwright fetch --test wrong");
    const refused = await container.run(["mailwright", "fetch", "--test", "wrong"]);
    expect(refused).toMatchObject({
      exit: 1,
      stdout: expect.stringContaining(`wrong: ${host} refuses the login: `),
    });
    await container.must(["mailwright", "connector", "modify", "wrong", "--password-stdin"], {
      input: `${password}\n`,
    });
    for (const protocol of ["pop3", "pop3s", "imap", "imaps"]) {
      await type("mailwright", "connector", "modify", "wrong", "--protocol", protocol);
      expect(await type("mailwright", "fetch", "--test", "wrong")).toBe("wrong: the login works\n");
    }
    expect(JSON.parse(await type("mailwright", "fetch", "--test", "--json", "wrong"))).toEqual({
      logins: [{ connector: "wrong" }],
    });
    expect(await subjectsOf(container, "john", "tried")).toEqual([]);
    expect(await fetchNow(container, "wrong")).toMatchObject({ delivered: 1 });
  });

  test("a user whose name LMTP does not take is told of before anything is fetched", async () => {
    await addMail(container, "umlaut", 1, short("umlaut"));
    await addConnector(container, "umlaut", "--to", "jörg", "--delete-after", "0");
    expect((await fetchNow(container, "umlaut")).problem).toMatch(/names in ASCII alone, and not for jörg$/);
    expect(await left(container, "umlaut")).toBe(1);
  });

  test("a provider that hangs in the middle is given up after the time-out, and the next run carries on", async () => {
    await container.write("/usr/local/lib/fake_pop3.py", program("fake_pop3.py"));
    await type("mkdir", fakeFolder);
    await container.outside.run([
      "sh",
      "-c",
      `setsid python3 /usr/local/lib/fake_pop3.py ${fakeFolder} >/tmp/fake.out 2>&1 &`,
    ]);
    const shipped = "/etc/getmail/accounts/rc/10account.hbs";
    const text = await container.read(`/usr/share/mailwright/templates${shipped}`);
    const own = fragment("/etc/getmail/accounts/rc", "10account");
    await container.write(own, text.replace("timeout = 120", "timeout = 3"));
    await container.write(`${fakeFolder}/hang`, "6");
    await addConnector(container, "fake", "--host", `${host}:1110`, "--protocol", "pop3");
    expect(await fetchNow(container, "fake")).toMatchObject({
      delivered: 5,
      problem: `${host} does not answer`,
    });
    await type("rm", `${fakeFolder}/hang`);
    const carried = await fetchNow(container, "fake");
    expect(carried).toMatchObject({ delivered: 5 });
    expect(
      carried.messages
        .map(({ result }) => result)
        .sort()
        .join(" "),
    ).toBe(`${"again ".repeat(5)}${"delivered ".repeat(5)}`.trim());
    expect(await subjectsOf(container, "john", "fake")).toHaveLength(10);
    expect(await fetchNow(container, "fake")).toMatchObject({ delivered: 0, messages: [] });
  });

  test("names of messages (UIDL) that are not unique are told; those that all change bring each message once more", async () => {
    await container.write(`${fakeFolder}/names`, "same");
    expect((await fetchNow(container, "fake")).problem).toBe(
      `${host} gives several messages one name (UIDL), so that none is fetched: try IMAP`,
    );
    await container.write(`${fakeFolder}/names`, "new-");
    expect(await fetchNow(container, "fake")).toMatchObject({ delivered: 10 });
    expect(await fetchNow(container, "fake")).toMatchObject({ delivered: 0, messages: [] });
    expect(await subjectsOf(container, "john", "fake")).toHaveLength(20);
  });

  test("one that a run before has delivered, and that the server does not hand out to the next, does not come again", async () => {
    await container.write(`${fakeFolder}/names`, "late-");
    await container.write(`${fakeFolder}/hang`, "4");
    expect(await fetchNow(container, "fake")).toMatchObject({ delivered: 3 });
    await type("rm", `${fakeFolder}/hang`);
    await container.write(`${fakeFolder}/refuse`, "1");
    expect(await fetchNow(container, "fake")).toMatchObject({
      delivered: 7,
      problem: expect.stringContaining("does not hand out a message"),
    });
    await type("rm", `${fakeFolder}/refuse`);
    expect(await fetchNow(container, "fake")).toMatchObject({
      delivered: 0,
      messages: [{ result: "again" }],
    });
    expect(await fetchNow(container, "fake")).toMatchObject({ delivered: 0, messages: [] });
    expect(await subjectsOf(container, "john", "fake")).toHaveLength(30);
  });

  test("no daemon complains, the queue is empty, and the events again change nothing", async () => {
    await type("rm", fragment("/etc/getmail/accounts/rc", "10account"));
    await type("signal-event", "nethserver-getmail-save");
    await apply(container);
    expect(await complaints(container, ...offline)).toEqual([]);
    await queueIsEmpty(container);
    await type("signal-event", "nethserver-getmail-save");
    await apply(container);
  });
});
