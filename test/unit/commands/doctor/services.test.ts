import { describe, expect, it } from "vitest";
import { type FilterFacts, judgeFilter } from "../../../../src/commands/doctor/filter.ts";
import { judgeRemote } from "../../../../src/commands/doctor/remote.ts";
import { failedRuns, type RemoteRun } from "../../../../src/commands/remote/remote-runs.ts";
import { found } from "./found.ts";

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
const now = Date.UTC(2026, 10, 25);
const idle = { fetch: false, sync: false };
const heap = "warning mailwright quarantine list --older 30d; mailwright quarantine delete --help";

const texts = (runs: readonly RemoteRun[], atWork = idle): string[] =>
  judgeRemote(runs, atWork, now).map(({ severity, what }) => `${severity} ${what}`);

describe("mail from elsewhere", () => {
  const good: RemoteRun = {
    ...{ kind: "fetch", name: "jd@isp.net", every: 10 * minute, made: now - day, problem: "" },
    ...{ started: now - minute, ended: now - minute, succeeded: now - minute },
  };
  const job: RemoteRun = { ...good, kind: "sync", name: "john", every: hour };
  const failed = { problem: "isp.net refuses the login", succeeded: now - 2 * day };

  it.each<[string, RemoteRun, string[]]>([
    ["is fetched", good, []],
    [
      "is not fetched",
      { ...good, ...failed },
      ["warning mail of jd@isp.net is not fetched: isp.net refuses the login (it last was 2 d ago)"],
    ],
    [
      "never was",
      { ...good, ...failed, succeeded: undefined },
      ["warning mail of jd@isp.net is not fetched: isp.net refuses the login (it never was)"],
    ],
    [
      "is not copied",
      { ...job, ...failed },
      ["warning the mailbox of john is not copied: isp.net refuses the login (it last was 2 d ago)"],
    ],
    ["is copied by hand alone", { ...job, ...failed, every: 0, started: 0 }, []],
    ["has its time", { ...good, started: now - 20 * minute - hour }, []],
    [
      "is late",
      { ...good, started: now - 20 * minute - hour - 1 },
      ["warning mail of jd@isp.net is not fetched, though its time has come"],
    ],
    ["has not run yet", { ...good, started: undefined, made: now - hour }, []],
    [
      "has never run",
      { ...job, started: undefined, made: now - 4 * hour },
      ["warning the mailbox of john is not copied, though its time has come"],
    ],
    ["is not applied yet", { ...good, started: undefined, made: undefined }, []],
    ["was off until just now", { ...good, started: now - day, made: now - minute }, []],
  ])("that %s", (_, run, expected) => {
    expect(texts([run])).toEqual(expected);
  });

  it("is not late while a run is going on", () => {
    const late = { ...good, started: now - day };
    expect(texts([late], { fetch: true, sync: false })).toEqual([]);
    expect(texts([late], { fetch: false, sync: true })).toHaveLength(1);
  });

  it("is one finding for one reason, with commands that a shell takes as they stand", () => {
    const runs = ["a", "b c", "d", "e"].map((name) => ({ ...good, ...failed, name }));
    expect(texts([...runs, { ...job, ...failed }])).toEqual([
      "warning mail of a, b c, d and 1 more is not fetched: isp.net refuses the login",
      "warning the mailbox of john is not copied: isp.net refuses the login (it last was 2 d ago)",
    ]);
    expect(found(judgeRemote(runs.slice(1), idle, now))).toEqual(["warning mailwright fetch 'b c'"]);
    expect(failedRuns([...runs, good, { ...job, ...failed, every: 0 }])).toEqual(runs);
  });
});

describe("the filter", () => {
  const good: FilterFacts = { lostKeys: [], isUnscanned: false, held: undefined, isSaved: undefined };
  const lost = (use: string) => ({ lostKeys: [{ domain: "example.org", selector: "default", use }] });

  it.each<[string, Partial<FilterFacts>, string[]]>([
    ["is good", { held: { messages: 4999, bytes: 2e9 - 1 }, isSaved: true }, []],
    ["has lost a key", lost("signs"), ["critical mailwright dkim rotate example.org"]],
    ["has lost the next key", lost("next"), ["warning mailwright dkim rotate example.org --cancel"]],
    [
      "does not scan",
      { isUnscanned: true },
      ["warning config setprop clamd@rspamd status enabled; signal-event nethserver-mail-filter-save"],
    ],
    [
      "cannot keep what it learns",
      { isSaved: false },
      ["critical journalctl -u redis-server@mailwright-statistics -n 20"],
    ],
    ["cannot be seen", { held: { problem: "x", hint: "y" } }, ["critical mailwright quarantine list"]],
    ["holds many messages", { held: { messages: 5000, bytes: 1 } }, [heap]],
    ["holds large messages", { held: { messages: 1, bytes: 2e9 } }, [heap]],
  ])("that %s", (_, facts, expected) => {
    expect(found(judgeFilter({ ...good, ...facts }))).toEqual(expected);
  });

  it("is told of all that is wrong with it", () => {
    const held = { problem: "x", hint: "y" };
    expect(judgeFilter({ ...lost("signs"), isUnscanned: true, held, isSaved: false })).toHaveLength(4);
  });
});
