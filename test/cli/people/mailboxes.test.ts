import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { success } from "../../unit/apply/fakes.ts";
import { fakeMachine } from "../apply/fake-system.ts";
import { Office } from "./office.ts";

vi.mock("../../../src/system/real-system.ts", async (original) =>
  fakeMachine.instead(await original<typeof import("../../../src/system/real-system.ts")>()),
);

/** What Dovecot would tell of a mailbox. */
interface Held {
  readonly kib: number;
  readonly limit: string;
  readonly messages: number;
}

const held: Readonly<Record<string, Held>> = {
  john: { kib: 1024, limit: "2048", messages: 12 },
  mary: { kib: 1_945_600, limit: "2097152", messages: 3456 },
  paul: { kib: 10, limit: "-", messages: 1 },
};

describe("mailboxes", () => {
  let office: Office;
  /** Command lines of doveadm, the file of users in them replaced by the users. */
  let asked: string[];
  let hasQuota: boolean;
  /** The folders of public mailboxes, and who has rights in each. */
  let publics: string[];
  let acl: object[];
  /** What doveadm fails with, by its first word. */
  let failing: Map<string, Partial<typeof success>>;

  const answer = (argv: readonly string[]): string => {
    const line = argv.slice(3).map((word, at, all) => {
      return all[at - 1] === "-F" ? readFileSync(word, "utf8").replaceAll("\n", ";") : word;
    });
    asked.push(line.join(" "));
    const users = (line[line.indexOf("-F") + 1] ?? "").split(";").filter((user) => user in held);
    const rows = (of: (user: string, own: Held) => object[]): string =>
      JSON.stringify(users.flatMap((user) => (held[user] === undefined ? [] : of(user, held[user]))));
    if (line[0] === "quota" && line[1] === "get")
      return rows((username, { kib, limit, messages }) => [
        { username, root: "User quota", type: "STORAGE", value: String(kib), limit, percent: "0" },
        { username, root: "User quota", type: "MESSAGE", value: String(messages), limit: "-", percent: "0" },
      ]);
    if (line.includes("vmail") && line[0] === "mailbox")
      return JSON.stringify(publics.map((mailbox) => ({ mailbox, messages: "2", vsize: "2048" })));
    if (line[0] === "acl") return JSON.stringify(acl);
    if (line[0] === "mailbox" && line.includes("-t"))
      return rows((username, { kib, messages }) => [
        { username, messages: String(messages), vsize: String(kib * 1024) },
      ]);
    return "[]";
  };

  beforeEach(async () => {
    office = new Office();
    for (const name of ["john", "mary", "paul"])
      await office.mailwright("user", "add", name, "--no-password");
    await office.config("setprop", "dovecot", "QuotaStatus", "enabled");
    asked = [];
    hasQuota = true;
    publics = ["INBOX", "Drafts", "Sales", "Sales/Old", "Sales2"];
    acl = [
      { id: "owner", global: "", rights: "lookup read" },
      { id: "group=Domain Users", global: "", rights: "lookup read write-seen" },
    ];
    failing = new Map();
    fakeMachine.programs.set("doveadm", (argv) =>
      argv[3] === "quota" && !hasQuota
        ? { ...success, exit: 75, stderr: "Fatal: Unknown command 'quota', but plugin quota exists." }
        : { ...success, stdout: answer(argv), ...failing.get(argv[3] ?? "") },
    );
  });

  it("quota lists what all hold, the largest first", async () => {
    expect(await office.done("quota")).toBe(
      [
        "user  used      limit          messages",
        "mary  1.9 GiB   2.0 GiB  93 %  3456",
        "john  1.0 MiB   2.0 MiB  50 %  12",
        "paul  10.0 KiB  none           1",
        "",
      ].join("\n"),
    );
    expect(asked).toEqual(["quota get -F john;mary;paul;"]);
  });

  it("quota of very many, whose answer is long", async () => {
    const names = Array.from({ length: 12_000 }, (_, at) => `user${at}@department.example.org`);
    const rows = names.map((username) => ({
      username,
      root: "User quota",
      type: "STORAGE",
      value: "1",
      limit: "-",
    }));
    failing.set("quota", { stdout: JSON.stringify(rows) });
    expect(JSON.parse(await office.done("quota", "--json")).users).toHaveLength(12_000);
  });

  it("quota of some, in JSON, by whatever name", async () => {
    expect(JSON.parse(await office.done("quota", "Paul", "john@example.org", "--json"))).toEqual({
      status: "enabled",
      users: [
        { user: "john", used: 1_048_576, limit: 2_097_152, percent: 50, messages: 12 },
        { user: "paul", used: 10_240, messages: 1 },
      ],
    });
    expect(await office.mailwright("quota", "nobody")).toMatchObject({ exit: 1 });
  });

  it.each(["disabled", "not in force yet"])(
    "quota that is %s: sizes alone, and that is said",
    async (state) => {
      hasQuota = false;
      if (state === "disabled") await office.config("setprop", "dovecot", "QuotaStatus", "disabled");
      const { exit, stdout, stderr } = await office.mailwright("quota", "john");
      expect(exit).toBe(0);
      expect(stderr).toContain("no limit is kept");
      expect(stdout).toContain("john  1.0 MiB  none");
      expect(asked.at(-1)).toBe("mailbox status -t -F john; messages vsize *");
    },
  );

  it("quota recalc counts anew", async () => {
    await office.done("quota", "recalc", "mary");
    await office.done("quota", "recalc");
    expect(asked).toEqual(["quota recalc -F mary;", "quota recalc -F john;mary;paul;"]);
    hasQuota = false;
    expect(await office.mailwright("quota", "recalc")).toMatchObject({ exit: 1 });
  });

  it("mailbox list has the public ones, whatever they are called, with their rights, and those of users", async () => {
    const { public: open, users } = JSON.parse(await office.done("mailbox", "list", "--json"));
    const rights = [{ id: "group=Domain Users", rights: "lookup read write-seen" }];
    const names = ["Drafts", "Sales", "Sales/Old", "Sales2"];
    expect(open).toEqual(names.map((name) => ({ name, messages: 2, bytes: 2048, rights })));
    expect(users).toContainEqual({ user: "john", messages: 12, bytes: 1_048_576 });
    expect(await office.done("mailbox", "list")).toContain("group=Domain Users:read\n");
  });

  it("mailbox list fails where Dovecot does, and tells what it has", async () => {
    failing.set("acl", { exit: 75, stdout: "", stderr: "Error: acl is broken" });
    const { exit, stdout, stderr } = await office.mailwright("mailbox", "list");
    expect(exit).toBe(1);
    expect(stdout).toContain("Sales");
    expect(stderr).toContain("Error: acl is broken");
    failing.clear();
    failing.set("mailbox", { exit: 75 });
    expect(await office.mailwright("mailbox", "list")).toMatchObject({ exit: 1 });
  });

  it("mailbox show tells all that leads to a public one, and its rights, or a user's folders", async () => {
    await office.done("address", "add", "offers", "--to", "vmail+Sales,john");
    await office.done("address", "add", "whole", "--to", "VMail+Sales@Example.org");
    await office.done("address", "add", "other", "--to", "vmail+Sales2,vmail+Sales/Old,vmail+Sales@else.net");
    await office.done("domain", "add", "b.org", "--catch-all", "vmail+Sales");
    await office.done("domain", "add", "c.org", "--bcc", "vmail+Sales@b.org");
    await office.done("user", "modify", "john", "--forward", "vmail+Sales@example.org,x@else.net");
    asked = [];
    expect(JSON.parse(await office.done("mailbox", "show", "Sales", "--json"))).toEqual({
      name: "Sales",
      messages: 2,
      bytes: 2048,
      rights: [{ id: "group=Domain Users", rights: "lookup read write-seen" }],
      addresses: ["offers@", "whole@", "@b.org"],
      namedBy: ["user john@example.org", "domain c.org"],
    });
    expect(asked.filter((line) => line.startsWith("acl"))).toEqual(["acl get -u vmail -- Sales"]);
    asked = [];
    expect(await office.done("mailbox", "show", "john")).toContain("john (user)\n");
    expect(asked.filter((line) => line.startsWith("acl"))).toEqual([]);
    const { exit, stderr } = await office.mailwright("mailbox", "show", "Sale");
    expect(exit).toBe(1);
    expect(stderr).toContain("there is no mailbox Sale. Did you mean Sales?");
  });

  it("mailbox show and delete do not take a failure of Dovecot for a mailbox that is not there", async () => {
    failing.set("mailbox", { exit: 75, stdout: "", stderr: "Error: no index" });
    for (const verb of [["show"], ["delete", "--yes"], ["modify", "--name", "X"]]) {
      const { exit, stderr } = await office.mailwright("mailbox", ...verb, "Sales");
      expect(exit).toBe(1);
      expect(stderr).toContain("Dovecot does not tell the public mailboxes");
      expect(stderr).toContain("Error: no index");
    }
  });

  it.each([
    ["fails", { exit: 75, stdout: "", stderr: "Error: it is down" }],
    ["answers what is no JSON", { exit: 0, stdout: "ID Global Rights" }],
    ["complains and goes on", { exit: 0, stdout: "[]", stderr: "doveadm(vmail): Error: cannot read" }],
  ])("--grant takes nobody's rights where doveadm acl get %s", async (_how, outcome) => {
    failing.set("acl", outcome);
    office.script("sharedmailbox-modify", "S20-log", 'echo "$@" >>"$LOG"');
    const { exit, stderr } = await office.mailwright(
      "mailbox",
      "modify",
      "Sales",
      "--grant",
      "user=john:read",
    );
    expect(exit).toBe(1);
    expect(stderr).toContain("Dovecot does not tell the rights in Sales");
    expect(office.log()).toEqual([]);
  });

  it("--grant leaves out entries that the event refuses, and says which", async () => {
    office.event("sharedmailbox-modify", "changes: public-mailbox-modify\n");
    office.script("sharedmailbox-modify", "S20-log", 'printf \'%s;\' "$@" >>"$LOG"; echo >>"$LOG"');
    acl = [
      { id: "user=mary", global: "", rights: "lookup read" },
      { id: "user=gone", global: "", rights: "lookup" },
      { id: "user=paul", global: "", rights: "-lookup" },
    ];
    const grant = ["mailbox", "modify", "Sales", "--grant", "user=john:read"];
    for (const args of [[...grant, "--dry-run"], grant]) {
      const { exit, stderr } = await office.mailwright(...args);
      expect(exit).toBe(0);
      expect(stderr).toContain("user=gone (lookup) is no longer in the list of Sales");
      expect(stderr).toContain("doveadm acl set -u vmail -- Sales user=paul -lookup\n");
      expect(stderr).not.toContain("user=mary");
    }
    expect(office.log()).toEqual(["sharedmailbox-modify;Sales;Sales;user=mary;lookup read;user=john;read;"]);
  });

  it("two grants at a time lose none", async () => {
    // The event takes a while, and what it has set is what doveadm tells afterwards.
    office.script("sharedmailbox-modify", "S20-log", 'sleep 0.2; echo "$@" >>"$LOG"');
    const tell = fakeMachine.programs.get("doveadm");
    fakeMachine.programs.set("doveadm", (argv, options) => {
      const set = office.log().at(-1)?.split(" ").slice(3) ?? [];
      acl = set.flatMap((id, at) => (at % 2 === 0 ? [{ id, global: "", rights: set[at + 1] }] : []));
      return tell?.(argv, options) ?? success;
    });
    const grant = (who: string) =>
      office.mailwright("mailbox", "modify", "Sales", "--grant", `user=${who}:l`);
    await Promise.all([grant("john"), grant("mary")]);
    expect(office.log().at(-1)).toMatch(/user=(john l user=mary|mary l user=john) l$/);
  });

  it("a name that is taken brings no address, and rights that show nothing are told", async () => {
    await office.done("group", "add", "sales");
    const taken = await office.mailwright("mailbox", "add", "Sales", "--grant", "user=john:write");
    expect(taken.exit).toBe(0);
    expect(taken.stderr).toContain(
      "it gets no address: the group sales@example.org has that name. One of another name: mailwright address add NAME --to vmail+Sales\n",
    );
    expect(taken.stderr).toContain("user=john gets rights without lookup and read (lr), and cannot open");
    const free = await office.mailwright("mailbox", "add", "Offers", "--grant", "user=john:read");
    expect(free).toMatchObject({ exit: 0, stderr: "" });
  });

  it("few processes at a time ask for the rights of many mailboxes", async () => {
    publics = Array.from({ length: 50 }, (_, at) => `Folder ${at}`);
    let [now, most] = [0, 0];
    const tell = fakeMachine.programs.get("doveadm");
    fakeMachine.programs.set("doveadm", (argv, options) => {
      if (argv[3] === "acl") {
        most = Math.max(most, ++now);
        queueMicrotask(() => (now -= 1));
      }
      return tell?.(argv, options) ?? success;
    });
    const { public: open } = JSON.parse(await office.done("mailbox", "list", "--json"));
    expect(open).toHaveLength(50);
    expect(most).toBe(4);
  });

  it("adding, modifying and deleting signal the events; who is not named keeps his rights", async () => {
    for (const verb of ["create", "modify", "delete"])
      office.script(`sharedmailbox-${verb}`, "S20-log", 'printf \'%s;\' "$@" >>"$LOG"; echo >>"$LOG"');
    await office.done("group", "add", "Domain Users");
    const grant = ["--grant", "group=a:b:read-write", "--grant", "anyone:read"];
    await office.done("mailbox", "add", "Old Things", ...grant);
    await office.done("mailbox", "modify", "Sales", "--name", "Orders", "--revoke", "anyone");
    await office.done("mailbox", "modify", "Sales", "--grant", "group=Domain Users:full");
    await office.done("mailbox", "modify", "Sales", "--name", "Orders");
    const deleted = await office.asked(["y"], "mailbox", "delete", "Sales");
    expect(deleted.questions).toEqual([
      "The public mailbox Sales is removed with ALL ITS MAIL: 4 messages in 2 folders. Go on?",
    ]);
    expect(office.log()).toEqual([
      "sharedmailbox-create;Old Things;group=a:b;read-write;anyone;read;",
      "sharedmailbox-modify;Sales;Orders;group=Domain Users;lookup read write-seen;anyone;none;",
      "sharedmailbox-modify;Sales;Sales;group=Domain Users;full;",
      "sharedmailbox-modify;Sales;Orders;",
      "sharedmailbox-delete;Sales;",
    ]);
    expect(await office.mailwright("mailbox", "delete", "Sales")).toMatchObject({ exit: 3 });
    const confirmed = await office.mailwright("mailbox", "delete", "Sales", "--yes", "--confirm", "10m");
    expect(confirmed).toMatchObject({ exit: 3 });
    expect(confirmed.stderr).toContain("--confirm");
    expect(await office.mailwright("mailbox", "delete", "Nope", "--yes")).toMatchObject({ exit: 1 });
    expect(await office.mailwright("mailbox", "add", "X", "--grant", "john")).toMatchObject({ exit: 3 });
  });
});
