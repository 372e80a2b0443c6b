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
      return JSON.stringify(
        ["INBOX", "Drafts", "Sales", "Sales/Old"].map((mailbox) => ({
          mailbox,
          messages: "2",
          vsize: "2048",
        })),
      );
    if (line[0] === "acl")
      return JSON.stringify([
        { id: "owner", global: "", rights: "lookup read" },
        { id: "group=Domain Users", global: "", rights: "lookup read write-seen" },
      ]);
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
    fakeMachine.programs.set("doveadm", (argv) =>
      argv[3] === "quota" && !hasQuota
        ? { ...success, exit: 75, stderr: "Fatal: Unknown command 'quota', but plugin quota exists." }
        : { ...success, stdout: answer(argv) },
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

  it("mailbox list has the public ones with their rights, and those of users", async () => {
    const { public: open, users } = JSON.parse(await office.done("mailbox", "list", "--json"));
    const rights = [{ id: "group=Domain Users", rights: "lookup read write-seen" }];
    expect(open).toEqual([
      { name: "Sales", messages: 2, bytes: 2048, rights },
      { name: "Sales/Old", messages: 2, bytes: 2048, rights },
    ]);
    expect(users).toContainEqual({ user: "john", messages: 12, bytes: 1_048_576 });
    expect(await office.done("mailbox", "list")).toContain("group=Domain Users:read\n");
  });

  it("mailbox show tells a public one's addresses and rights, or a user's folders", async () => {
    await office.done("address", "add", "offers", "--to", "vmail+Sales,john");
    expect(JSON.parse(await office.done("mailbox", "show", "Sales", "--json"))).toMatchObject({
      name: "Sales",
      addresses: ["offers@"],
    });
    expect(await office.done("mailbox", "show", "john")).toContain("john (user)\n");
    const { exit, stderr } = await office.mailwright("mailbox", "show", "Sale");
    expect(exit).toBe(1);
    expect(stderr).toContain("there is no mailbox Sale. Did you mean Sales?");
  });

  it("adding, modifying and deleting signal the events; who is not named keeps his rights", async () => {
    for (const verb of ["create", "modify", "delete"])
      office.script(`sharedmailbox-${verb}`, "S20-log", 'printf \'%s;\' "$@" >>"$LOG"; echo >>"$LOG"');
    const grant = ["--grant", "group=a:b:read-write", "--grant", "anyone:read"];
    await office.done("mailbox", "add", "Old Things", ...grant);
    await office.done("mailbox", "modify", "Sales", "--name", "Orders", "--revoke", "anyone");
    await office.done("mailbox", "modify", "Sales", "--grant", "group=Domain Users:full");
    await office.done("mailbox", "modify", "Sales", "--name", "Orders");
    const deleted = await office.asked(["y"], "mailbox", "delete", "Sales");
    expect(deleted.questions).toEqual([
      "The public mailbox Sales is removed with ALL ITS MAIL: 2 messages. Go on?",
    ]);
    expect(office.log()).toEqual([
      "sharedmailbox-create;Old Things;group=a:b;read-write;anyone;read;",
      "sharedmailbox-modify;Sales;Orders;group=Domain Users;lookup read write-seen;anyone;none;",
      "sharedmailbox-modify;Sales;Sales;group=Domain Users;full;",
      "sharedmailbox-modify;Sales;Orders;",
      "sharedmailbox-delete;Sales;",
    ]);
    expect(await office.mailwright("mailbox", "delete", "Sales")).toMatchObject({ exit: 3 });
    expect(await office.mailwright("mailbox", "delete", "Nope", "--yes")).toMatchObject({ exit: 1 });
    expect(await office.mailwright("mailbox", "add", "X", "--grant", "john")).toMatchObject({ exit: 3 });
  });
});
