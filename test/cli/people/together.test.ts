import { beforeEach, describe, expect, it, vi } from "vitest";
import { fakeMachine } from "../apply/fake-system.ts";
import { Office } from "./office.ts";

vi.mock("../../../src/system/real-system.ts", async (original) =>
  fakeMachine.instead(await original<typeof import("../../../src/system/real-system.ts")>()),
);

describe("a record and its event are one thing", () => {
  let office: Office;
  beforeEach(async () => {
    office = new Office();
    await office.done("group", "add", "sales", "--members", "john");
  });

  it("a dry run shows what would change, and stores nothing", async () => {
    const dry = await office.mailwright("group", "add", "staff", "--disable", "--dry-run");
    expect(dry).toMatchObject({ exit: 2, stderr: "" });
    expect(dry.stdout).toContain("1 file would change");
    expect(await office.record("accounts", "staff@example.org")).toBe(1);
    const gone = await office.mailwright("group", "delete", "sales", "-n");
    expect(gone).toMatchObject({ exit: 2 });
    expect(await office.record("accounts", "sales@example.org")).toMatchObject({ type: "group" });
    const relay = await office.mailwright("relay", "add", "@b.org", "--for", "sender", "--host", "h", "-n");
    expect(relay).toMatchObject({ exit: 2 });
    expect(office.body("/etc/relays")).toBeUndefined();
    const refused = await office.mailwright("group", "add", "staff", "-n", "--set", "Nope=1");
    expect(refused).toMatchObject({ exit: 3 });
  });

  it("an event that is refused leaves no record, and no change", async () => {
    office.fragment("/etc/groups", "20.hbs", "{{nothing}}\n", "site");
    const { exit, stderr } = await office.mailwright("group", "add", "staff");
    expect(exit).not.toBe(0);
    expect(stderr).toContain("Nothing was stored: staff@example.org is as it was.");
    expect(await office.record("accounts", "staff@example.org")).toBe(1);
    expect(await office.mailwright("group", "modify", "sales", "--members", "x")).toMatchObject({ exit });
    expect(await office.record("accounts", "sales@example.org")).toMatchObject({
      props: { Members: "john" },
    });
    expect(await office.mailwright("group", "delete", "sales", "--yes")).toMatchObject({ exit });
    expect(await office.record("accounts", "sales@example.org")).toMatchObject({ type: "group" });
    expect(await office.pending()).toEqual([]);
  });

  it("a daemon that does not come up brings files and record back", async () => {
    fakeMachine.units.units.set("postfix", { load: "loaded", active: true, enabled: true });
    fakeMachine.units.dying.add("postfix reload");
    const { exit, stderr } = await office.mailwright("group", "add", "staff");
    expect(exit).toBe(5);
    expect(stderr).toContain("Nothing was stored: staff@example.org is as it was.");
    expect(stderr).not.toContain("settings wait");
    expect(await office.record("accounts", "staff@example.org")).toBe(1);
    expect(office.body("/etc/groups")).toBe("sales@example.org\n");
  });

  it("what is thrown for whatever reason before anything is written takes the record back", async () => {
    vi.spyOn(fakeMachine.left, "push").mockImplementationOnce(() => {
      throw new TypeError("a bug");
    });
    const { exit, stderr } = await office.mailwright("group", "add", "staff", "--confirm", "10m");
    expect({ exit, stderr }).toEqual({ exit: 70, stderr: expect.stringContaining("a bug") });
    expect(await office.record("accounts", "staff@example.org")).toBe(1);
  });

  it("where a script fails when files are written, the record stays, and that is said", async () => {
    office.script("group-create", "S20-fails", "exit 1");
    const { exit, stderr } = await office.mailwright("group", "add", "staff");
    expect(exit).toBe(1);
    expect(stderr).toContain("The settings of staff@example.org are stored.");
    expect(await office.record("accounts", "staff@example.org")).toMatchObject({ type: "group" });
    expect(office.body("/etc/groups")).toBe("sales@example.org\nstaff@example.org\n");
  });

  it("an event that is not there stores nothing", async () => {
    office.event("pseudonym-create", "extends: [no-such-event]\n");
    expect(await office.mailwright("address", "add", "info", "--to", "x")).toMatchObject({ exit: 3 });
    expect(await office.record("accounts", "info@")).toBe(1);
  });

  it("steps are printed in JSON, and one apply is in the history", async () => {
    const { stdout } = await office.mailwright("group", "add", "staff", "--json");
    expect(stdout).toContain('{"event":"group-create","status":"success"}');
    expect(await office.applies()).toEqual([
      "group-create sales@example.org: done",
      "group-create staff@example.org: done",
    ]);
  });
});

describe("a deletion", () => {
  let office: Office;
  beforeEach(async () => {
    office = new Office();
    await office.mailwright("user", "add", "john", "--no-password");
    office.script("user-cleanup", "S20-log", 'echo "$1 $2" >>"$LOG"');
  });

  it("asks, says what is lost, and goes on at a yes alone", async () => {
    const no = await office.asked(["n"], "user", "delete", "john");
    expect(no).toMatchObject({ exit: 3 });
    expect(no.questions).toEqual([
      "john@example.org can no longer log in and gets no mail; the mailbox stays. Go on?",
    ]);
    expect(await office.record("accounts", "john@example.org")).toMatchObject({ type: "user" });
    expect(await office.asked(["y"], "user", "delete", "john")).toMatchObject({ exit: 0, stderr: "" });
    expect(await office.record("accounts", "john@example.org")).toBe(1);
    expect(office.body("/etc/users")).toBe("");
    expect(office.log()).toEqual([]);
  });

  it("without a terminal needs --yes", async () => {
    const refused = await office.mailwright("user", "delete", "john");
    expect(refused).toMatchObject({ exit: 3 });
    expect(refused.stderr).toContain("--yes");
    await office.done("user", "delete", "john", "--yes");
  });

  it("with the mailbox signals user-cleanup when the user is gone", async () => {
    const asked = await office.asked(["y"], "user", "delete", "john", "--with-mailbox");
    expect(asked.questions[0]).toContain("ALL ITS MAIL");
    expect(office.log()).toEqual(["user-cleanup john@example.org"]);
    expect((await office.applies()).at(-1)).toContain("user-cleanup john@example.org: done");
  });

  it("with the mailbox, whose removal fails: says that the user is gone, and how to go on", async () => {
    office.script("user-cleanup", "S50-fails", "exit 1");
    const { exit, stderr } = await office.mailwright("user", "delete", "john", "--with-mailbox", "--yes");
    expect(exit).toBe(1);
    expect(stderr).toContain("The user john@example.org is deleted; the mailbox stays, or some of it.");
    expect(stderr).toContain("Go on with: signal-event user-cleanup john@example.org");
    expect(stderr).not.toMatch(/as it was|mailwright apply|Nothing was|settings of/);
    expect(await office.record("accounts", "john@example.org")).toBe(1);
  });

  it("with the mailbox, where the removal is refused, says the same", async () => {
    office.script("user-cleanup", "S02-refuses", "exit 1");
    const { exit, stderr } = await office.mailwright("user", "delete", "john", "--with-mailbox", "--yes");
    expect(exit).toBe(1);
    expect(stderr).toContain("The user john@example.org is deleted; the mailbox stays");
    expect(stderr).not.toMatch(/as it was|Nothing was stored/);
    expect(await office.record("accounts", "john@example.org")).toBe(1);
  });

  it("of a mailbox takes no --confirm, for no deadline brings it back", async () => {
    const args = ["user", "delete", "john", "--with-mailbox", "--yes", "--confirm", "10m"];
    const { exit, stderr } = await office.mailwright(...args);
    expect(exit).toBe(3);
    expect(stderr).toContain("--confirm: a mailbox that is removed would not come back");
    expect(await office.record("accounts", "john@example.org")).toMatchObject({ type: "user" });
  });

  it("tells of forwards, catch-alls and copies that lead to it, by whatever domain of this server", async () => {
    await office.done("domain", "add", "b.org", "--catch-all", "john", "--bcc", "john@b.org");
    await office.done("domain", "add", "c.org", "--relay-host", "mx.c.org");
    await office.mailwright("user", "add", "mary", "--no-password", "--forward", "JOHN@b.org,x@y.org");
    await office.mailwright("user", "add", "paul", "--no-password", "--forward", "john@example.org");
    await office.done("address", "add", "info", "--to", "john@B.org,mary");
    await office.done("address", "add", "else", "--to", "john@c.org,john@y.org");
    await office.config("setprop", "root", "EmailAddress", "john@example.org,mary@example.org");
    await office.config("setprop", "postfix", "AlwaysBccStatus", "enabled", "AlwaysBccAddress", "john@b.org");
    const { namedBy } = JSON.parse(await office.done("user", "show", "john", "--json"));
    const { stderr } = await office.mailwright("user", "delete", "john", "--yes");
    const told = stderr.split("\n").flatMap((line) => line.split(" still names it: ")[1] ?? []);
    expect(told).toEqual([
      "mailwright address modify info@ --remove-to john@B.org",
      "mailwright user modify mary@example.org --forward x@y.org",
      "mailwright user modify paul@example.org --no-forward",
      "mailwright domain modify b.org --no-catch-all",
      "mailwright domain modify b.org --no-bcc",
      "config setprop postfix AlwaysBccStatus disabled; mailwright apply",
      "config setprop root EmailAddress mary@example.org; mailwright apply",
    ]);
    expect(namedBy).toHaveLength(7);
  });

  it("does not tell of an address of its own that has the user's name in another domain", async () => {
    await office.done("domain", "add", "b.org");
    await office.done("address", "add", "john@b.org", "--to", "x@y.org");
    await office.done("address", "add", "info", "--to", "john@b.org");
    await office.done("user", "delete", "john", "--yes");
  });

  it("tells which groups and addresses still name it", async () => {
    await office.done("group", "add", "sales", "--members", "mary,John");
    await office.done("address", "add", "info", "--to", "john@example.org,x@y.org");
    const { stderr } = await office.mailwright("user", "delete", "john", "--yes");
    expect(stderr).toContain("mailwright group modify sales@example.org --remove-member John");
    expect(stderr).toContain("mailwright address modify info@ --remove-to john@example.org");
  });

  it("of the primary domain is refused; of a relay host's rule takes the record and makes the files", async () => {
    await office.done("domain", "add", "example.org");
    const primary = await office.mailwright("domain", "delete", "Example.org", "--yes");
    expect(primary).toMatchObject({ exit: 3 });
    expect(primary.stderr).toContain("example.org is the primary domain");
    await office.mailwright("relay", "add", "@b.org", "--for", "sender", "--host", "mx.b.org");
    expect(office.body("/etc/relays")).toBe("@b.org mx.b.org \n");
    await office.done("relay", "delete", "@b.org", "--yes");
    expect(office.body("/etc/relays")).toBe("");
    expect(await office.pending()).toEqual([]);
  });
});
