import { describe, expect, it } from "vitest";
import type { RunNote } from "../../../../src/commands/remote/sync/notes.ts";
import { doneLine, drawn, plainLine } from "../../../../src/commands/remote/sync/progress-text.ts";
import { newProgress, type Progress } from "../../../../src/commands/remote/sync/run-job.ts";
import type { SyncJob } from "../../../../src/mail/sync-jobs.ts";

const job = { user: "john", host: "imap.example.net" } as SyncJob;
const fetching: Progress = { ...newProgress(), phase: "fetching", folders: 20, messages: 5000 };
const pace = { began: 0, first: { count: 200, at: 1000 } };

describe("how far a run is", () => {
  it("is told with folders, messages and rate, on a line", () => {
    expect(plainLine(job, fetching, 1200, pace, 6000)).toBe(
      "john: fetching, 1200 of 5000 messages in 20 folders, 200/s, 19 s left\n",
    );
  });

  it("is drawn over the line before, and never wraps", () => {
    const wide = drawn(job, fetching, 2500, pace, 6000, { columns: 100, unicode: true });
    expect(wide.startsWith("\r\u001b[K██████████░░░░░░░░░░ john: fetching")).toBe(true);
    const usual = drawn(job, fetching, 2500, pace, 6000, { columns: 80, unicode: false });
    expect(usual.slice("\r\u001b[K".length)).toMatch(/^#+\.+ john: fetching, .* left$/);
    expect(usual.length).toBeLessThan(80 + "\r\u001b[K".length);
    const narrow = drawn(job, fetching, 2500, pace, 6000, { columns: 30, unicode: false });
    expect(narrow.slice("\r\u001b[K".length)).toBe("john: fetching, 2500 of 5000 ");
  });

  it("lets no folder's name steer the terminal", () => {
    const filing: Progress = { ...fetching, phase: "filing", missing: 9, copied: 1, folder: "a\u001b[2Jb" };
    expect(plainLine(job, filing, 0, pace, 0)).toBe("john: filing, 1 of 9 messages, a [2Jb\n");
  });

  it("ends with what it came to", () => {
    const note: RunNote = {
      ...{ started: 0, ended: 1, problem: "", folders: 2, messages: 9, copied: 3, removed: 1 },
      status: "done",
    };
    expect(doneLine(job, note, 12)).toBe(
      "john: 3 copied, 1 removed in 12 s; imap.example.net has 9 messages in 2 folders\n",
    );
  });
});
