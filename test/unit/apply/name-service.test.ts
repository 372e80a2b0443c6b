import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withSystemAccounts } from "../../../src/apply/name-service.ts";
import { findPaths } from "../../../src/paths.ts";
import { RealFiles } from "../../../src/system/real-files.ts";
import type { Outcome } from "../../../src/system/system.ts";
import { someSettings } from "../mail/some-settings.ts";
import { FakeProcesses, success } from "./fakes.ts";

/** What each source answers, by `DATABASE SOURCE`; nothing: it is not reached. */
type World = Record<string, string | Partial<Outcome>>;

const world: World = {
  "passwd files": "root:x:0:0::/:/bin/sh\nanna:x:1000:1000::/:/bin/sh\n",
  "group files": "anna:x:1000:\n",
  "passwd sss": "dora:x:70001:70000::/:/bin/sh\n",
  "group sss": "domain users:x:70000:anna\n",
};

describe("the system's accounts", () => {
  let folder = "";
  let processes = new FakeProcesses();
  const notices: string[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mailwright-test-"));
    mkdirSync(join(folder, "etc"));
    const switches = "# passwd: nis\npasswd:  files systemd sss # all\ngroup: files [SUCCESS=merge] sss\n";
    writeFileSync(join(folder, "etc/nsswitch.conf"), switches);
    processes = new FakeProcesses();
    notices.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function ask(sources: World, provider = "system", root = "/") {
    processes.programs.set("getent", ([, , source, database]) => {
      const answer = sources[`${database} ${source}`] ?? { exit: 2 };
      return typeof answer === "string" ? { ...success, stdout: answer } : { ...success, ...answer };
    });
    const paths = { ...findPaths(root, {}), state: folder, target: (path: string) => join(folder, path) };
    const settings = someSettings({ configuration: { "sssd service": { Provider: provider } } });
    const system = { files: new RealFiles(), processes };
    const known = await withSystemAccounts({ system, paths, settings }, (text) => notices.push(text));
    const { users, groups } = known.settings.systemAccounts;
    return { users: [...users], groups: Object.fromEntries(groups), remember: known.remember };
  }

  it("are those of every source of nsswitch.conf, each asked for itself", async () => {
    const { users, groups } = await ask(world);
    expect({ users, groups }).toEqual({
      users: ["anna", "dora"],
      groups: { "domain users": ["anna", "dora"] },
    });
    const asked = processes.calls.map((argv) => argv.join(" "));
    const databases = ["passwd", "group"];
    expect(asked).toEqual(
      databases.flatMap((name) => ["files", "sss"].map((from) => `getent -s ${from} ${name}`)),
    );
    expect(notices).toEqual([]);
  });

  it("are not asked for where accounts are records, nor in another root", async () => {
    expect((await ask(world, "none")).users).toEqual([]);
    expect((await ask(world, "system", folder)).users).toEqual([]);
    expect(processes.calls).toEqual([]);
  });

  it("are those that were known last where a source fails, is too slow, or has nobody any more; that is said", async () => {
    (await ask(world)).remember();
    const store = join(folder, "system-accounts.json");
    expect(statSync(store).mode & 0o777).toBe(0o600);
    const before = readFileSync(store, "utf8");
    for (const failure of [{ exit: 2 }, { timedOut: true, exit: 137 }, ""]) {
      notices.length = 0;
      const { users, groups, remember } = await ask({
        ...world,
        "passwd sss": failure,
        "group sss": failure,
      });
      expect({ users, groups }).toEqual({
        users: ["anna", "dora"],
        groups: { "domain users": ["anna", "dora"] },
      });
      expect(notices).toEqual([
        "getent -s sss passwd does not answer: its accounts are taken as they were known last (1)",
        "getent -s sss group does not answer: its accounts are taken as they were known last (1)",
      ]);
      remember();
      expect(readFileSync(store, "utf8")).toBe(before);
    }
  });

  it("are none where nobody answers and nobody ever did", async () => {
    const { users, remember } = await ask({});
    expect(users).toEqual([]);
    expect(notices).toContain(
      "getent -s files passwd does not answer, and never did: none of its accounts is known",
    );
    remember();
    expect((await ask(world)).users).toEqual(["anna", "dora"]);
  });

  it("are gone where their source answers without them, and this machine's files may become empty", async () => {
    (await ask(world)).remember();
    const { users } = await ask({
      ...world,
      "passwd files": "",
      "passwd sss": "erik:x:70002:1::/:/bin/sh\n",
    });
    expect(users).toEqual(["erik"]);
    expect(notices).toEqual([]);
  });

  it.each(["{", "[]", "null", '{"passwd sss": 1}', ""])(
    "are asked for anew where what is remembered is unreadable (%j), and that is said",
    async (text) => {
      const store = join(folder, "system-accounts.json");
      writeFileSync(store, text);
      const { users, remember } = await ask(world);
      expect(users).toEqual(["anna", "dora"]);
      expect(notices).toEqual([`${store} cannot be read: what the system's accounts were last is not known`]);
      remember();
      notices.length = 0;
      await ask(world);
      expect(notices).toEqual([]);
    },
  );

  it("of a directory that never named anybody are missed, and that is said", async () => {
    const { users, remember } = await ask({ ...world, "passwd sss": "", "group sss": "" });
    expect(users).toEqual(["anna"]);
    const said =
      "getent -s sss passwd names nobody: none of its users has a mailbox. SSSD lists them only with enumerate = true";
    expect(notices).toEqual([said]);
    remember();
    notices.length = 0;
    await ask({ ...world, "passwd sss": "", "group sss": "" });
    expect(notices).toEqual([said]);
  });
});
