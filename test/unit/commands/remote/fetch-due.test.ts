import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { dueNow, fetchDue, isDue } from "../../../../src/commands/remote/fetch-due.ts";
import { MailwrightError } from "../../../../src/errors.ts";
import { connectors } from "../../../../src/mail/connectors.ts";
import { realSystem } from "../../../../src/system/real-system.ts";
import { settings } from "../../mail/some-settings.ts";

const place = vi.hoisted(() => ({ folder: "" }));
vi.mock("../../../../src/commands/remote/last-run.ts", async (original) => {
  const real = await original<typeof import("../../../../src/commands/remote/last-run.ts")>();
  return {
    ...real,
    get runFolder() {
      return place.folder;
    },
    lastRun: () => undefined,
  };
});

describe("which accounts are due", () => {
  it("by the minutes of Time, at the first visit, and when the clock was set back", () => {
    const minute = 60_000;
    for (const minutes of [1, 30, 59, 60]) {
      expect(isDue(minutes, 0, minutes * minute - 10_000)).toBe(false);
      expect(isDue(minutes, 0, minutes * minute)).toBe(true);
    }
    expect(isDue(60, undefined, 0)).toBe(true);
    expect(isDue(60, 5, 4)).toBe(true);
  });

  it("those that have waited longest come first, so that slow ones keep none from its turn", () => {
    const last = new Map<string, number>([
      ...["a", "b"].map((key) => [key, 600_000] as const),
      ["c", 300_000],
    ]);
    const accounts = ["a", "b", "c", "d"].map((key) => ({ key, minutes: 1 }));
    const due = dueNow(accounts, ({ key }) => last.get(key), 700_000);
    expect(due.map(({ key }) => key)).toEqual(["d", "c", "a", "b"]);
    expect(dueNow(accounts, ({ key }) => last.get(key), 610_000).map(({ key }) => key)).toEqual(["d", "c"]);
  });
});

describe("fetching from those that are due", () => {
  beforeEach(() => {
    place.folder = mkdtempSync(join(tmpdir(), "mailwright-due-"));
    onTestFinished(() => rmSync(place.folder, { recursive: true }));
  });

  const record = { Account: "john", Server: "imap.isp.net", Username: "jd", Password: "p", Time: "1" };
  const { accounts } = connectors(
    settings({}, {}, {}, { getmail: { "fails getmail": record, "slow getmail": record } }),
  );
  const site = {
    ...{ primaryDomain: "domain.org", postmaster: "postmaster@domain.org", isFiltering: false },
    ...{ filterPassword: "", messageSizeMax: 1 },
  };
  const read = async () => ({ accounts, site });

  /** Runs it; the slow account ends when this resolves, and what each start comes to is `failure`. */
  function start(failure: Error) {
    const starts: string[] = [];
    let end = (): void => undefined;
    const slow = new Promise<void>((resolve) => {
      end = resolve;
    });
    const over = fetchDue(realSystem("/", "none"), read, async ({ key }) => {
      starts.push(key);
      if (key === "slow") return slow;
      throw failure;
    });
    return { starts, end: () => end(), over };
  }
  const awhile = () => new Promise((resolve) => setTimeout(resolve, 100));

  it("one whose run fails at once is not started again before its time", async () => {
    const { starts, end, over } = start(new Error("no space left"));
    await awhile();
    end();
    await expect(over).rejects.toThrow("no space left");
    expect(starts).toEqual(["fails", "slow"]);
  });

  it("an interrupt starts nothing more, waits for what runs, and is told", async () => {
    const interrupt = new MailwrightError("interrupted", { code: "INTERRUPTED" });
    const { starts, end, over } = start(interrupt);
    let isOver = false;
    const ended = over.catch((error) => {
      isOver = true;
      return error;
    });
    await awhile();
    expect(isOver).toBe(false);
    end();
    expect(await ended).toBe(interrupt);
    expect(starts).toEqual(["fails", "slow"]);
  });

  it("settings that cannot be read any more end no run half-way", async () => {
    let end = (): void => undefined;
    const slow = new Promise<void>((resolve) => {
      end = resolve;
    });
    let looks = 0;
    const readOnce = async () => {
      looks += 1;
      if (looks > 1) throw new MailwrightError("no database", { code: "DATABASE" });
      return read();
    };
    let isOver = false;
    const ended = fetchDue(realSystem("/", "none"), readOnce, ({ key }) =>
      key === "slow" ? slow : Promise.resolve(),
    ).catch((error) => {
      isOver = true;
      return error;
    });
    await awhile();
    expect({ looks, isOver }).toEqual({ looks: 2, isOver: false });
    end();
    expect(await ended).toMatchObject({ message: "no database" });
  });
});
