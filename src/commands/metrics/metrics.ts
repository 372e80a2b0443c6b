import type { ApplyRecord } from "../../db/ledger.ts";
import type { KnownKey } from "../filter/dkim-keys.ts";
import type { QueuedMail } from "../mail-flow/queued-mail.ts";
import type { RemoteRun } from "../remote/remote-runs.ts";
import type { Status } from "../status-view.ts";
import type { Metric } from "./exposition.ts";
import { gauge, sample, seconds } from "./gauge.ts";
import { kindOfReason, reasonKinds } from "./reason-kinds.ts";
import { ofRuns } from "./run-metrics.ts";

/** What is measured; what could not be found out is `undefined`, and has no sample. Times in milliseconds since 1970. */
export interface Measured {
  readonly version: string;
  readonly status: Pick<
    Status,
    "pending" | "services" | "edits" | "outdated" | "overrides" | "interrupted" | "problems"
  >;
  readonly units: readonly {
    readonly unit: string;
    readonly isWanted: boolean;
    readonly isRunning: boolean;
  }[];
  readonly queue: readonly QueuedMail[] | undefined;
  readonly certificateEnd: number | undefined;
  readonly lastApply: Pick<ApplyRecord, "at" | "outcome" | "revision"> | undefined;
  /** What the quarantine holds, in messages and bytes. */
  readonly held: { readonly messages: number; readonly bytes: number } | undefined;
  /** When the virus scanner's daily signatures came. */
  readonly signatures: number | undefined;
  /** Keys that sign, or are to. */
  readonly keys: readonly Pick<KnownKey, "domain" | "selector" | "use" | "isLost">[];
  readonly runs: readonly RemoteRun[];
  readonly learned: { readonly spam: number; readonly ham: number } | undefined;
}

const queues = ["maildrop", "incoming", "active", "deferred", "hold"];

/** Outcomes of an apply that did what it was to do. */
const good: readonly ApplyRecord["outcome"][] = ["done", "confirmed", "unconfirmed"];

/** All metrics; those of Postfix's queue are there for each of its parts, so that one that is empty is no gap. */
export function metricsOf(measured: Measured): Metric[] {
  const { version, status, units, queue, certificateEnd, lastApply, learned } = measured;
  // One that is running and was not cut off is at work, and nobody knows yet how it ends.
  const isAtWork = lastApply?.outcome === "running" && status.interrupted === undefined;
  return [
    gauge("build_info", "The version of mailwright; always 1.", { labels: { version }, value: 1 }),
    gauge("pending_changes", "Settings that are not applied.", { value: status.pending.length }),
    gauge("edited_files", "Made files that were edited by hand.", { value: status.edits.length }),
    gauge("outdated_files", "Made files that differ from the settings though nobody edited them.", {
      value: status.outdated.length,
    }),
    gauge("stale_overrides", "Fragments of the site whose shipped originals have changed.", {
      value: status.overrides.length,
    }),
    gauge("waiting_services", "Services that do not run with their files as they are.", {
      value: status.services.length,
    }),
    gauge("files_comparable", "Whether all files could be made and compared.", {
      value: Number(status.problems.length === 0),
    }),
    gauge("apply_interrupted", "Whether an apply was cut off.", {
      value: Number(status.interrupted !== undefined),
    }),
    gauge(
      "unit_wanted",
      "Whether the settings switch a unit on.",
      ...units.map(({ unit, isWanted }) => ({ labels: { unit }, value: Number(isWanted) })),
    ),
    gauge(
      "unit_running",
      "Whether a unit and all its parts run.",
      ...units.map(({ unit, isRunning }) => ({ labels: { unit }, value: Number(isRunning) })),
    ),
    ...(queue === undefined ? [] : ofQueue(queue)),
    gauge(
      "certificate_expiry_timestamp_seconds",
      "When the certificate that the daemons show expires.",
      ...sample(seconds(certificateEnd)),
    ),
    gauge(
      "last_apply_timestamp_seconds",
      "When settings were last applied.",
      ...sample(seconds(lastApply?.at)),
    ),
    gauge("last_apply_revision", "The revision of the last apply.", ...sample(lastApply?.revision)),
    gauge(
      "last_apply_success",
      "Whether the last apply did what it was to do; without a sample while it is at work.",
      ...sample(isAtWork ? undefined : lastApply && Number(good.includes(lastApply.outcome))),
    ),
    gauge(
      "signatures_timestamp_seconds",
      "When the virus scanner got its daily signatures.",
      ...sample(seconds(measured.signatures)),
    ),
    gauge(
      "dkim_key_present",
      "Whether a key is there that signs a domain's mail, or is to.",
      ...measured.keys.map(({ domain, selector, use, isLost }) => ({
        labels: { domain, selector, use },
        value: Number(!isLost),
      })),
    ),
    gauge("quarantined_messages", "Messages that the quarantine holds.", ...sample(measured.held?.messages)),
    gauge("quarantined_bytes", "Bytes that the quarantine holds.", ...sample(measured.held?.bytes)),
    gauge(
      "bayes_learned_messages",
      "Messages that the Bayesian filter has learned.",
      ...(learned === undefined ? [] : Object.entries(learned)).map(([kind, value]) => ({
        labels: { class: kind },
        value,
      })),
    ),
    ...ofRuns(measured.runs),
  ];
}

function ofQueue(queue: readonly QueuedMail[]): Metric[] {
  const parts = queues.map((name) => ({
    labels: { queue: name },
    mail: queue.filter((message) => message.queue === name),
  }));
  const waiting = queue.filter((message) => message.queue !== "hold").map(({ arrival }) => arrival);
  const deferred = queue.filter((message) => message.queue === "deferred");
  const oldest = waiting.reduce<number | undefined>((one, other) => Math.min(one ?? other, other), undefined);
  return [
    gauge(
      "queue_messages",
      "Messages in Postfix's queue.",
      ...parts.map(({ labels, mail }) => ({ labels, value: mail.length })),
    ),
    gauge(
      "queue_bytes",
      "Bytes in Postfix's queue.",
      ...parts.map(({ labels, mail }) => ({ labels, value: mail.reduce((sum, { size }) => sum + size, 0) })),
    ),
    gauge(
      "queue_deferred_messages",
      "Deferred messages by the kind of reason for which the first recipient waits.",
      ...reasonKinds.map((kind) => ({
        labels: { reason: kind },
        value: deferred.filter(({ recipients }) => kindOfReason(recipients[0]?.reason ?? "") === kind).length,
      })),
    ),
    gauge(
      "queue_oldest_arrival_timestamp_seconds",
      "When the message arrived that has waited longest, those that are held left out.",
      ...sample(seconds(oldest)),
    ),
  ];
}
