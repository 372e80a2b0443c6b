import type { Metric } from "../../src/commands/metrics/exposition.ts";
import { metricsOf } from "../../src/commands/metrics/metrics.ts";
import type { Section } from "./page.ts";

const run = { every: 60, made: 0, started: 0, ended: 0, succeeded: 0, problem: "" };

/** A server of which all is known, so that each metric has its labels. */
const all = metricsOf({
  version: "",
  status: {
    ...{ pending: [], services: [], edits: [], outdated: [], overrides: [], problems: [] },
    interrupted: undefined,
  },
  units: [{ unit: "", isWanted: true, isRunning: true }],
  queue: [],
  certificateEnd: 0,
  lastApply: { at: 0, outcome: "done", revision: 1 },
  held: { messages: 0, bytes: 0 },
  signatures: 0,
  keys: [{ domain: "", selector: "", use: "signs", isLost: false }],
  runs: [
    { ...run, kind: "fetch", name: "" },
    { ...run, kind: "sync", name: "" },
  ],
  learned: { spam: 0, ham: 0 },
});

/** What `mailwright status --prometheus` prints. */
export const metricsSection: Section = {
  title: "METRICS",
  blocks: [
    "`mailwright status --prometheus` prints these, all of them gauges, with their labels. The names are stable. What is not known has no sample: that of a daemon that does not answer, or of what is switched off. Each daemon has ten seconds to answer.",
    { terms: all.map((metric) => [`\`mailwright_${metric.name}\`${labels(metric)}`, metric.help]) },
  ],
};

function labels({ samples: [first] }: Metric): string {
  const names = Object.keys(first?.labels ?? {});
  return names.length === 0 ? "" : ` {${names.join(", ")}}`;
}
