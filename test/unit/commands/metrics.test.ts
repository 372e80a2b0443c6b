import { describe, expect, it } from "vitest";
import { exposition } from "../../../src/commands/metrics/exposition.ts";
import { type Measured, metricsOf } from "../../../src/commands/metrics/metrics.ts";

const quiet: Measured = {
  version: "1.2.3",
  status: {
    ...{ pending: [], services: [], edits: [], outdated: [], overrides: [], problems: [] },
    interrupted: undefined,
  },
  units: [],
  queue: undefined,
  certificateEnd: undefined,
  lastApply: undefined,
  quarantined: undefined,
  learned: undefined,
};

/** The lines of a metric without its description. */
const samples = (measured: Partial<Measured>, name: string): string[] =>
  exposition(metricsOf({ ...quiet, ...measured }))
    .split("\n")
    .filter((line) => line.startsWith(`mailwright_${name}`));

describe("metrics", () => {
  it("have a help text and a type each, and labels in which nothing ends them", () => {
    const text = exposition([
      { name: "a_seconds", help: "Of \\ and\nmore.", samples: [{ labels: { unit: 'x"\\\n' }, value: 1 }] },
      { name: "b", help: "None.", samples: [] },
    ]);
    expect(text).toBe(
      "# HELP mailwright_a_seconds Of \\\\ and\\nmore.\n# TYPE mailwright_a_seconds gauge\n" +
        'mailwright_a_seconds{unit="x\\"\\\\\\n"} 1\n',
    );
  });

  it("have no sample of what is not known", () => {
    const text = exposition(metricsOf(quiet));
    for (const name of ["unit", "queue", "certificate", "last_apply", "quarantined", "bayes"])
      expect(text).not.toContain(`mailwright_${name}`);
    expect(text).toContain("mailwright_pending_changes 0\n");
    expect(text).toContain('mailwright_build_info{version="1.2.3"} 1\n');
  });

  it("count the queue by its parts, empty ones too, and tell of the oldest that is not held", () => {
    const one = { id: "A", from: "", recipients: [] };
    const queue = [
      { ...one, queue: "hold", arrival: 1_000_000, size: 5 },
      { ...one, queue: "deferred", arrival: 3_000_999, size: 10 },
      { ...one, queue: "deferred", arrival: 4_000_000, size: 20 },
    ];
    expect(samples({ queue }, "queue_messages")).toEqual([
      'mailwright_queue_messages{queue="maildrop"} 0',
      'mailwright_queue_messages{queue="incoming"} 0',
      'mailwright_queue_messages{queue="active"} 0',
      'mailwright_queue_messages{queue="deferred"} 2',
      'mailwright_queue_messages{queue="hold"} 1',
    ]);
    expect(samples({ queue }, "queue_bytes")[3]).toBe('mailwright_queue_bytes{queue="deferred"} 30');
    expect(samples({ queue }, "queue_oldest")).toEqual([
      "mailwright_queue_oldest_arrival_timestamp_seconds 3000",
    ]);
    expect(samples({ queue: [] }, "queue_oldest")).toEqual([]);
  });

  it.each([
    ["done", 1],
    ["confirmed", 1],
    ["unconfirmed", 1],
    ["restored", 0],
    ["failed", 0],
    ["refused", 0],
    ["running", 0],
  ] as const)("say of a last apply that is %s: %d", (outcome, value) => {
    const lastApply = { at: 1_700_000_000_500, outcome, revision: 7 };
    expect(samples({ lastApply }, "last_apply")).toEqual([
      "mailwright_last_apply_timestamp_seconds 1700000000",
      "mailwright_last_apply_revision 7",
      `mailwright_last_apply_success ${value}`,
    ]);
  });

  it("tell of units, of the certificate, of the quarantine and of what is learned", () => {
    const units = [{ unit: "rspamd", isWanted: true, isRunning: false }];
    expect(samples({ units }, "unit")).toEqual([
      'mailwright_unit_wanted{unit="rspamd"} 1',
      'mailwright_unit_running{unit="rspamd"} 0',
    ]);
    expect(samples({ certificateEnd: 5000 }, "certificate")).toEqual([
      "mailwright_certificate_expiry_timestamp_seconds 5",
    ]);
    expect(samples({ quarantined: 3 }, "quarantined")).toEqual(["mailwright_quarantined_messages 3"]);
    expect(samples({ learned: { spam: 2, ham: 1 } }, "bayes")).toEqual([
      'mailwright_bayes_learned_messages{class="spam"} 2',
      'mailwright_bayes_learned_messages{class="ham"} 1',
    ]);
  });
});
