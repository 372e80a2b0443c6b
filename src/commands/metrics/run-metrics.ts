import type { RemoteRun } from "../remote/remote-runs.ts";
import type { Metric } from "./exposition.ts";
import { gauge, seconds } from "./gauge.ts";

/** What an alert on mail from elsewhere needs: how the last run ended, and since when none was good. */
export function ofRuns(runs: readonly RemoteRun[]): Metric[] {
  return [
    ...ofKind(
      runs.filter(({ kind }) => kind === "fetch"),
      { prefix: "fetch", label: "connector", what: "mail was fetched from an account" },
    ),
    ...ofKind(
      runs.filter(({ kind }) => kind === "sync"),
      { prefix: "sync", label: "user", what: "a user's mailbox of another server was copied" },
    ),
  ];
}

function ofKind(
  runs: readonly RemoteRun[],
  { prefix, label, what }: { readonly prefix: string; readonly label: string; readonly what: string },
): Metric[] {
  const samples = (read: (run: RemoteRun) => number | undefined): Metric["samples"] =>
    runs.flatMap((run) => {
      const value = read(run);
      return value === undefined ? [] : [{ labels: { [label]: run.name }, value }];
    });
  return [
    gauge(
      `${prefix}_last_run_timestamp_seconds`,
      `When ${what} last, well or not.`,
      ...samples(({ ended }) => seconds(ended)),
    ),
    gauge(
      `${prefix}_last_success_timestamp_seconds`,
      `When ${what} last without a problem.`,
      ...samples(({ succeeded }) => seconds(succeeded)),
    ),
    gauge(
      `${prefix}_last_run_success`,
      `Whether all was well when ${what} last.`,
      ...samples(({ ended, problem }) => (ended === undefined ? undefined : Number(problem === ""))),
    ),
  ];
}
