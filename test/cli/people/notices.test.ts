import { beforeEach, describe, expect, it, vi } from "vitest";
import { fakeMachine } from "../apply/fake-system.ts";
import { Office } from "./office.ts";

vi.mock("../../../src/system/real-system.ts", async (original) =>
  fakeMachine.instead(await original<typeof import("../../../src/system/real-system.ts")>()),
);

/** What a command says on standard error, by its line. */
describe("what people are told of what they store", () => {
  let office: Office;
  const said = async (line: string): Promise<string> => {
    const { exit, stderr } = await office.mailwright(...line.split(" "));
    expect({ exit, stderr }).toMatchObject({ exit: 0 });
    return stderr.replace(/^.* has no password, .*\n/gm, "").replace(/^mailwright \S+ \S+: /gm, "");
  };
  const refused = async (line: string): Promise<string> => {
    const { exit, stdout, stderr } = await office.mailwright(...line.split(" "));
    expect({ exit, stdout, stderr }).toMatchObject({ exit: 3, stdout: "" });
    return stderr;
  };

  beforeEach(async () => {
    office = new Office();
    for (const name of ["john", "mary"]) await office.mailwright("user", "add", name, "--no-password");
  });

  const noAddresses =
    "groups have no addresses. To switch it on: config setprop postfix DynamicGroupAlias enabled; signal-event nethserver-mail-server-save\n";

  it("a group has no address while none has one", async () => {
    expect(await said("group add sales --members john")).toBe(noAddresses);
    expect(await said("group modify sales --add-member mary")).toBe(noAddresses);
    expect(await said("group modify sales --description x")).toBe("");
    expect(await said("group modify sales --disable")).toBe("");
    expect(await said("group modify sales --remove-member mary")).toBe("");
    await office.done("group", "modify", "sales", "--enable");
    expect(await office.done("group", "list")).toMatch(/\nsales@example\.org +john +off +public +x\n$/);
    expect(await office.done("group", "show", "sales")).toMatch(/\n +address +off: DynamicGroupAlias of/);
    await office.config("setprop", "postfix", "DynamicGroupAlias", "enabled");
    expect(await said("group add others --members john")).toBe("");
    expect(await office.done("group", "list")).toMatch(/\nsales@example\.org +john +enabled +public +x\n$/);
    expect(await office.done("group", "show", "sales")).not.toContain("off:");
  });

  it("whose account elsewhere is fetched or copied is told of where he is unknown, and where he goes", async () => {
    const connector = "connector add jd@isp.net --host isp.net --username jd --to";
    expect(await said(`${connector} jhon`)).toContain(
      "there is no user, group or address jhon yet. Did you mean john?",
    );
    expect(await said("sync add jhon --host isp.net --username jd")).toContain(
      "there is no user jhon yet. Did you mean john?",
    );
    await said("connector modify jd@isp.net --to john");
    await said("sync add john --host isp.net --username jd");
    const { stderr } = await office.mailwright("user", "delete", "john", "--yes");
    expect(stderr).toContain(
      "the connector jd@isp.net still names it: mailwright connector modify jd@isp.net --disable\n",
    );
    expect(stderr).toContain(
      "the sync john@example.org still names it: mailwright sync delete john@example.org\n",
    );
  });

  it("a server without a port has the usual one", async () => {
    const add = ["--username", "jd", "--host", "isp.net:9"];
    await office.mailwright("connector", "add", "jd", "--to", "john", ...add);
    await office.mailwright("connector", "modify", "jd", "--host", "isp.net");
    expect(await office.done("connector", "list")).toMatch(/ imaps +isp\.net +30 min /);
    await office.mailwright("connector", "modify", "jd", "--host", "isp.net:993");
    await office.mailwright("connector", "modify", "jd", "--protocol", "pop3s");
    expect(await office.done("connector", "list")).toMatch(/ pop3s +isp\.net +30 min /);
    await office.mailwright("sync", "add", "john", ...add);
    await office.mailwright("sync", "modify", "john", "--host", "isp.net");
    expect(await office.done("sync", "list")).toMatch(/ isp\.net:143 /);
    await office.mailwright("sync", "modify", "john", "--security", "ssl");
    await office.mailwright("sync", "modify", "john", "--host", "isp.org");
    expect(await office.done("sync", "list")).toMatch(/ isp\.org:993 /);
  });

  it("no limit is kept while quota is disabled", async () => {
    const off =
      "quota is disabled: no limit is kept. To switch it on: config setprop dovecot QuotaStatus enabled; signal-event nethserver-mail-server-save\n";
    expect(await said("user add paul --no-password --quota 2G")).toBe(off);
    expect(await said("user modify john --quota 2G")).toBe(off);
    expect(await said("user modify john --first-name J")).toBe("");
    await office.config("setprop", "dovecot", "QuotaStatus", "enabled");
    expect(await said("user modify john --quota 1G")).toBe("");
  });

  it("nothing is signed or appended while the filter is off", async () => {
    const on =
      "To switch it on: config setprop rspamd status enabled; signal-event nethserver-mail-filter-save\n";
    await office.config("setprop", "rspamd", "status", "disabled");
    expect(await said("domain add b.org --dkim --disclaimer note")).toBe(
      `the filter is off: nothing is signed. ${on}the filter is off: no note is appended. ${on}`,
    );
    expect(await said("domain modify b.org --description x")).toBe("");
    await office.config("setprop", "rspamd", "status", "enabled");
    expect(await said("domain modify b.org --disclaimer other")).toBe("");
  });

  it.each([
    ["address add x --to jhon", "there is no user, group or address jhon yet. Did you mean john?\n"],
    [
      "address add x --to john@example.org,nobody@Example.org,mary+tag,vmail+Sales,root",
      "there is no user, group or address nobody@Example.org yet.\n",
    ],
    ["address add x --to a@else.net,postmaster", ""],
    [
      "user modify john --forward marry@example.org",
      "there is no user, group or address marry@example.org yet. Did you mean mary?\n",
    ],
    ["domain add b.org --catch-all nobody", "there is no user, group or address nobody yet.\n"],
    [
      "address add x@exampel.org --to john",
      "there is no domain exampel.org yet. Did you mean example.org? To make it: mailwright domain add exampel.org\n",
    ],
    [
      "user add paul@nodomain.net --no-password",
      "there is no domain nodomain.net yet. To make it: mailwright domain add nodomain.net\n",
    ],
    ["address add x@example.org --to john", ""],
  ])("%s", async (line, notice) => {
    expect(await said(line)).toBe(notice);
  });

  it("members that are no users are named, those alone that are new", async () => {
    await office.config("setprop", "postfix", "DynamicGroupAlias", "enabled");
    expect(await said("group add devs --members john,nobody")).toBe("there is no user nobody yet.\n");
    expect(await said("group modify devs --add-member marry")).toBe(
      "there is no user marry yet. Did you mean mary?\n",
    );
    expect(await said("address add x --to devs")).toBe("");
    expect(await said("address add y --to x")).toBe("");
  });

  it("an address does not take a user's mail", async () => {
    for (const key of ["john", "john@example.org"])
      expect(await refused(`address add ${key} --to mary`)).toContain(
        "john is a user, who would get no mail any more\n  to forward it: mailwright user modify john --forward mary@example.org ",
      );
    expect(await said("address add john --to mary,John@example.org")).toBe("");
    await refused("address modify john --remove-to John@example.org");
    expect(await office.record("accounts", "john@")).toMatchObject({
      props: { Account: "mary,John@example.org" },
    });
    await office.done("address", "add", "john@else.net", "--to", "mary");
  });

  it("an address that has the name of a new user keeps its mail", async () => {
    await office.done("address", "add", "info", "--to", "mary");
    expect(await said("user add info --no-password")).toBe(
      "there is the address info@: its mail goes to mary, and not to info. To change it: mailwright address modify info@ --add-to info\n",
    );
  });

  it("an address always leads to somebody", async () => {
    await office.done("address", "add", "boss", "--to", "john");
    expect(await refused("address modify boss --remove-to john")).toContain(
      "boss@ would lead to nobody\n  delete it instead: mailwright address delete boss@.",
    );
    await office.done("address", "modify", "boss", "--remove-to", "john", "--add-to", "mary");
    expect(await office.record("accounts", "boss@")).toMatchObject({ props: { Account: "mary" } });
  });

  it("a name that another kind of record has is told as that", async () => {
    expect(await refused("group add john")).toContain("john@example.org is a user\n  choose another name");
    expect(await refused("user add john")).toContain("the user john@example.org is there already");
  });
});
