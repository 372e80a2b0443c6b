import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Container, startContainer } from "./container/container.ts";
import { waitFor } from "./container/mail.ts";
import {
  contentsOf,
  deliver,
  fragment,
  lastApply,
  repeat,
  reset,
  sendMail,
  setUpMailServer,
  takePort,
} from "./container/mail-server.ts";
import { debPath, rootCache } from "./places.ts";

const [mainCf, dovecotConf, proxy, controller] = [
  "/etc/postfix/main.cf",
  "/etc/dovecot/dovecot.conf",
  "/etc/rspamd/local.d/worker-proxy.inc",
  "/etc/rspamd/local.d/worker-controller.inc",
];

/** A fragment of the site that every check passes, and with which the daemon does not work. */
interface Failure {
  readonly title: string;
  readonly event: string;
  readonly path: string;
  readonly text: string;
  /** A port that another program has. */
  readonly taken?: number;
  /** Who failed, and how. */
  readonly says: RegExp;
  /** The daemon's own words. */
  readonly words?: string;
}

const listener = (port: number) => `service imap-login {
  inet_listener site {
    address = 127.0.0.1
    port = ${port}
  }
}
`;

const failures: readonly Failure[] = [
  {
    title: "a listener of Dovecot on a port that another program has, at a restart",
    event: "nethserver-mail-server-update",
    path: fragment(dovecotConf),
    text: listener(2598),
    taken: 2598,
    says: /dovecot: restart failed/,
    words: "listen(127.0.0.1, 2598) failed: Address already in use",
  },
  {
    title: "the same at a reload, which Dovecot refuses in its log alone while it goes on as before",
    event: "nethserver-mail-server-save",
    path: fragment(dovecotConf),
    text: listener(2598),
    taken: 2598,
    says: /dovecot: /,
    words: "listen(127.0.0.1, 2598) failed: Address already in use",
  },
  {
    title: "a service of Dovecot for a user that does not exist, at a reload",
    event: "nethserver-mail-server-save",
    path: fragment(dovecotConf),
    text: "service imap-login {\n  user = nosuchuser\n}\n",
    says: /dovecot: /,
    words: "User doesn't exist: nosuchuser",
  },
  {
    title: "a key of Dovecot that belongs to another certificate, so that only TLS does not answer",
    event: "nethserver-mail-server-save",
    path: fragment(dovecotConf),
    text: "ssl_key = </etc/ssl/private/other.pem\n",
    says: /dovecot: port 99[35] does not answer within/,
    words: "Key is for a different cert than ssl_cert",
  },
  {
    title: "a port of Rspamd that another program has, without which it goes on",
    event: "nethserver-mail-filter-save",
    path: fragment(controller),
    text: 'bind_socket = "127.0.0.1:11333";\n',
    taken: 11333,
    says: /rspamd: port 11333 does not answer within/,
  },
  {
    title: "Postfix without a restriction of relaying, so that each smtpd dies before it greets",
    event: "nethserver-mail-common-save",
    path: fragment(mainCf, "60access"),
    text: "",
    says: /postfix: port 25 does not answer within/,
    words:
      "fatal: in parameter smtpd_relay_restrictions or smtpd_recipient_restrictions, specify at least one",
  },
];

/** What the daemons accept when they are asked, and do not work with: it is noticed, and all is as it was before. */
describe("a configuration with which a daemon does not work", () => {
  let container: Container;
  const must = (...argv: string[]) => container.must(argv);
  const signal = (...event: string[]) => container.run(["signal-event", ...event]);

  beforeAll(async () => {
    container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
    await setUpMailServer(container);
    await must(
      ...["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=other"],
      ...["-keyout", "/etc/ssl/private/other.pem", "-out", "/etc/ssl/certs/other.pem"],
    );
  });
  afterEach(() => reset(container));
  afterAll(() => container?.stop());

  for (const { title, event, path, text, taken, says, words } of failures) {
    test(`${title}: status 5, and all is as it was`, async () => {
      const release = taken === undefined ? undefined : await takePort(container, taken);
      await container.write(path, text);
      const before = await contentsOf(container);
      const start = Date.now();
      const failed = await signal(event);
      const end = Date.now();
      expect(failed.stderr).toMatch(says);
      if (words !== undefined) expect(failed.stderr).toContain(words);
      expect(failed.stderr).toMatch(/Everything is as it was before: 1 file put back; /);
      expect(failed.exit).toBe(5);
      expect(await contentsOf(container)).toBe(before);
      await deliver(container);
      const seconds = (time: number) => ((time - start) / 1000).toFixed(1);
      console.log(
        `${title}: status ${failed.exit} after ${seconds(end)} s, mail read after ${seconds(Date.now())} s`,
      );
      expect(await lastApply(container)).toMatchObject({ event, outcome: "restored" });
      expect((await container.run(["mailwright", "status"])).exit).toBe(2);

      await release?.();
      if (taken === undefined) await must("rm", path);
      await must("signal-event", event);
      expect((await container.run(["mailwright", "status"])).exit).toBe(0);
      await repeat(container, event);
    });
  }

  test("Rspamd's own socket by another name, which ends it at a reload: seen in time all is as it was, and mail flows", async () => {
    const before = await contentsOf(container);
    const shipped = await container.read(`/usr/share/mailwright/templates${proxy}/10milter.hbs`);
    const own = fragment(proxy, "10milter");
    await container.write(own, shipped.replace("localhost:", "127.0.0.1:"));
    const { exit, stderr } = await signal("nethserver-mail-filter-save");
    // A slow reload ends it after the event has looked; systemd starts it anew then, with the new file.
    if (exit !== 0) {
      expect(exit).toBe(5);
      expect(stderr).toMatch(/Everything is as it was before: 1 file put back; rspamd restart\./);
      expect(await contentsOf(container)).toBe(before);
    }
    const socket = exit === 0 ? "127.0.0.1:11332" : "localhost:11332";
    await waitFor(
      async () => (await must("ps", "-eo", "args")).includes(`rspamd_proxy process (${socket})`),
      60,
    );
    await waitFor(async () => (await sendMail(container)).accepted, 60);
    await must("rm", own);
    await must("signal-event", "nethserver-mail-filter-update");
    await deliver(container);
    expect(await contentsOf(container)).toBe(before);
    await repeat(container, "nethserver-mail-filter-save");
  });
});
