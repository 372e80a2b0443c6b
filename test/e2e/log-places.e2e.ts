import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints, queueIsEmpty } from "./container/administrator.ts";
import { bootMailServer } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import { send, waitFor } from "./container/mail.ts";

interface Traced {
  readonly queueId: string;
  readonly messageId: string;
  readonly verdict: readonly string[];
  readonly records: readonly { readonly program: string; readonly text: string }[];
}

describe("G2 wherever the log is, and whatever happens to it", () => {
  let container: Container;

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const shell = (program: string): Promise<string> => type("bash", "-c", program);
  const trace = async (...what: string[]): Promise<Traced[]> => {
    const { stdout } = await container.run(["mailwright", "log", "trace", "--json", ...what]);
    return stdout === "" ? [] : JSON.parse(stdout);
  };
  const summary = async (): Promise<unknown> =>
    JSON.parse(await type("mailwright", "log", "summary", "--by", "recipient", "--json"));

  /** Sends a message to john, and waits until he has it. */
  async function arrive(name: string): Promise<void> {
    const data = `From: <a@outside.example.net>\nTo: john\nSubject: ${name}\nMessage-ID: <${name}@t>\n\nText\n`;
    expect((await send(container, { to: ["john@domain.org"], data })).accepted).toBe(true);
    const found = ["doveadm", "search", "-u", "john", "header", "Subject", name];
    await waitFor(async () => (await container.run(found)).stdout.trim() !== "");
    await queueIsEmpty(container);
  }

  /** Follows while `work` goes on, until the output has all of these. */
  async function followed(argv: string, work: () => Promise<void>, ...wanted: string[]): Promise<string> {
    await shell(`setsid ${argv} >/tmp/followed 2>&1 </dev/null & echo $! >/tmp/follower; sleep 2`);
    await work();
    const text = await waitFor(async () => {
      const said = await container.read("/tmp/followed");
      return wanted.every((one) => said.includes(one)) && said;
    });
    await shell("kill $(cat /tmp/follower)");
    return text;
  }

  beforeAll(async () => {
    container = await bootMailServer(["john", "mary"]);
  });
  afterAll(() => container?.stop());

  test("--follow goes on over a rotation, over copytruncate, and where the log was empty", async () => {
    const rotate = "/etc/logrotate.d/rsyslog";
    const text = await followed(
      "mailwright log trace john@domain.org --follow --since 1s",
      async () => {
        await arrive("before");
        await shell(`logrotate -f ${rotate}`);
        await arrive("rotated");
        // What is copied and cut off between two looks is lost, and a log as long as before looks the same (logrotate(8)).
        await waitFor(async () => /rotated@t.*removed/s.test(await container.read("/tmp/followed")));
        await shell(
          `sed "s/sharedscripts/copytruncate/" ${rotate} >/tmp/copying && logrotate -f /tmp/copying && sleep 1`,
        );
        await arrive("truncated");
      },
      "message-id <before@t>",
      "message-id <rotated@t>",
      "message-id <truncated@t>",
    );
    expect(text.match(/removed$/gm)).toHaveLength(3);
    expect(text.match(/stored INBOX for john$/gm)).toHaveLength(3);
    expect((await trace("john@domain.org")).map(({ messageId }) => messageId)).toEqual(
      expect.arrayContaining(["before@t", "rotated@t", "truncated@t"]),
    );
  });

  test("--follow ends in silence when nobody reads it any more, and tells programs lines of JSON", async () => {
    await shell(
      "(mailwright log trace john@domain.org --follow --since 1s; echo $? >/tmp/left) 2>/tmp/said | head -1 >/tmp/first 2>/dev/null </dev/null & sleep 2",
    );
    await arrive("unread");
    await waitFor(async () => (await container.run(["cat", "/tmp/left"])).stdout !== "");
    expect(await container.read("/tmp/said")).toBe("");
    expect(await container.run(["pgrep", "-f", "log trace"])).toMatchObject({ exit: 1 });
    const text = await followed(
      "mailwright log trace john@domain.org --follow --since 1s --json",
      () => arrive("lines"),
      "lines@t",
      "removed",
    );
    const records = text.trim().split("\n").slice(1);
    expect(records.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ kind: "message-id", messageId: "lines@t", text: "message-id <lines@t>" }),
    );
  });

  test("the journal tells exactly the same where no log file is kept, and is followed", async () => {
    const own = "echo 'Subject: own' | setpriv --reuid=nobody -- sendmail -f n@domain.org mary@domain.org";
    await shell(own);
    await queueIsEmpty(container);
    // Both have a time of their own for a line.
    const plain = (stories: Traced[]): unknown =>
      stories.map(({ queueId, verdict, records }) => ({
        queueId,
        verdict,
        told: records.map(({ text }) => text),
      }));
    const all = await trace("@domain.org", "--limit", "100");
    const counts = await summary();
    expect(all.length).toBeGreaterThanOrEqual(6);
    await shell(
      "mkdir /var/log/away && mv /var/log/mail.log* /var/log/away/ && systemctl stop rsyslog syslog.socket",
    );
    expect(plain(await trace("@domain.org", "--limit", "100"))).toEqual(plain(all));
    expect(await summary()).toEqual(counts);
    const text = await followed(
      "mailwright log trace john@domain.org --follow --since 1s",
      () => arrive("journal"),
      "message-id <journal@t>",
      "removed",
    );
    expect(text).toMatch(/stored INBOX for john/);
    await waitFor(async () => (await container.run(["pgrep", "-f", "journalctl"])).exit === 1);
    const since = await trace("<before@t>", "--since", "2099-01-01");
    expect(since).toEqual([]);
    await shell(
      "mv /var/log/away/* /var/log/ && systemctl start syslog.socket rsyslog && systemctl is-active rsyslog",
    );
  });

  test("a log that may not be read is told of in two lines", async () => {
    const nobody = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "mailwright"];
    for (const command of [["summary"], ["trace", "<m@x>"], ["trace", "<m@x>", "--follow"]]) {
      const { exit, stderr } = await container.run([...nobody, "log", ...command]);
      expect(exit).toBe(1);
      expect(stderr).toMatch(
        /\/var\/log\/mail\.log(?:\.1)? cannot be read: permission denied\n.*group adm\n$/,
      );
    }
  });

  test("a log that is cut off is told to its end, and that it is; no byte of one reaches a terminal", async () => {
    const journal = "journalctl --quiet --all --output=short-iso-precise SYSLOG_FACILITY=2";
    await shell(`mkdir /tmp/cut; ${journal} | gzip | head -c -100 >/tmp/cut/mail.log.gz`);
    const cut = await container.run([
      "mailwright",
      "log",
      "summary",
      "--file",
      "/tmp/cut/mail.log.gz",
      "--json",
    ]);
    expect(cut).toMatchObject({ exit: 0 });
    expect(cut.stderr).toMatch(/mail\.log\.gz cannot be read to its end.*unexpected end of file/);
    expect(JSON.parse(cut.stdout)[0].messages).toBeGreaterThanOrEqual(3);
    const found = await container.run([
      ...["mailwright", "log", "trace", "<before@t>", "--file", "/tmp/cut/mail.log.gz", "--json"],
    ]);
    expect(found.stderr).toContain("cannot be read to its end");
    expect(JSON.parse(found.stdout)[0].verdict[0]).toBe("delivered to john@domain.org, folder INBOX");
    const odd = [
      "import sys",
      "stamp = b'2026-11-26T01:00:00.000000+00:00 mail '",
      "lines = [b'postfix/smtpd[1]: 4jZfBM2PCfzn1: client=\\x00\\x1b[31m[192.0.2.9]', b'postfix/cleanup[1]: 4jZfBM2PCfzn1: message-id=<odd@t>',",
      "  b'postfix/smtp[1]: 4jZfBM2PCfzn1: to=<b@y>, relay=z[192.0.2.8]:25, delay=1, delays=0/0/0/1, dsn=5.0.0, status=bounced (\\xff\\x9b31m\\x1b]0;x\\x07 no)',",
      "  b'postfix/smtp[1]: 4jZfBM2PCfzn1: ' + b'x' * 1000000, b'\\x00' * 300000, b'']",
      "open('/tmp/odd.log', 'wb').write(b'\\n'.join(stamp + line for line in lines))",
    ].join("\n");
    await type("python3", "-c", odd);
    const shown = await container.run(["mailwright", "log", "trace", "<odd@t>", "--file", "/tmp/odd.log"]);
    expect(shown).toMatchObject({ exit: 0, stderr: "" });
    expect(shown.stdout).toContain("returned to its sender, undeliverable to b@y");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    expect(shown.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  test("the daemons have nothing to complain of, and the events run again change no file", async () => {
    await apply(container);
    expect(await complaints(container)).toEqual([]);
  });
});
