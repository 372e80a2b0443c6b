import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exposition } from "../../../../src/commands/metrics/exposition.ts";
import { type Measured, metricsOf } from "../../../../src/commands/metrics/metrics.ts";
import { kindOfReason, type ReasonKind } from "../../../../src/commands/metrics/reason-kinds.ts";
import type { RemoteRun } from "../../../../src/commands/remote/remote-runs.ts";
import { parseExposition } from "./exposition-parser.ts";

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
  ...{ held: undefined, signatures: undefined, keys: [], runs: [] },
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
  ] as const)("say of a last apply that is %s: %d", (outcome, value) => {
    const lastApply = { at: 1_700_000_000_500, outcome, revision: 7 };
    expect(samples({ lastApply }, "last_apply")).toEqual([
      "mailwright_last_apply_timestamp_seconds 1700000000",
      "mailwright_last_apply_revision 7",
      `mailwright_last_apply_success ${value}`,
    ]);
  });

  it("say nothing of how an apply ends that is at work, and 0 of one that was cut off", () => {
    const lastApply = { at: 1_700_000_000_500, outcome: "running", revision: 7 } as const;
    expect(samples({ lastApply }, "last_apply_success")).toEqual([]);
    const status = { ...quiet.status, interrupted: 7 };
    expect(samples({ lastApply, status }, "last_apply_success")).toEqual(["mailwright_last_apply_success 0"]);
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
    expect(samples({ held: { messages: 3, bytes: 70 } }, "quarantined")).toEqual([
      "mailwright_quarantined_messages 3",
      "mailwright_quarantined_bytes 70",
    ]);
    expect(samples({ signatures: 7999 }, "signatures")).toEqual([
      "mailwright_signatures_timestamp_seconds 7",
    ]);
    const key = { domain: "example.org", selector: "default", use: "signs", isLost: true } as const;
    expect(samples({ keys: [key] }, "dkim")).toEqual([
      'mailwright_dkim_key_present{domain="example.org",selector="default",use="signs"} 0',
    ]);
    expect(samples({ learned: { spam: 2, ham: 1 } }, "bayes")).toEqual([
      'mailwright_bayes_learned_messages{class="spam"} 2',
      'mailwright_bayes_learned_messages{class="ham"} 1',
    ]);
  });

  it("tell of mail from elsewhere since when it fails, and nothing of what has never run", () => {
    const run: RemoteRun = {
      ...{ kind: "fetch", name: 'a"b', every: 0, made: 0, started: 4000, ended: 5000 },
      ...{ succeeded: 3000, problem: "x" },
    };
    expect(samples({ runs: [run] }, "fetch")).toEqual([
      'mailwright_fetch_last_run_timestamp_seconds{connector="a\\"b"} 5',
      'mailwright_fetch_last_success_timestamp_seconds{connector="a\\"b"} 3',
      'mailwright_fetch_last_run_success{connector="a\\"b"} 0',
    ]);
    const never = { ...run, started: undefined, ended: undefined, succeeded: undefined, problem: "" };
    expect(samples({ runs: [never] }, "fetch")).toEqual([]);
    expect(samples({ runs: [{ ...run, kind: "sync", name: "john", problem: "" }] }, "sync")).toEqual([
      'mailwright_sync_last_run_timestamp_seconds{user="john"} 5',
      'mailwright_sync_last_success_timestamp_seconds{user="john"} 3',
      'mailwright_sync_last_run_success{user="john"} 1',
    ]);
  });

  it.each<[ReasonKind, string]>([
    ["connection", "connect to mx.example.net[192.0.2.9]:25: Connection refused"],
    [
      "connection",
      "delivery temporarily suspended: connect to mx.example.net[192.0.2.9]:25: Connection timed out",
    ],
    [
      "connection",
      "lost connection with mx.example.net[192.0.2.9] while receiving the initial server greeting",
    ],
    ["connection", "conversation with mx.example.net[192.0.2.9] timed out while sending RCPT TO"],
    [
      "dns",
      "Host or domain name not found. Name service error for name=a.example type=MX: Host not found, try again",
    ],
    ["tls", "TLS is required, but was not offered by host mx.example.net[192.0.2.9]"],
    ["tls", "Server certificate not trusted"],
    ["login", "SASL authentication failed; server relay.example.net[192.0.2.9] said: 535 5.7.8 Error"],
    ["remote", "host mx.example.net[192.0.2.9] said: 450 4.2.0 Greylisted (in reply to RCPT TO command)"],
    ["remote", "host mx.example.net[192.0.2.9] refused to talk to me: 421 too busy"],
    ["local", "connect to mail.domain.org[/run/dovecot/lmtp]: No such file or directory"],
    ["local", "mail system configuration error"],
    ["other", ""],
  ])("take a reason for one of kind %s: %s", (kind, reason) => {
    expect(kindOfReason(reason)).toBe(kind);
  });

  it("hold to the format and to its conventions, whatever names there are", () => {
    const names = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(fc.uniqueArray(names), fc.nat(), (all, count) => {
        const run = { every: 0, made: 0, started: count, ended: count, succeeded: count, problem: "" };
        const queue = [{ id: "A", queue: "deferred", arrival: count, size: 1, from: "", recipients: [] }];
        const text = exposition(
          metricsOf({
            ...{ ...quiet, queue, certificateEnd: count, signatures: count },
            ...{
              lastApply: { at: count, outcome: "done", revision: 7 },
              held: { messages: 1, bytes: count },
            },
            learned: { spam: 1, ham: 2 },
            units: all.map((unit) => ({ unit, isWanted: true, isRunning: false })),
            keys: all.map((domain) => ({ domain, selector: "default", use: "signs", isLost: false })),
            runs: all.flatMap((name): RemoteRun[] => [
              { ...run, kind: "fetch", name },
              { ...run, kind: "sync", name },
            ]),
          }),
        );
        const samples = parseExposition(text);
        const named = [...samples.keys()].filter((id) => id.startsWith("mailwright_unit_wanted{"));
        expect(named).toHaveLength(all.length);
        for (const id of samples.keys()) expect(id).toMatch(/^mailwright_/);
      }),
    );
  });

  it.each([
    ["no last line end", "# HELP a_b X.\n# TYPE a_b gauge\na_b 1"],
    ["no type", "# HELP a_b X.\na_b 1\n"],
    ["lines apart", '# HELP a X.\n# TYPE a gauge\na 1\n# HELP b X.\n# TYPE b gauge\nb 1\na{c="d"} 1\n'],
    ["a sample twice", "# HELP a X.\n# TYPE a gauge\na 1\na 2\n"],
    ["an open label", '# HELP a X.\n# TYPE a gauge\na{b="c\\"} 1\n'],
    ["another escape", '# HELP a X.\n# TYPE a gauge\na{b="\\t"} 1\n'],
    ["no number", "# HELP a X.\n# TYPE a gauge\na undefined\n"],
    ["no base unit", "# HELP a_days X.\n# TYPE a_days gauge\na_days 1\n"],
  ])("would be told of %s", (_, text) => {
    expect(() => parseExposition(text)).toThrow();
  });
});
