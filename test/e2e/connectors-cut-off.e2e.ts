import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints, queueIsEmpty } from "./container/administrator.ts";
import { bootMailServer, password } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import { addConnector, ageCutOff, fetchNow, short, subjectsOf } from "./container/fetching.ts";
import { waitFor } from "./container/mail.ts";
import { addMail, host, left, pauseTimer, resumeTimer, startProvider } from "./container/provider.ts";

const journal = "/var/lib/mailwright/fetch/cut.journal";
const cutOff = "its delivery was cut off, and may still go on: the next run finds out";
const many = Array.from({ length: 50 }, (_, number) => `many-${number}`);

describe("fetching that is cut off, or has no room", () => {
  let container: Container;

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const marks = async (sign: string): Promise<number> =>
    (await container.run(["grep", "-c", `^${sign} `, journal])).stdout.trim() === "1" ? 1 : 0;

  beforeAll(async () => {
    container = await bootMailServer(["john", "mary", "tiny"], (booted) =>
      booted.write("/etc/e2e-zone", `${host} A 192.0.2.2\n`),
    );
    const users = ["cut", "cron", "room", "left", "quiet", ...many];
    await startProvider(container, Object.fromEntries(users.map((user) => [user, password])));
    await pauseTimer(container);
    await type("signal-event", "nethserver-mail-getmail-update");
    await addConnector(container, "cut", "--delete-after", "0");
  });
  afterAll(() => container?.stop());

  /** Fetches with strace(1), which does this to the calls that concern the journal. */
  const injected = (what: string) =>
    container.run([
      ...[
        "strace",
        "-f",
        "-o",
        "/dev/null",
        "-P",
        journal,
        "-e",
        "trace=write,fdatasync",
        "-e",
        `inject=${what}`,
      ],
      ...["mailwright", "fetch", "cut"],
    ]);

  test("a kill between the journal's two lines, before the delivery: it comes once, by the next run", async () => {
    await addMail(container, "cut", 1, short("before"));
    await type("install", "-D", "-m", "600", "/dev/null", journal);
    expect((await injected("fdatasync:signal=KILL:when=1")).exit).not.toBe(0);
    expect([await marks("?"), await marks("+")]).toEqual([1, 0]);
    expect(await subjectsOf(container, "john", "before")).toEqual([]);
    expect(await fetchNow(container, "cut")).toMatchObject({ kept: 1, problem: cutOff });
    await ageCutOff(container, "cut");
    expect(await fetchNow(container, "cut")).toMatchObject({ delivered: 1 });
    expect(await subjectsOf(container, "john", "before")).toEqual(["before 0"]);
    expect(await left(container, "cut")).toBe(0);
  });

  test("a kill between the journal's two lines, behind the delivery: it comes once, and the next run knows", async () => {
    await addMail(container, "cut", 1, short("behind"));
    await type("install", "-D", "-m", "600", "/dev/null", journal);
    expect((await injected("write:error=EIO:signal=KILL:when=2")).exit).not.toBe(0);
    expect([await marks("?"), await marks("+")]).toEqual([1, 0]);
    expect(await subjectsOf(container, "john", "behind")).toEqual(["behind 0"]);
    expect(await left(container, "cut")).toBe(1);
    expect((await fetchNow(container, "cut")).messages).toEqual([
      {
        result: "again",
        from: "a@sender.example.net",
        subject: "behind 0",
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    ]);
    expect(await subjectsOf(container, "john", "behind")).toEqual(["behind 0"]);
    expect(await left(container, "cut")).toBe(0);
  });

  /** Fetches, does this to `$fetch` while Dovecot has the message and has not stored it, and tells what the script says. */
  async function whileFrozen(subject: string, script: string): Promise<string[]> {
    // A process of LMTP that waits for the next delivery.
    await addMail(container, "cut", 1, short("first"));
    await fetchNow(container, "cut");
    await addMail(container, "cut", 1, short(subject));
    const frozen = `
      stored() { doveadm search -u john subject ${subject} | wc -l; }
      strace -qq -f -o /tmp/lmtp.trace $(pgrep -x lmtp | sed 's/^/-p /') -e trace=fsync,fdatasync -e inject=fsync,fdatasync:delay_enter=4000000:when=1 &
      strace=$!
      sleep 1
      mailwright fetch cut >/dev/null 2>&1 &
      fetch=$!
      for i in $(seq 200); do grep -q sync /tmp/lmtp.trace && break; sleep 0.05; done
      grep -c '^? ' ${journal}
      stored
      ${script}
      for i in $(seq 200); do [ $(stored) = 0 ] || break; sleep 0.05; done
      stored
      kill $strace
      wait`;
    const { stdout } = await container.run(["bash", "-c", frozen]);
    return stdout.split("\n").filter(Boolean);
  }

  test("a kill while Dovecot has the message and has not stored it: it comes once", async () => {
    const next = `kill -KILL $fetch; mailwright fetch cut | grep -c '${cutOff}'`;
    // The line of the message, and that of the run.
    expect(await whileFrozen("frozen", next)).toEqual(["1", "0", "2", "1"]);
    expect(await fetchNow(container, "cut")).toMatchObject({ delivered: 0, messages: [{ result: "again" }] });
    expect(await subjectsOf(container, "john", "frozen")).toHaveLength(1);
  });

  test("a SIGTERM then: the run ends when the message is stored, and it comes once", async () => {
    const order = "kill -TERM $fetch; wait $fetch; echo $?; stored";
    expect(await whileFrozen("asked", order)).toEqual(["1", "0", expect.stringMatching(/^[1-9]/), "1", "1"]);
    expect(await fetchNow(container, "cut")).toMatchObject({ delivered: 0, messages: [{ result: "again" }] });
    expect(await subjectsOf(container, "john", "asked")).toHaveLength(1);
    expect(await left(container, "cut")).toBe(0);
    expect((await container.run(["test", "-e", journal])).exit).toBe(1);
  });

  test("settings that are not applied fetch nothing", async () => {
    await addMail(container, "cut", 1, short("pending"));
    const was = await type("db", "getmail", "getprop", "cut", "Server");
    await type("db", "getmail", "setprop", "cut", "Server", "nowhere.example.net");
    expect(await fetchNow(container, "cut")).toMatchObject({
      delivered: 0,
      problem: "its settings are not applied yet: signal-event nethserver-getmail-save",
    });
    await type("db", "getmail", "setprop", "cut", "Server", was.trim());
    expect(await fetchNow(container, "cut")).toMatchObject({ delivered: 1 });
  });

  test("a message that is larger than MessageSizeMax stays at the provider, and is told", async () => {
    for (const protocol of ["imaps", "pop3s"]) {
      await type("mailwright", "connector", "modify", "cut", "--protocol", protocol);
      await type("config", "setprop", "postfix", "MessageSizeMax", "1000000");
      await addMail(
        container,
        "cut",
        1,
        `${short(`huge-${protocol}`)}${`${"x".repeat(70)}\n`.repeat(15_000)}`,
      );
      expect(await fetchNow(container, "cut")).toMatchObject({
        delivered: 0,
        kept: 1,
        problem: expect.stringMatching(
          /^a message of 1,0\d\d,\d{3} bytes is larger than MessageSizeMax of postfix, 1,000,000 bytes$/,
        ),
      });
      expect(await left(container, "cut")).toBe(1);
      await type("config", "delprop", "postfix", "MessageSizeMax");
      expect(await fetchNow(container, "cut")).toMatchObject({ delivered: 1 });
      expect(await left(container, "cut")).toBe(0);
    }
  });

  test("a full disk keeps the message at the provider, and the next run carries on", async () => {
    const home = "/var/lib/nethserver/vmail/tiny";
    await type(
      "sh",
      "-ec",
      `mkdir -p ${home}; mount -t tmpfs -o size=300k,uid=vmail,gid=vmail,mode=700 tmpfs ${home}`,
    );
    await addMail(container, "room", 1, short("room") + "x".repeat(70).concat("\n").repeat(15_000));
    await addConnector(container, "room", "--to", "tiny", "--delete-after", "0");
    const run = await fetchNow(container, "room");
    expect(run).toMatchObject({ delivered: 0, kept: 1, problem: expect.stringMatching(/^4\d\d 4\./) });
    expect(await left(container, "room")).toBe(1);
    await type("mount", "-o", "remount,size=30m", home);
    expect(await fetchNow(container, "room")).toMatchObject({ delivered: 1 });
    expect(await subjectsOf(container, "tiny", "room")).toEqual(["room 0"]);
    expect(await left(container, "room")).toBe(0);
  });

  test("the user is deleted between two runs: skipped, said, and delivered nowhere else", async () => {
    await addMail(container, "left", 1, short("left"));
    await addConnector(container, "left", "--to", "mary", "--delete-after", "0");
    expect(await fetchNow(container, "left")).toMatchObject({ delivered: 1 });
    await type("mailwright", "user", "delete", "mary", "--yes");
    // Dovecot looks once a second whether the list of users is another.
    await waitFor(async () => (await container.run(["doveadm", "user", "mary"])).exit === 67);
    await addMail(container, "left", 1, short("left"));
    expect(await fetchNow(container, "left")).toMatchObject({
      delivered: 0,
      problem: "there is no user mary: nothing is fetched, and nothing is deleted",
    });
    expect(await left(container, "left")).toBe(1);
    expect(await subjectsOf(container, "john", "left")).toEqual([]);
    await type("mailwright", "connector", "delete", "left", "--yes");
  });

  test("fifty accounts that are due at once are all fetched from, once each", async () => {
    for (const name of many) {
      const props = [
        "Account",
        "john",
        "Server",
        host,
        "Username",
        name,
        "Password",
        password,
        "FilterCheck",
        "disabled",
      ];
      await type("db", "getmail", "set", name, "getmail", ...props);
    }
    await type(
      "sh",
      "-ec",
      `for i in $(seq 0 49); do printf 'Subject: %s\\n\\ntext\\n' many-$i | python3 /usr/local/lib/fill-provider.py many-$i 1; done`,
    );
    await type("signal-event", "nethserver-getmail-save");
    await type("mailwright", "fetch", "--due");
    expect(await subjectsOf(container, "john", "many-")).toEqual([...many].sort());
    await type("mailwright", "fetch", "--due");
    expect(await subjectsOf(container, "john", "many-")).toHaveLength(50);
  });

  test("the timer's runs leave no line while nothing comes, and tell of what does", async () => {
    await resumeTimer(container);
    const lines = async (): Promise<string[]> =>
      (await type("journalctl", "-q", "-o", "cat", "-u", "mailwright-fetch.service"))
        .split("\n")
        .filter(Boolean);
    const before = await lines();
    for (let run = 0; run < 3; run++) await type("systemctl", "start", "mailwright-fetch.service");
    expect(await lines()).toEqual(before);
    await addMail(container, "quiet", 1, short("quiet"));
    await addConnector(container, "quiet");
    await type("systemctl", "start", "mailwright-fetch.service");
    await waitFor(async () => (await subjectsOf(container, "john", "quiet")).length === 1, 90);
    await waitFor(async () => (await lines()).includes("quiet: 1 delivered"));
    expect((await lines()).slice(before.length)).toEqual([
      expect.stringMatching(
        /^quiet: [0-9a-f]{32}: message-id=<>, .*, status=delivered \(250 2\.0\.0 <john> \S+ Saved\)$/,
      ),
      "quiet: 1 delivered",
    ]);
    await pauseTimer(container);
  });

  test("where systemd does not run cron fetches, and where it runs cron does not", async () => {
    await addMail(container, "cron", 1, short("cron"));
    await addConnector(container, "cron");
    const [, job = ""] =
      /^\* \* \* \* \* root (.*)$/m.exec(await container.read("/etc/cron.d/mailwright-fetch")) ?? [];
    await type("sh", "-c", job);
    expect(await subjectsOf(container, "john", "cron")).toEqual([]);
    await type("systemctl", "stop", "cron");
    const alone = "mount -t tmpfs tmpfs /run/systemd && exec cron -f";
    await container.run(["sh", "-c", `setsid unshare -m sh -c '${alone}' >/dev/null 2>&1 </dev/null &`]);
    await waitFor(async () => (await subjectsOf(container, "john", "cron")).length === 1, 100);
    await type("sh", "-c", "kill $(cat /run/crond.pid)");
    await type("systemctl", "start", "cron");
    expect(await subjectsOf(container, "john", "cron")).toEqual(["cron 0"]);
  });

  test("no daemon complains, the queue is empty, and the events again change nothing", async () => {
    await apply(container);
    expect(await complaints(container, /tiny/)).toEqual([]);
    await queueIsEmpty(container);
    await type("signal-event", "nethserver-getmail-save");
    await apply(container);
  });
});
