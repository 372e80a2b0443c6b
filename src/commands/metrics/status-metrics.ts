import { dirname, resolve } from "node:path";
import packageJson from "../../../package.json" with { type: "json" };
import type { Ledger } from "../../db/ledger.ts";
import { MailwrightError } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import { antivirus } from "../../mail/antivirus.ts";
import { certificate } from "../../mail/certificate.ts";
import { quarantine } from "../../mail/quarantine.ts";
import type { Settings } from "../../mail/settings.ts";
import type { System } from "../../system/system.ts";
import type { Result } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { firstCertificate } from "../doctor/certificate.ts";
import { signaturesModified } from "../doctor/signatures.ts";
import { learnedCounts } from "../filter/bayes/statistics.ts";
import { knownKeys } from "../filter/dkim-keys.ts";
import { totalOf } from "../filter/quarantine/held.ts";
import { heldIn, holdingMailbox } from "../filter/quarantine/mailbox.ts";
import { queuedMail } from "../mail-flow/queued-mail.ts";
import { openSettings } from "../open-settings.ts";
import { remoteRuns } from "../remote/remote-runs.ts";
import type { Status } from "../status-view.ts";
import { exposition } from "./exposition.ts";
import { type Measured, metricsOf } from "./metrics.ts";

/** Milliseconds in which each daemon must say something: this is called again and again, and must not pile up. */
const patience = 10_000;

/** What Prometheus is told; written to the file at once, so that whoever reads it reads the old or the new. */
export async function statusMetrics(
  context: CommandContext,
  system: System,
  ledger: Ledger,
  status: Status,
  file: string | undefined,
): Promise<Result> {
  const measured = await openSettings(context, (settings) =>
    measure(context, system, ledger, status, settings),
  );
  const text = exposition(metricsOf(measured));
  if (file === undefined || file === "-") return { exit: ExitCode.done, text };
  const path = resolve(file);
  refuseUnwritable(system, path);
  // The node exporter runs as another user.
  system.files.write(path, Buffer.from(text), { mode: 0o644 });
  return { exit: ExitCode.done, text: "" };
}

function refuseUnwritable({ files }: System, path: string): void {
  const folder = dirname(path);
  const reason =
    files.status(path)?.kind === "directory"
      ? `${path} is a folder`
      : files.status(folder) === undefined
        ? `there is no folder ${folder}`
        : undefined;
  if (reason !== undefined)
    throw new MailwrightError(`the metrics are not written: ${reason}`, {
      code: "NO_FILE",
      hint: "accepted: a file in the folder that node_exporter's --collector.textfile.directory names",
    });
}

async function measure(
  context: CommandContext,
  system: System,
  ledger: Ledger,
  status: Status,
  settings: Settings,
): Promise<Measured> {
  const { services, files, processes } = system;
  const isHere = services.name !== "none";
  const known = [...ledger.services().values()].filter(({ wanted }) => wanted !== "");
  const looked = await Promise.all(
    known.map(async ({ unit, wanted }) => ({
      unit,
      isWanted: wanted === "enabled",
      isRunning: (await services.health(unit)).running,
      isInstalled: (await services.state(unit)).load !== "absent",
    })),
  );
  const hasFilter = settings.prop("configuration", "rspamd", "status") === "enabled";
  return {
    version: packageJson.version,
    status,
    units: looked.filter(({ isInstalled }) => isInstalled),
    queue: isHere ? await unlessRefused(queuedMail(context, { limit: patience })) : undefined,
    certificateEnd: endOf(files.readText(context.paths.target(certificate(settings).certificate)) ?? ""),
    lastApply: ledger.lastApply(),
    held: isHere && quarantine(settings).active ? await unlessRefused(heldNow(context)) : undefined,
    signatures: isHere && antivirus(settings).active ? signaturesModified(files) : undefined,
    keys: hasFilter
      ? knownKeys(context, settings).filter(({ use }) => use === "signs" || use === "next")
      : [],
    runs: remoteRuns(context, settings),
    learned: isHere && hasFilter ? await learnedCounts(processes) : undefined,
  };
}

async function heldNow(context: CommandContext): Promise<Measured["held"]> {
  return totalOf(await heldIn(context, await holdingMailbox(context), patience));
}

/** What a daemon does not tell has no sample; that it is down is told by its unit. */
async function unlessRefused<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof MailwrightError) return undefined;
    throw error;
  }
}

/** When the first certificate of a text expires, in milliseconds since 1970. */
function endOf(text: string): number | undefined {
  const first = firstCertificate(text);
  return first && Date.parse(first.validTo);
}
