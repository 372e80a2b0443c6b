import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints, nothingWaits } from "./container/administrator.ts";
import { type Container, startContainer } from "./container/container.ts";
import { answer, session, startMailboxServer } from "./container/mailbox-server.ts";
import { deliver } from "./container/mailboxes.ts";
import { debPath, rootCache } from "./places.ts";

const secret = "p#a ss\"w'ö:\\x";
const backup = "/var/lib/mailwright/backup";
const message = "Subject: of a client\n\nA message.\n";
const site = "/etc/mailwright/templates/etc/postfix/main.cf/95site.hbs";
const script = 'require "fileinto";\nif header :contains "subject" "invoice" { fileinto "Work"; }\n';
const home = "/var/lib/nethserver/vmail";

describe("a backup of one server, restored on another", () => {
  let old: Container;
  let fresh: Container;
  let settings: string;

  /** All that is stored, in every database, and what users see. */
  const databases = ["configuration", "accounts", "domains", "smarthosts", "networks", "notes"];
  const stored = async (container: Container): Promise<string> =>
    (await Promise.all(databases.map((name) => container.must(["db", "--stored", name, "printjson"])))).join(
      "",
    );
  const seen = async (container: Container): Promise<unknown> => ({
    john: await session(
      container,
      "john",
      ["list"],
      ["lsub"],
      ["flags", "INBOX"],
      ["subjects", "INBOX"],
      ["flags", "Work"],
      ["getacl", "Work"],
    ),
    mary: await session(
      container,
      "mary",
      ["list"],
      ["flags", "Public/Team Ö"],
      ["subjects", "Public/Team Ö"],
      ["subjects", "Shared/john/Work"],
      ["myrights", "Public/Team Ö"],
    ),
    paul: await session(container, "paul", ["list"], ["select", "Public/Team Ö"]),
    acl: await container.must(["doveadm", "-f", "tab", "acl", "get", "-u", "vmail", "Team Ö"]),
  });

  beforeAll(async () => {
    old = await startMailboxServer();
    const type = (...argv: string[]) => old.must(argv);
    await type("db", "domains", "set", "example.com", "domain", "DisclaimerText", "one\ntwo");
    await type("db", "smarthosts", "set", "@example.com", "sender", "Host", "relay.net", "Password", secret);
    await type("db", "networks", "set", "198.51.100.0", "network", "Mask", "255.255.255.0");
    await type("db", "notes", "set", "#odd key", "note", "value", " a|b=c ");
    await type("db", "accounts", "set", "info@", "pseudonym", "Account", "john");
    await type("config", "setprop", "dovecot", "SharedSeen", "disabled");
    await type("config", "setprop", "postfix", "MessageSizeMax", "12345678");
    await old.write(site, "# of the site\n");
    await type("mailwright", "apply");
    await type(
      "signal-event",
      "sharedmailbox-create",
      "Team Ö",
      "group=Domain Users",
      "read-write",
      "user=john",
      "full",
    );
    await deliver(old, { to: ["info@example.com"], subject: "first" });
    await deliver(old, { to: ["john@domain.org"], subject: "second" });
    const john = [
      ["select", "INBOX"],
      ["store", "1", "+FLAGS", "\\Seen \\Flagged"],
      ["create", "Work"],
      ["append", "Work", message],
      ["setacl", "Work", "mary", "lrs"],
      ["append", "Public/Team Ö", message],
      ["subscribe", "Work"],
      ["subscribe", "Public/Team Ö"],
    ];
    for (const [status] of await session(old, "john", ...john)) expect(status).toBe("OK");
    expect(
      (await session(old, "mary", ["select", "Public/Team Ö"], ["store", "1", "+FLAGS", "\\Seen"]))[1]?.[0],
    ).toBe("OK");
    await old.write("/tmp/rule.sieve", script);
    await old.must(["doveadm", "sieve", "put", "-u", "john", "-a", "rule", "/tmp/rule.sieve"]);
    settings = await stored(old);
    fresh = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
  });
  afterAll(async () => {
    await fresh?.stop();
    await old?.stop();
  });

  test("pre-backup-config writes all settings into a folder for root alone, and says what to save", async () => {
    await old.must(["signal-event", "pre-backup-config"]);
    expect(
      await old.must(["stat", "-c", "%a %U", backup, `${backup}/settings.json`, `${backup}/paths`]),
    ).toBe("700 root\n600 root\n600 root\n");
    const paths = (await old.read(`${backup}/paths`)).trim().split("\n");
    const own = ["/etc/mailwright", backup, "/var/lib/mailwright/self-signed.pem"];
    const others = ["/var/lib/nethserver/secrets"];
    // All that there is of it on this server, and nothing else.
    expect(paths).toEqual([home, ...own, ...others]);
    expect(await old.read(`${backup}/settings.json`)).toContain(JSON.stringify(secret));
    expect(await old.must(["mailwright", "task", "backup"])).toBe(`${paths.join("\n")}\n`);
  });

  test("post-restore-config on a new server brings every setting back and applies all", async () => {
    // Owned by nobody there is, as on a machine that numbers its users differently.
    const tar = [
      "tar",
      "--create",
      "--gzip",
      "--numeric-owner",
      "--absolute-names",
      `--files-from=${backup}/paths`,
    ];
    const archive = await old.must(["sh", "-c", `${tar.join(" ")} | base64`]);
    await fresh.write("/tmp/backup.b64", archive);
    const put = "base64 -d /tmp/backup.b64 | tar --extract --gzip --absolute-names --numeric-owner";
    await fresh.must(["sh", "-c", `${put}; chown -R 4321:4321 ${home}`]);
    await fresh.must(["signal-event", "post-restore-config"]);
    // Clients have come to trust it.
    const certificate = "/var/lib/mailwright/self-signed.pem";
    expect(await fresh.read(certificate)).toBe(await old.read(certificate));
    expect(await stored(fresh)).toBe(settings);
    expect(await fresh.must(["postconf", "-h", "message_size_limit"])).toBe("12345678\n");
    expect(await fresh.read("/etc/postfix/main.cf")).toContain("# of the site\n");
    expect((await fresh.run(["mailwright", "status"])).stdout).toMatch(nothingWaits);
  });

  test("post-restore-data brings every mailbox, message, flag, subscription, public folder and ACL back", async () => {
    // What is worked out of the mail folders may be lost or out of date.
    await fresh.must(["sh", "-c", `rm -f ${home}/shared-mailboxes.db ${home}/*/Maildir/dovecot-acl-list`]);
    await fresh.must(["signal-event", "post-restore-data"]);
    expect(await fresh.must(["find", home, "-not", "-user", "vmail"])).toBe("");
    const before = await seen(old);
    expect(await seen(fresh)).toEqual(before);
    expect(before).toMatchObject({
      paul: [
        ["OK", expect.any(Array)],
        ["NO", expect.any(Array)],
      ],
    });
    const folders = await answer(fresh, "mary", "list");
    expect(folders).toEqual(expect.arrayContaining(["Public/Team Ö", "Shared/john/Work"]));
    expect(await answer(fresh, "john", "flags", "INBOX")).toEqual(["\\Flagged \\Seen", ""]);
  });

  test("mail flows on the new server: to a user, by an address and by a rule of the user", async () => {
    await deliver(fresh, { to: ["info@example.com"], subject: "third" });
    await deliver(fresh, { to: ["john@domain.org"], subject: "an invoice" });
    await fresh.must(["db", "accounts", "set", "team@", "pseudonym", "Account", "vmail+Team Ö"]);
    await fresh.must(["signal-event", "pseudonym-create", "team@"]);
    await deliver(fresh, { to: ["team@domain.org"], subject: "to the team" });
    expect(await answer(fresh, "mary", "subjects", "Public/Team Ö")).toEqual(["of a client", "to the team"]);
    await fresh.must(["signal-event", "pseudonym-delete", "team@"]);
    expect(await answer(fresh, "john", "subjects", "INBOX")).toEqual(
      expect.arrayContaining(["first", "second", "third"]),
    );
    expect(await answer(fresh, "john", "subjects", "Work")).toEqual(["of a client", "an invoice"]);
  });

  test("on a server in use the settings become those of the backup, and what was made since goes", async () => {
    await fresh.must(["db", "accounts", "set", "later@", "pseudonym", "Account", "paul"]);
    await fresh.must(["config", "setprop", "postfix", "MessageSizeMax", "87654321"]);
    const dry = await fresh.run(["signal-event", "--dry-run", "post-restore-config"]);
    expect(dry.exit).toBe(0);
    await fresh.must(["mailwright", "apply"]);
    expect(await fresh.must(["postconf", "-h", "message_size_limit"])).toBe("87654321\n");
    expect((await fresh.run(["signal-event", "--dry-run", "post-restore-config"])).exit).toBe(2);
    await fresh.must(["signal-event", "post-restore-config"]);
    expect(await stored(fresh)).toBe(settings);
    expect(await fresh.must(["postconf", "-h", "message_size_limit"])).toBe("12345678\n");
  });

  test("a backup that is not whole is refused, and the settings stay", async () => {
    await fresh.must(["truncate", "--size=100", `${backup}/settings.json`]);
    const { exit, stderr } = await fresh.run(["signal-event", "post-restore-config"]);
    expect(exit).toBe(1);
    expect(stderr).toContain(`${backup}/settings.json: it is not whole`);
    expect(await stored(fresh)).toBe(settings);
  });

  test("the daemons have nothing to complain of", async () => {
    for (const container of [old, fresh]) {
      await apply(container);
      expect((await container.must(["postqueue", "-j"])).trim()).toBe("");
      expect(await complaints(container)).toEqual([]);
    }
  });
});
