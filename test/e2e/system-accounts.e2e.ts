import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  apply,
  complaints,
  queueIsEmpty,
  saidWithoutDelays,
  setDovecot,
  withoutDelays,
} from "./container/administrator.ts";
import { type Container, startContainer } from "./container/container.ts";
import { allDoors, type Door, openDoors } from "./container/logins.ts";
import { smtpSend, waitFor } from "./container/mail.ts";
import { repeat } from "./container/mail-server.ts";
import { debPath, rootCache } from "./places.ts";

const save = "nethserver-mail-server-save";

/** Answers for the source `sss` as a directory does that /run/directory says is up, down, slow, or empty. */
const directory = `#!/bin/sh
[ "$2" = sss ] || exec /usr/bin/getent "$@"
case "$(cat /run/directory)" in
up) cat "/run/directory.$3" ;;
down) exit 2 ;;
slow) exec sleep 60 ;;
esac
`;

describe("accounts of the system", () => {
  let container: Container;
  const must = (...argv: string[]): Promise<string> => container.must(argv);
  const open = (user: string, password: string, via: "inside" | "outside" = "outside"): Promise<Door[]> =>
    openDoors(container, { user, password, via });
  const smtp = async (user: string, password: string): Promise<string> => {
    const login = { port: 587, tls: "starttls", user, password, from: "anna@domain.org" } as const;
    const { replies } = await smtpSend(container, { ...login, to: ["anna@domain.org"] });
    return String(replies.find(({ verb }) => verb === "AUTH")?.code);
  };
  /** The mailboxes that a message to this name reaches; none where it is refused. */
  let number = 0;
  const reached = async (name: string): Promise<string[]> => {
    const subject = `message ${++number}`;
    const mail = { from: "someone@outside.example.net", to: [`${name}@domain.org`], subject };
    const { accepted, last } = await smtpSend(container, mail);
    if (!accepted) {
      expect(last).toMatchObject({ verb: "RCPT", code: 550 });
      return [];
    }
    await queueIsEmpty(container);
    const found: string[] = [];
    for (const user of ["anna", "bert", "dora", "john"]) {
      const { stdout } = await container.run(["doveadm", "search", "-u", user, "subject", subject]);
      if (stdout.trim() !== "") found.push(user);
    }
    return found;
  };
  /** Signals an event while the directory is so, and returns what it says. */
  const signalWhile = async (state: string, ...event: string[]): Promise<string> => {
    await container.write("/run/directory", state);
    const result = await container.run(["signal-event", ...event]);
    expect(result).toMatchObject({ exit: 0 });
    // Dovecot looks at its list once a second.
    await sleep(1100);
    return result.stdout + result.stderr;
  };

  beforeAll(async () => {
    container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
    await must("config", "set", "DomainName", "domain.org");
    await must("config", "setprop", "rspamd", "status", "disabled");
    await must("config", "setprop", "postfix", "DynamicGroupAlias", "enabled");
    const hash = (await must("doveadm", "pw", "-s", "SHA512-CRYPT", "-p", "Record-1")).trim();
    await must("db", "accounts", "set", "john@domain.org", "user", "PasswordHash", hash);
    for (const name of ["anna", "bert"]) await must("useradd", "--create-home", name);
    await must("groupadd", "office");
    await must("usermod", "--append", "--groups", "office", "bert");
    const passwords = ["anna:System-1", "bert:System-2", "root:Root-1", "www-data:Www-1"];
    await container.must(["chpasswd"], { input: `${passwords.join("\n")}\n` });
    await container.write("/usr/local/sbin/getent", directory, 0o755);
    await container.write("/run/directory", "up");
    await container.write("/run/directory.passwd", "dora@domain.org:x:70001:70000::/home/dora:/bin/sh\n");
    await container.write("/run/directory.group", "domain users:x:70000:anna\n");
    await must(
      "sed",
      "-i",
      "-E",
      "s/^(passwd|group):.*/\\1: files sss [NOTFOUND=return] systemd/",
      "/etc/nsswitch.conf",
    );
    await withoutDelays(container);
    await must("signal-event", "nethserver-mail-server-update");
    await must("signal-event", "nethserver-mail-filter-save");
    await apply(container);
  });
  afterAll(() => container?.stop());

  test("A3 with the provider none users are records alone", async () => {
    expect(await open("anna", "System-1")).toEqual([]);
    expect(await reached("anna")).toEqual([]);
    expect(await open("john", "Record-1")).toEqual(allDoors);
  });

  test("A3 with the provider system people log in by the system's passwords, get mail, and groups have addresses", async () => {
    await must("config", "setprop", "sssd", "Provider", "system");
    await apply(container);
    expect(await open("anna", "System-1")).toEqual(allDoors);
    expect(await open("Bert@domain.org", "System-2")).toEqual(allDoors);
    expect(await smtp("anna", "System-1")).toBe("235");
    expect(await open("john", "Record-1")).toEqual(allDoors);
    for (const given of ["", "System-2", "Record-1"]) expect(await open("anna", given), given).toEqual([]);
    expect(await smtp("anna", "System-2")).toBe("535");
    expect(await reached("anna")).toEqual(["anna"]);
    expect(await reached("office")).toEqual(["bert"]);
    expect(await reached('"domain users"')).toEqual(["anna", "dora"]);
  });

  test("A3 root and the system's own accounts never log in, and have no address", async () => {
    expect(await open("root", "Root-1")).toEqual([]);
    expect(await open("www-data", "Www-1")).toEqual([]);
    expect(await smtp("root", "Root-1")).toBe("535");
    expect(await smtp("www-data", "Www-1")).toBe("535");
    expect(await reached("www-data")).toEqual([]);
  });

  test("A4 MailStatus=disabled of a record keeps the system's user out, mail is delivered, and enabling restores", async () => {
    await must("db", "accounts", "set", "anna@domain.org", "user", "MailStatus", "disabled");
    await must("signal-event", "user-create", "anna@domain.org");
    await waitFor(async () => (await open("anna", "System-1")).length === 0);
    expect(await smtp("anna", "System-1")).toBe("535");
    expect(await reached("anna")).toEqual(["anna"]);
    await must("db", "accounts", "delprop", "anna@domain.org", "MailStatus");
    await must("signal-event", "user-modify", "anna@domain.org");
    await waitFor(async () => (await open("anna", "System-1")).length === allDoors.length);
  });

  test("C7 a group of the system can be the restricted one", async () => {
    await setDovecot(container, "RestrictedAccessGroup", "office");
    expect(await open("bert", "System-2")).toEqual([]);
    expect(await open("bert", "System-2", "inside")).toEqual(allDoors);
    expect(await smtp("bert", "System-2")).toBe("235");
    expect(await open("anna", "System-1")).toEqual(allDoors);
    await must("config", "delprop", "dovecot", "RestrictedAccessGroup");
    await apply(container);
  });

  test("a directory that is down, slow or empty: said, nothing crashes, and no address is dropped", async () => {
    for (const state of ["down", "empty", "slow"]) {
      const told = await signalWhile(state, save);
      expect(told, state).toContain(
        "getent -s sss passwd does not answer: its accounts are taken as they were known last (1)",
      );
      expect(await reached("dora"), state).toEqual(["dora"]);
      expect(await reached('"domain users"'), state).toEqual(["anna", "dora"]);
      expect(await open("anna", "System-1"), state).toEqual(allDoors);
    }
    await container.write("/run/directory", "down");
    expect(await container.run(["mailwright", "verify"])).toMatchObject({ exit: 0 });
    expect((await container.run(["signal-event", "--dry-run", save])).exit).toBe(0);
  });

  test("where nothing was ever known, lists are empty and that is said", async () => {
    await must("mv", "/var/lib/mailwright/system-accounts.json", "/root/");
    const told = await signalWhile("down", save);
    expect(told).toContain(
      "getent -s sss passwd does not answer, and never did: none of its accounts is known",
    );
    expect(await reached("dora")).toEqual([]);
    expect(await reached("anna")).toEqual(["anna"]);
    expect(await signalWhile("up", save)).not.toContain("does not answer");
    expect(await reached("dora")).toEqual(["dora"]);
    expect(await must("stat", "-c", "%a %U", "/var/lib/mailwright/system-accounts.json")).toBe("600 root\n");
  });

  test("who is gone from the system's own files, or from a directory that answers, is gone", async () => {
    await must("userdel", "bert");
    await container.write("/run/directory.passwd", "erik:x:70002:70000::/home/erik:/bin/sh\n");
    await signalWhile("up", "user-modify", "bert@domain.org");
    expect(await reached("bert")).toEqual([]);
    expect(await reached("dora")).toEqual([]);
    await waitFor(async () => (await open("bert", "System-2")).length === 0);
  });

  test("the daemons have nothing to complain of, and the events again change nothing", async () => {
    await must("signal-event", save);
    await repeat(container, save);
    await repeat(container, "user-modify", "anna@domain.org");
    // The scenario has another nsswitch.conf than the one that Debian copied for chroots.
    const tried = /SASL \w+ authentication failed: .*sasl_username=|nsswitch.conf differ/;
    expect(await complaints(container, saidWithoutDelays, tried)).toEqual([]);
    expect((await must("postqueue", "-j")).trim()).toBe("");
  });
});
