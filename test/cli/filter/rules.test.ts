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
    expect(await said("add block-from Bad.Example,x@y.example worse.example")).toBe("");
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
    ["add block-from x@@y", /item x@@y: it has none of the accepted forms/],
    ["add block-form a.example", /no kind of rules block-form\. Did you mean block-from\?/],
    ["delete block-from b.exmaple", /no rule block-from b\.exmaple\. Did you mean b\.example\?/],
    ["delete block-from b.example c.example", /no rule block-from c\.example/],
    ["add block-from", /an argument is missing/],
    ["remove", /Did you mean delete\?/],
  ])("%s is refused, and nothing is changed", async (line, message) => {
    await said("add block-from b.example");
    const { exit, stderr } = await rule(line);
    expect(exit).toBe(3);
    expect(stderr).toMatch(message);
    expect(await listed()).toEqual([{ kind: "block-from", entry: "b.example" }]);
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
