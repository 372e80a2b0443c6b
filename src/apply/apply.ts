import type { MailwrightError } from "../errors.ts";
import { ownScript } from "../system/author.ts";
import { TemplateLibrary } from "../template/library.ts";
import { runAction } from "./actions.ts";
import { ApplyEntry } from "./apply-entry.ts";
import type { Applied, ApplyEnvironment } from "./apply-environment.ts";
import { checkFiles, type Verdict } from "./check/check-files.ts";
import { refuseMissingTables } from "./check/missing-tables.ts";
import { type BuiltTable, buildTables } from "./check/tables.ts";
import { commitFiles } from "./commit.ts";
import { Concealer } from "./conceal.ts";
import { keepEdited, refuseEdits } from "./edits.ts";
import type { Script } from "./event.ts";
import { findListeners } from "./listeners.ts";
import { overrideNotes, recordOverrides } from "./overrides.ts";
import { withoutPatient } from "./patient-units.ts";
import { changedFiles, type PlannedFile } from "./plan.ts";
import { planTemplates, unfinishedTemplates } from "./plan-templates.ts";
import { restore } from "./restore.ts";
import { settingNotes, verifySettings } from "./rules.ts";
import {
  hinderedError,
  isServiceFailure,
  restoredError,
  restoredText,
  serviceFailure,
} from "./service-failure.ts";
import {
  type Adjusted,
  adjustedText,
  adjustService,
  concerns,
  isToBeVerified,
  pendingServices,
  serviceNeeds,
  settledServices,
} from "./services.ts";
import { isInterrupted, Steps, toldInterruption } from "./steps.ts";
import { verifyUnits } from "./verify.ts";

/** Plan, check, commit, services and verify; each action script is one more. */
const fixedSteps = 5;

/**
 * Carries out an event: plan, check, commit, actions, services, verify, in this order and each over everything before
 * the next begins. Throws at the first failure. Before the commit nothing has been touched then; where a service fails
 * with the new files, all is as it was before.
 */
export async function apply(environment: ApplyEnvironment): Promise<Applied> {
  const run = new Apply(environment);
  try {
    return await run.carryOut();
  } catch (cause) {
    throw run.fail(cause);
  }
}

class Apply {
  private readonly steps: Steps;
  private readonly concealer: Concealer;
  private readonly library: TemplateLibrary;
  private readonly entry: ApplyEntry;
  private files: readonly PlannedFile[] = [];

  constructor(private readonly environment: ApplyEnvironment) {
    const { system, paths, settings, event, args, report, interrupted } = environment;
    this.concealer = new Concealer(settings);
    this.entry = new ApplyEntry(environment);
    this.library = environment.library ?? new TemplateLibrary(system.files, paths);
    const total = fixedSteps + event.scripts.length;
    this.steps = new Steps(
      { event: event.name, args, total },
      { clock: system.clock, concealer: this.concealer, report, interrupted },
    );
  }

  async carryOut(): Promise<Applied> {
    const { event } = this.environment;
    for (const { path } of event.skipped) this.steps.notice(`${path} is not executable: left out`);
    const before = event.scripts.filter(({ name }) => name < "S05");
    const after = event.scripts.filter(({ name }) => name >= "S05" && name < "S90");
    const last = event.scripts.filter(({ name }) => name >= "S90");

    await this.plan();
    const { verdicts, tables } = await this.check();
    await this.runScripts(before, []);
    await this.commit(tables);
    const changed = changedFiles(this.files);
    await this.runScripts(after, changed);
    await this.adjust(changed);
    await this.runScripts(last, changed);

    this.entry.succeed(this.files);
    this.steps.end("success");
    return { files: this.files, tables, verdicts };
  }

  private async plan(): Promise<void> {
    const { system, event, settings, ledger, onEdit } = this.environment;
    this.files = await this.steps.run("plan", async () => {
      verifySettings(settings, event);
      const notice = (text: string): void => this.steps.notice(text);
      for (const note of settingNotes(settings, event)) notice(note);
      const unfinished = await unfinishedTemplates(this.library, ledger);
      const targets = [...new Set([...event.templates, ...unfinished])];
      const planned = await planTemplates(this.environment, this.library, targets, notice);
      for (const note of overrideNotes(system.files, this.library.overrides, ledger)) notice(note);
      if (onEdit === "fail") refuseEdits(planned);
      return {
        value: planned,
        detail: `${targets.length} templates, ${changedFiles(planned).length} changed`,
      };
    });
  }

  private async check(): Promise<{ verdicts: readonly Verdict[]; tables: readonly BuiltTable[] }> {
    const { system, paths, check } = this.environment;
    return this.steps.run("check", async () => {
      if (check) await refuseMissingTables(system, paths, this.library, changedFiles(this.files));
      const checked = checkFiles(system, paths, check ? changedFiles(this.files) : []);
      const built = buildTables(system, paths, this.files);
      // Both to their ends, so that where one refuses, the other leaves no private folder behind.
      await Promise.allSettled([checked, built]);
      const [verdicts, { tables, notes }] = [await checked, await built];
      for (const note of notes) this.steps.notice(note);
      for (const verdict of verdicts) {
        if ("skipped" in verdict)
          this.steps.notice(`check of ${verdict.checker.daemon} skipped: ${verdict.skipped}`);
        else for (const warning of verdict.warnings ?? []) this.steps.notice(warning);
      }
      const passed = verdicts.filter((verdict) => "passed" in verdict).map(({ checker }) => checker.title);
      if (tables.length > 0) passed.push("postmap");
      return { value: { verdicts, tables }, detail: passed.join(", ") || "nothing to check" };
    });
  }

  private async runScripts(scripts: readonly Script[], changed: readonly PlannedFile[]): Promise<void> {
    const { system, paths, event, args, variables, actionTimeout } = this.environment;
    for (const script of scripts) {
      await this.steps.run(script.name, async () => {
        await runAction(system, script, {
          event: script.call?.event ?? event.name,
          args: script.call?.args ?? args,
          root: paths.root,
          changed: changed.map(({ rendered }) => rendered.path),
          environment: isWithin(paths.share, script.path) ? { ...variables, [ownScript]: "1" } : variables,
          timeout: actionTimeout,
          onLine: (line) => this.steps.output(script.name, line),
        });
        return { value: undefined, detail: "" };
      });
    }
  }

  private async commit(tables: readonly BuiltTable[]): Promise<void> {
    const { system, paths, settings, ledger, event, onEdit } = this.environment;
    const changed = changedFiles(this.files);
    await this.steps.run("commit", async () => {
      const known = ledger.services();
      const needs = serviceNeeds(event, changed, settings, known);
      for (const note of keepEdited(system, paths, this.files, onEdit)) this.steps.notice(note);
      const services = pendingServices(needs, known);
      const unitsOf = ({ rendered }: PlannedFile): string[] =>
        [...event.services.keys()].filter((unit) => concerns(rendered.metadata.services, unit));
      const commit = { files: this.files, tables, unitsOf, services };
      const isWork = changed.length + tables.length + event.scripts.length > 0;
      const begin = (): void => {
        if (isWork) this.entry.begin();
      };
      commitFiles({ system, paths, ledger }, commit, begin, () => {
        if (isWork) this.entry.act();
      });
      recordOverrides(system.files, this.library.overrides, ledger);
      return { value: undefined, detail: changed.length === 1 ? "1 file" : `${changed.length} files` };
    });
  }

  private async adjust(changed: readonly PlannedFile[]): Promise<void> {
    const { system, settings, ledger, event } = this.environment;
    const needs = serviceNeeds(event, changed, settings, ledger.services());
    const adjusted: Adjusted[] = [];
    const since = system.clock.now();
    try {
      await this.steps.run("services", async () => {
        for (const need of needs) {
          const one = await adjustService(system, need, (unit) => {
            // A unit that is not here asks for its files at every event, and nothing is done for it.
            this.entry.act();
            ledger.keepUnit(unit);
          });
          adjusted.push(one);
          if (one.failure === undefined) continue;
          const failures = withoutPatient([{ unit: need.unit, ...one.failure }], this.steps);
          if (failures.length > 0) throw await serviceFailure(system, failures, this.files, since);
        }
        return { value: undefined, detail: adjusted.map(adjustedText).join("; ") || "none affected" };
      });
      await this.steps.run("verify", () =>
        this.verify(
          adjusted.filter(isToBeVerified).map(({ need }) => need.unit),
          since,
        ),
      );
    } catch (cause) {
      throw isServiceFailure(cause) ? await this.goBack(cause, adjusted) : cause;
    }
    this.settle(adjusted);
  }

  /** All is seen to run: what was kept is not needed, or waits for the confirmation. */
  private settle(adjusted: readonly Adjusted[]): void {
    const { ledger } = this.environment;
    const services = settledServices(ledger.services(), adjusted);
    if (services.length === 0 && ledger.keptFiles("unverified").length === 0) return;
    ledger.together(() => {
      ledger.recordServices(services);
      if (ledger.confirmation() === undefined) ledger.forgetKept("unverified");
      else ledger.awaitConfirmation();
    });
  }

  private async verify(
    units: readonly string[],
    since: number,
  ): Promise<{ value: undefined; detail: string }> {
    if (units.length === 0) return { value: undefined, detail: "nothing to verify" };
    const { system, paths, ledger } = this.environment;
    const managed = ledger.managedFiles().values();
    const listeners = await findListeners(system, paths, this.library, managed, new Set(units));
    const found = await verifyUnits(system, units, listeners, since);
    const failures = withoutPatient(found, this.steps);
    if (failures.length > 0) throw await serviceFailure(system, failures, this.files, since);
    const ports = [...new Set(listeners.map(({ port }) => port))];
    const answer = ports.length === 0 ? "" : `, ${ports.join(" ")} answer${ports.length === 1 ? "s" : ""}`;
    const running = units.filter((unit) => !found.some((failure) => failure.unit === unit));
    return { value: undefined, detail: `${running.join(", ")} active${answer}` };
  }

  /** Puts everything back that is kept. Where all that was done is one verb that failed, that failure stands. */
  private async goBack(cause: MailwrightError, adjusted: readonly Adjusted[]): Promise<MailwrightError> {
    const { ledger, system } = this.environment;
    const [first, second] = adjusted.filter(({ verbs }) => verbs.length > 0);
    const isOneVerb = second === undefined && first?.failure !== undefined;
    if (isOneVerb && ledger.keptFiles("unverified").length === 0) return cause;
    let failure: MailwrightError | undefined;
    try {
      await this.steps.run(
        "restore",
        async () => {
          const restored = await system.processes.undisturbed(() =>
            restore(this.environment, ["unverified"]),
          );
          failure = restoredError(cause, restored);
          if (restored.problems.length > 0) throw failure;
          return { value: undefined, detail: restoredText(restored) };
        },
        { repairs: true },
      );
    } catch (hindrance) {
      failure ??= hinderedError(cause, hindrance);
    }
    return failure ?? cause;
  }

  /** Tells that the event has failed, and keeps that in the history; returns the error as it may be shown. */
  fail(cause: unknown): unknown {
    const error = this.concealer.error(
      isInterrupted(cause) ? toldInterruption(cause, this.entry.hasActed) : cause,
    );
    this.entry.fail(error, this.files);
    this.steps.end("failed");
    return error;
  }
}

function isWithin(folder: string, path: string): boolean {
  return path.startsWith(`${folder}/`);
}
