import { beforeEach, describe, expect, it, vi } from "vitest";
import { fakeMachine } from "../apply/fake-system.ts";
import { Office } from "../people/office.ts";

vi.mock("../../../src/system/real-system.ts", async (original) =>
  fakeMachine.instead(await original<typeof import("../../../src/system/real-system.ts")>()),
);

describe("rule", () => {
  let office: Office;
  const rule = async (line: string) => office.mailwright("rule", ...line.split(" "));
  const said = async (line: string): Promise<string> => {
    const { exit, stderr } = await rule(line);
    expect({ exit, stderr }).toMatchObject({ exit: 0 });
    return stderr.replace(/^mailwright rule \S+: /gm, "");
  };
  const listed = async (): Promise<object[]> => JSON.parse(await office.done("rule", "list", "--json")).rules;

  beforeEach(() => {
    office = new Office();
    office.template("/etc/rules", {
      "10.hbs": "{{#each rules.entries}}{{kind}} {{match}}\n{{/each}}",
    });
    office.event("nethserver-mail-filter-save", "templates: [/etc/rules]\n");
  });

  it("adds, lists and deletes, and signals the event each time", async () => {
    expect(await office.done("rule", "list")).toBe("There is no rule.\n");
    expect(await said("add block-from Bad.Example x@y.example worse.example")).toBe("");
    expect(await said("add allow-to abuse@else.example")).toBe("");
    expect(office.body("/etc/rules")).toBe(
      "allow-to abuse@else.example\nblock-from bad.example\nblock-from x@y.example\nblock-from worse.example\n",
    );
    expect(await said("delete block-from X@Y.example bad.example")).toBe("");
    expect(office.body("/etc/rules")).toBe("allow-to abuse@else.example\nblock-from worse.example\n");
    expect(await listed()).toEqual([
      { kind: "allow-to", entry: "abuse@else.example" },
      { kind: "block-from", entry: "worse.example" },
    ]);
    expect(await office.done("rule", "list", "block-from")).toBe(
      "kind        of\nblock-from  worse.example\n",
    );
    expect(await said("delete allow-to abuse@else.example")).toBe("");
    expect(await office.config("--stored", "getprop", "rspamd", "RecipientWhiteList")).toBe("\n");
  });

  it("leaves what is there as it is, in whatever letters it is given", async () => {
    await said("add block-from Bücher.example a@b.example");
    expect(await said("add block-from xn--bcher-kva.EXAMPLE A@b.example")).toBe(
      "block-from Bücher.example is there already\nblock-from a@b.example is there already\n",
    );
    expect(await listed()).toHaveLength(2);
  });

  it.each([
    [
      "block-from a.example",
      "block-from x@a.example",
      "block-from x@a.example changes nothing: block-from a.example covers it",
    ],
    [
      "block-from x@a.example",
      "block-from a.example",
      "block-from a.example covers x@a.example, which can be deleted",
    ],
    [
      "allow-from a.example",
      "block-from x@a.example",
      "block-from x@a.example blocks nothing: allow-from a.example wins",
    ],
    [
      "allow-from x@a.example",
      "block-from a.example",
      "allow-from x@a.example stays an exception to block-from a.example",
    ],
    [
      "block-from x@a.example",
      "allow-from a.example",
      "allow-from a.example wins over block-from x@a.example",
    ],
    [
      "block-from a.example",
      "allow-from x@a.example",
      "allow-from x@a.example is an exception to block-from a.example",
    ],
    [
      "block-from b.example",
      "allow-to john@exampel.org",
      "exampel.org is no domain of this server. Did you mean example.org?",
    ],
    [
      "block-from b.example",
      "allow-from john@example.org",
      "example.org is a domain of this server: who forges john@example.org as the sender gets all past the checks",
    ],
    [
      "block-from b.example",
      "block-from sub.example.org",
      "example.org is a domain of this server: its users' mail is refused as well",
    ],
    ["block-from a.example", "allow-to x@a.example", ""],
  ])("with %s, adding %s tells: %s", async (before, after, notice) => {
    await said(`add ${before}`);
    expect(await said(`add ${after}`)).toBe(notice && `${notice}\n`);
  });

  it("lists what is useless", async () => {
    await said("add allow-from a.example");
    await said("add block-from x@a.example b.example x@sub.b.example");
    expect(await listed()).toEqual([
      { kind: "allow-from", entry: "a.example" },
      { kind: "block-from", entry: "x@a.example", overriddenBy: "a.example" },
      { kind: "block-from", entry: "b.example" },
      { kind: "block-from", entry: "x@sub.b.example", coveredBy: "b.example" },
    ]);
    expect(await office.done("rule", "list")).toContain("x@sub.b.example  useless: b.example covers it\n");
    expect(await office.done("rule", "list")).toContain(
      "x@a.example      useless: allow-from a.example wins\n",
    );
  });

  it.each([
    ["add block-from x@@y", /block-from x@@y: it holds more than one @\n.*accepted: an address/],
    ["add block-form a.example", /no kind of rules block-form\. Did you mean block-from\?/],
    ["delete block-from b.example,c.example", /b\.example,c\.example: it holds a comma/],
    ["add block-from", /an argument is missing/],
    ["remove", /Did you mean delete\?/],
  ])("%s is refused, and nothing is changed", async (line, message) => {
    await said("add block-from b.example");
    const { exit, stderr } = await rule(line);
    expect(exit).toBe(3);
    expect(stderr).toMatch(message);
    expect(await listed()).toEqual([{ kind: "block-from", entry: "b.example" }]);
  });

  it.each([
    [
      "gmx,de",
      /allow-from gmx,de: it holds a comma\n.*an argument of its own\n.*accepted: .* Nothing was changed/,
    ],
    ["de", /allow-from de: it is a domain of one label, and would stand for all domains below \.de\n/],
    ["x y@foo.example", /allow-from x y@foo\.example: it holds a blank\n/],
    ["", /allow-from "": it is empty/],
    [" ", /it is empty/],
    ["192.0.2.7", /allow-from 192\.0\.2\.7: it is an IP address\n.*AccessBypassList/],
    ["192.0.2.0/24", /it is a network\n.*AccessBypassList/],
    ["[2001:db8::1]", /it is an IP address\n.*AccessBypassList/],
    ["@foo.example", /a domain has nothing before it\n.*write foo\.example, which/],
    ["*.foo.example", /write foo\.example, which/],
    ["*@foo.example", /write foo\.example, which/],
    [".foo.example", /write foo\.example, which/],
    ["foo_.example", /allow-from foo_\.example: it is no address and no domain\n/],
  ])("of %j is refused, and the one entry is named", async (entry, message) => {
    const { exit, stderr } = await office.mailwright("rule", "add", "allow-from", "a.example", entry);
    expect(exit).toBe(3);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("a.example,");
    expect(await listed()).toEqual([]);
  });

  it("for the address of a local domain that nobody has is told, and added", async () => {
    await office.mailwright("user", "add", "john", "--no-password");
    expect(await said("add allow-to john@example.org abuse@elsewhere.example")).toBe("");
    expect(await said("add allow-to jhon@example.org")).toBe(
      "there is no user, group or address jhon@example.org yet. Did you mean john?\n",
    );
    expect(await listed()).toHaveLength(3);
  });

  it("that is deleted twice is told, and no failure", async () => {
    await said("add block-from b.example");
    expect(await said("delete block-from b.exmaple")).toBe(
      "there is no rule block-from b.exmaple. Did you mean b.example?\n",
    );
    expect(await said("delete block-from b.example")).toBe("");
    expect(await said("delete block-from b.example")).toBe("there is no rule block-from b.example.\n");
    expect(await listed()).toEqual([]);
  });

  it("of one label that was stored by hand can be deleted", async () => {
    await office.config("setprop", "rspamd", "SenderWhiteList", "de,a.example");
    expect(await said("delete allow-from de")).toMatch(
      /^also puts in force .*SenderWhiteList de,a\.example\n$/,
    );
    expect(await listed()).toEqual([{ kind: "allow-from", entry: "a.example" }]);
  });

  it("of no such kind is not listed, and nothing is said of storing", async () => {
    const { exit, stderr } = await rule("list bogus");
    expect(exit).toBe(3);
    expect(stderr).toMatch(/no kind of rules bogus\.\n {2}accepted: allow-from, allow-to, block-from\n$/);
  });

  it("shows what would change, and changes nothing", async () => {
    expect(await rule("add block-from b.example --dry-run")).toMatchObject({ exit: 2 });
    expect(await listed()).toEqual([]);
  });

  it("that is added while another one is, is not lost", async () => {
    const names = Array.from({ length: 8 }, (_, at) => `n${at}.example`);
    await Promise.all(names.map((name) => said(`add block-from ${name}`)));
    expect((await listed()).map((one) => Object.values(one)[1]).sort()).toEqual(names);
  });

  it("is quick with thousands of others", async () => {
    const many = Array.from({ length: 5000 }, (_, at) => `u${at}@sub${at % 50}.a.example`);
    const start = performance.now();
    await said(`add block-from ${many.join(" ")}`);
    expect(await said("add block-from a.example")).toMatch(/u0@sub0.a.example, .* and 4997 more/);
    await listed();
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it("tells what was set before and goes into force with it, secrets aside", async () => {
    await office.config("setprop", "rspamd", "SpamKillLevel", "12", "Password", "hidden-1");
    const line = "also puts in force what was set before: rspamd SpamKillLevel 12, rspamd Password ••••••\n";
    expect((await rule("add block-from b.example --dry-run")).stderr).toContain(line);
    expect(await said("add block-from b.example")).toBe(line);
    expect((await rule("add block-from c.example --dry-run")).stderr).not.toContain("also puts in force");
    await office.config("setprop", "rspamd", "SpamKillLevel", "13");
    const { stdout } = await rule("add block-from c.example --json");
    expect(stdout).toContain("also puts in force what was set before: rspamd SpamKillLevel 13");
  });

  it("says that no rule acts while the filter is disabled", async () => {
    await office.config("setprop", "rspamd", "status", "disabled");
    expect(await said("add block-from b.example")).toContain("the filter is disabled");
  });

  it("completes kinds, and the rules that there are", async () => {
    await said("add block-from b.example a.example");
    expect(await office.done("complete", "mailwright", "rule", "add", "b")).toBe("block-from\t\n");
    expect(await office.done("complete", "mailwright", "rule", "delete", "block-from", "")).toBe(
      "b.example\t\na.example\t\n",
    );
  });
});
