import { beforeEach, describe, expect, it, vi } from "vitest";
import { takeLock } from "../../../src/db/lock.ts";
import { openLedger, writeTransaction } from "../../../src/db/store.ts";
import { fakeMachine } from "./fake-system.ts";
import { newServer, type Server } from "./server.ts";

vi.mock("../../../src/system/real-system.ts", async (original) =>
  fakeMachine.instead(await original<typeof import("../../../src/system/real-system.ts")>()),
);

/** A server in its usual state: applied, and the filter runs. */
async function usualServer(): Promise<Server> {
  fakeMachine.reset();
  fakeMachine.units.units.set("rspamd", { load: "loaded", active: true, enabled: true });
  const server = newServer();
  await server.kill("12");
  await server.done("apply");
  return server;
}

const database = (server: Server): string => server.at("/var/lib/mailwright/mailwright.db");

function cutOff(server: Server): void {
  const ledger = openLedger(database(server));
  ledger.beginApply({ at: 0, actor: "root", via: "tty1", event: "go", args: [], settings: 1 });
  ledger.close();
}

/** A scanner that an event has started and that does not run, such as for want of signatures. */
function stoppedScanner(server: Server): void {
  const ledger = openLedger(database(server));
  ledger.recordServices([{ unit: "clamav-daemon", wanted: "enabled", action: undefined }]);
  ledger.close();
  fakeMachine.units.units.set("clamav-daemon", { load: "loaded", active: false, enabled: true });
}

/** How a unit is started that nothing else would start. */
const started = (unit: string): string =>
  `an event starts it only where a file or its status changes: systemctl start ${unit}`;

/** The titles of what `status` shows, and all lines below the one that begins so. */
async function shown(
  server: Server,
  title = "",
): Promise<{ exit: number; titles: string[]; lines: string[] }> {
  const { exit, stdout, stderr } = await server.mailwright("status");
  expect(stderr).toBe("");
  const sections = stdout.split(/^(?=\S)/m);
  const section = sections.find((text) => text.startsWith(title)) ?? "";
  return {
    exit,
    titles: sections.map((text) => text.split("\n")[0] ?? ""),
    lines: section
      .split("\n")
      .slice(1)
      .filter(Boolean)
      .map((line) => line.trim()),
  };
}

/** Makes trouble of one kind on a server in its usual state, and says what `status` is to show of it. */
const troubles: {
  readonly title: string;
  readonly lines: readonly (string | RegExp)[];
  readonly data: Readonly<Record<string, unknown>>;
  make(server: Server): Promise<void> | void;
}[] = [
  {
    title: "Units that do not run",
    make: () => void fakeMachine.units.units.set("rspamd", { load: "loaded", active: false, enabled: true }),
    lines: ["rspamd: rspamd.service failed (exit-code)", started("rspamd"), "journalctl -u rspamd -n 20"],
    data: { failed: [{ unit: "rspamd", state: "rspamd.service failed (exit-code)" }] },
  },
  {
    title: "The apply of revision 3 was cut off",
    make: cutOff,
    lines: ["what is left of it: mailwright apply, or signal its event again"],
    data: { interrupted: 3 },
  },
  {
    title: "Services that do not run with the files as they are",
    make: (server) => {
      const ledger = openLedger(database(server));
      ledger.recordServices([{ unit: "postfix", wanted: "", action: "restart" }]);
      ledger.close();
      fakeMachine.units.units.set("postfix", { load: "masked", active: true, enabled: true });
    },
    lines: ["postfix restart: masked", "the next event does it, whichever it is, or: mailwright apply"],
    data: { services: [{ unit: "postfix", action: "restart", load: "masked" }] },
  },
  {
    title: "Files edited by hand",
    make: (server) => void server.put(server.at("/etc/notes"), "mine\n"),
    lines: [
      "/etc/notes (edited)",
      "the next event that makes one keeps a copy and writes it over",
      "what differs: mailwright verify",
    ],
    data: { edits: [{ path: "/etc/notes", edit: "content" }] },
  },
  {
    title: "Files that differ from what the settings say",
    make: (server) => void server.fragment("/etc/notes", "20.hbs", "of a new version\n"),
    lines: ["/etc/notes", "what differs: mailwright verify", /^made by: signal-event \S+$/],
    data: { outdated: ["/etc/notes"], makers: [expect.any(String)] },
  },
  {
    title: "Settings that are not applied",
    make: async (server) => void (await server.db("accounts", "set", "john", "user")),
    lines: [
      /^john {2}type {2}absent → user {2}\d s ago {2}tester by \S+$/,
      "To apply: signal-event user-create john",
      "or: mailwright apply",
    ],
    data: { pending: [expect.objectContaining({ key: "john", name: "type", new: "user" })] },
  },
];

/** Which hide others, or are hidden by them. */
const lone: typeof troubles = [
  {
    title: "Mail is not scanned for viruses",
    make: async (server) => {
      await server.config("setprop", "clamd@rspamd", "status", "disabled");
      const { stderr } = await server.mailwright("apply");
      expect(stderr).toContain("mail is not scanned for viruses: rspamd VirusCheckStatus is enabled, and");
    },
    lines: [
      "rspamd VirusCheckStatus is enabled, and clamd@rspamd status disabled",
      "scan it:              config setprop clamd@rspamd status enabled",
      "if that is not meant: config setprop rspamd VirusCheckStatus disabled",
      "and then:             signal-event nethserver-mail-filter-save",
    ],
    data: { isUnscanned: true },
  },
  {
    title: "DKIM keys that are lost",
    make: async (server) => {
      await server.config("--force", "set", "DomainName", "example.org");
      await server.db("domains", "set", "example.org", "domain", "OpenDkimStatus", "enabled");
      server.event("domain-create", "");
      await server.mailwright("apply");
      server.put(server.at("/var/lib/mailwright/dkim/example.org.default.txt"), "v=DKIM1; p=a\n");
      server.put(server.at("/var/lib/mailwright/dkim/example.org.old.txt"), "v=DKIM1; p=a\n");
    },
    lines: [
      "default of example.org: its mail is not signed",
      "put it back, or make another: mailwright dkim rotate example.org",
    ],
    data: { lostKeys: [{ domain: "example.org", selector: "default", use: "signs" }] },
  },
  {
    title: "Units that do not run",
    make: async (server) => {
      server.template("/etc/web", { "10.hbs": "a\n" }, "services: [nginx]\n");
      server.event("nethserver-mail-quarantine-save", "templates: [/etc/notes, /etc/web]\n");
      await server.config("setprop", "rspamd", "SpamNotificationStatus", "enabled");
      await server.mailwright("apply");
      fakeMachine.units.units.set("nginx", { load: "loaded", active: false, enabled: true });
    },
    lines: ["nginx: nginx.service failed (exit-code)", started("nginx"), "journalctl -u nginx -n 20"],
    data: { failed: [{ unit: "nginx", state: "nginx.service failed (exit-code)" }] },
  },
  {
    title: "Units that do not run",
    make: stoppedScanner,
    lines: [
      "clamav-daemon: clamav-daemon.service failed (exit-code)",
      "mail is put off until it runs; it needs the signatures that clamav-freshclam fetches",
      "all mail, unless VirusScanSoftReject of rspamd is disabled",
      "whether they are fetched: systemctl status clamav-freshclam",
      "to go on without: config setprop rspamd VirusCheckStatus disabled; signal-event nethserver-mail-filter-save",
      started("clamav-daemon"),
      "journalctl -u clamav-daemon -n 20",
    ],
    data: { failed: [{ unit: "clamav-daemon", state: "clamav-daemon.service failed (exit-code)" }] },
  },
  {
    title: "The apply of revision 3 failed half-way",
    make: (server) => {
      const ledger = openLedger(database(server));
      const entry = { at: 0, actor: "root", via: "tty1", event: "go", args: [], settings: 1 };
      ledger.endApply(ledger.beginApply(entry), "failed", "the action S50-x failed with status 1", []);
      ledger.close();
    },
    lines: [
      "the action S50-x failed with status 1",
      "what is left of it: mailwright apply, or signal its event again",
    ],
    data: { broken: { revision: 3, detail: "the action S50-x failed with status 1" } },
  },
  {
    title: "Records that are marked as deleted and still there",
    make: (server) =>
      writeTransaction(database(server), { actor: "root", via: "event domain-delete" }, (writer) =>
        writer.setType("domains", "example.com", "domain-deleted"),
      ),
    lines: ["domains example.com", "their delete events are carried out by: mailwright apply"],
    data: { deleting: ["domains example.com"] },
  },
];

const none = {
  deleting: [],
  makers: [],
  pending: [],
  services: [],
  failed: [],
  edits: [],
  outdated: [],
  overrides: [],
  missing: [],
  lostKeys: [],
  isUnscanned: false,
  failedRuns: [],
  problems: [],
};

describe("mailwright status", () => {
  let server: Server;
  beforeEach(async () => {
    server = await usualServer();
  });

  it("where nothing waits says so, with status 0", async () => {
    expect(await server.done("status")).toBe("All is as the settings say, and nothing waits.\n");
    expect(JSON.parse(await server.done("status", "--json"))).toEqual(none);
  });

  it("on a root that was never touched says the same, and makes nothing", async () => {
    const other = newServer();
    expect(await other.done("status")).toBe("All is as the settings say, and nothing waits.\n");
    expect(other.read("/var/lib/mailwright/mailwright.db")).toBeUndefined();
  });

  it.each([...troubles, ...lone])(
    "$title: alone, with status 2 and what to do",
    async ({ title, make, lines, data }) => {
      await make(server);
      const told = await shown(server, title);
      expect(told).toMatchObject({ exit: 2, titles: [title] });
      expect(told.lines).toEqual(
        lines.map((line) => (typeof line === "string" ? line : expect.stringMatching(line))),
      );
      const { exit, stdout } = await server.mailwright("status", "--json");
      expect(exit).toBe(2);
      expect(JSON.parse(stdout)).toEqual({ ...none, ...data });
    },
  );

  it("shows all of it at once, the most urgent first", async () => {
    server.fragment("/etc/users", "10.hbs", "ours\n", "site");
    await server.applied("user-create");
    server.fragment("/etc/users", "10.hbs", "theirs\n");
    const [failed, interrupted, services, edits, outdated, pending] = troubles;
    for (const trouble of [outdated, failed, services, interrupted, pending]) await trouble?.make(server);
    server.put(server.at("/etc/filter"), "mine\n");
    const ledger = openLedger(database(server));
    ledger.recordConfirmation({ revision: 3, deadline: 0, applied: new Map() });
    ledger.close();
    const { exit, titles } = await shown(server);
    expect(exit).toBe(2);
    expect(titles).toEqual([
      expect.stringMatching(/^Not confirmed: revision 3 goes back at /),
      failed?.title,
      "The apply of revision 4 was cut off",
      services?.title,
      edits?.title,
      outdated?.title,
      "Fragments of the site whose shipped originals have changed",
      pending?.title,
    ]);
  });

  it("tells in one word what was done to a file by hand", async () => {
    server.put(server.at("/etc/notes"), server.read("/etc/notes") ?? "", 0o600);
    const { rmSync, symlinkSync } = await import("node:fs");
    rmSync(server.at("/etc/filter"));
    expect((await shown(server)).lines.slice(0, 2)).toEqual([
      "/etc/filter (removed)",
      "/etc/notes (mode or owner changed)",
    ]);
    symlinkSync("/dev/null", server.at("/etc/filter"));
    expect((await shown(server)).lines[0]).toBe("/etc/filter (replaced)");
  });

  it("a file that differs for a setting that waits is no trouble of its own", async () => {
    await server.kill("13");
    expect((await shown(server)).titles).toEqual(["Settings that are not applied"]);
  });

  it("a service that is not here, as in an image, waits for nobody", async () => {
    fakeMachine.units.units.delete("rspamd");
    await server.kill("13");
    await server.done("apply");
    expect(await server.done("status")).toBe("All is as the settings say, and nothing waits.\n");
  });

  it("what is not installed is told, once for all of its files, and waits for nobody", async () => {
    const needs = "needs: /usr/sbin/it\noptional: true\n";
    server.template("/etc/first", { "10.hbs": "a\n" }, `${needs}without: nothing is scanned\n`);
    server.template("/etc/second", { "10.hbs": "a\n" }, `${needs}without: nothing is scanned\n`);
    server.template("/etc/third", { "10.hbs": "a\n" }, needs);
    server.event(
      "nethserver-mail-quarantine-save",
      "templates: [/etc/notes, /etc/first, /etc/second, /etc/third]\nservices: {rspamd: reload}\n",
    );
    await server.config("setprop", "rspamd", "SpamNotificationStatus", "enabled");
    await server.done("apply");
    expect(await server.done("status")).toBe(
      "All is as the settings say, and nothing waits.\nNot installed\n  nothing is scanned: there is no /usr/sbin/it\n",
    );
  });

  it("the virus scanner need not run while mail is not scanned", async () => {
    stoppedScanner(server);
    await server.config("setprop", "rspamd", "VirusCheckStatus", "disabled");
    await server.done("apply");
    expect(await server.done("status")).toBe("All is as the settings say, and nothing waits.\n");
  });

  it("a unit that was disabled need not run", async () => {
    await server.config("setprop", "rspamd", "status", "disabled");
    await server.done("apply");
    expect(fakeMachine.units.verbs).toContain("rspamd stop");
    expect(await server.done("status")).toBe("All is as the settings say, and nothing waits.\n");
  });

  it("a provider that refuses is a line and no status, however many accounts there are", async () => {
    for (const name of ["a@isp.net", "b@isp.net"]) {
      await server.db("getmail", "set", name, "getmail", "Account", "john", "Server", "isp.net");
      const run = {
        started: 1,
        ended: 2,
        delivered: 0,
        spam: 0,
        refused: 0,
        kept: 0,
        problem: "no \u001b[1m",
      };
      server.put(server.at(`/var/lib/mailwright/fetch/${name}.json`), JSON.stringify(run));
    }
    const { stdout } = await server.mailwright("status");
    expect(stdout).toContain(
      "Mail from elsewhere\n  a@isp.net: no  [1m, and 1 more; see: mailwright connector list\n",
    );
    const { failedRuns } = JSON.parse((await server.mailwright("status", "--json")).stdout);
    expect(failedRuns).toHaveLength(2);
    expect(failedRuns[0]).toEqual({ kind: "fetch", name: "a@isp.net", problem: "no \u001b[1m" });
  });

  it.each([
    ["there is no folder", "there is no folder /nowhere/of/mine", "/nowhere/of/mine/m.prom"],
    ["it is a folder itself", "/tmp is a folder", "/tmp"],
  ])("metrics are not written where %s, and it says so", async (_what, words, file) => {
    const { exit, stderr } = await server.mailwright("status", "--prometheus", file);
    expect({ exit, stderr }).toMatchObject({ exit: 1, stderr: expect.stringContaining(words) });
  });

  it("an apply that is at work is not cut off; the text says who it is", async () => {
    cutOff(server);
    const lock = await takeLock(
      server.at("/var/lib/mailwright/apply.lock"),
      0,
      "signal-event go (process 12)",
    );
    try {
      expect((await shown(server)).titles).toEqual(["At work: signal-event go (process 12)"]);
      const { stdout } = await server.mailwright("status", "--json");
      expect(JSON.parse(stdout)).toEqual({
        ...none,
        atWork: "signal-event go (process 12)",
        atWorkSince: expect.any(Number),
      });
    } finally {
      lock.release();
    }
    expect((await shown(server)).titles).toEqual(["The apply of revision 3 was cut off"]);
  });

  it("where the files cannot be rendered it says why, and tells the rest all the same", async () => {
    server.fragment("/etc/notes", "20.hbs", "{{nonsense}}\n", "site");
    await server.db("accounts", "set", "john", "user");
    const { exit, titles, lines } = await shown(server, "The files cannot be compared");
    expect(exit).toBe(2);
    expect(titles).toEqual(["The files cannot be compared", "Settings that are not applied"]);
    expect(lines).toEqual([expect.stringMatching(/\/etc\/notes\/20\.hbs:1/)]);
  });

  it("masks the secrets that wait", async () => {
    await server.db("accounts", "set", "john", "user", "PasswordHash", "{PLAIN}hidden");
    for (const option of [[], ["--json"]]) {
      const { stdout } = await server.mailwright("status", ...option);
      expect(stdout).toContain("PasswordHash");
      expect(stdout).not.toContain("hidden");
    }
  });

  it("counts what is to be confirmed, and says how", async () => {
    const ledger = openLedger(database(server));
    const deadline = new Date(2030, 0, 2, 3, 4, 5).getTime();
    ledger.recordConfirmation({ revision: 3, deadline, applied: new Map() });
    ledger.close();
    const { exit, titles, lines } = await shown(server);
    expect(exit).toBe(2);
    expect(titles).toEqual(["Not confirmed: revision 3 goes back at 2030-01-02 03:04:05"]);
    expect(lines).toEqual(["keep it:      mailwright confirm", "go back now:  mailwright confirm --restore"]);
    const { stdout } = await server.mailwright("status", "--json");
    expect(JSON.parse(stdout)).toEqual({ ...none, confirm: { revision: 3, deadline } });
  });
});
