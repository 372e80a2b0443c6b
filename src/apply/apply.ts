import { runAction } from "./actions.ts";
import { checkFiles, type Verdict } from "./checks.ts";
import { commitFiles } from "./commit.ts";
import { Concealer } from "./conceal.ts";
import type { Event, Script } from "./event.ts";
import { buildMaps } from "./maps.ts";
import { changedFiles, type PlannedFile } from "./plan.ts";
import { type PlanEnvironment, planTemplates } from "./plan-templates.ts";
import type { ProgressSink } from "./progress.ts";
import { verifySettings } from "./rules.ts";
import { adjustService, serviceNeeds } from "./services.ts";
import { Steps } from "./steps.ts";

/** Everything that an apply works on. */
export interface ApplyEnvironment extends PlanEnvironment {
  readonly event: Event;
  readonly args: readonly string[];
  /** Whether the daemons judge the files before they are written. */
  readonly check: boolean;
  readonly variables: Readonly<Record<string, string>>;
  readonly report: ProgressSink;
}

/** What an apply came to. */
export interface Applied {
  readonly files: readonly PlannedFile[];
  readonly verdicts: readonly Verdict[];
}

/** Plan, check, commit and services; each action script is one more. */
const fixedSteps = 4;

/**
 * Carries out an event: plan, check, commit, actions, services, in this order and each over everything before
 * the next begins. Throws at the first failure; before the commit nothing has been touched then.
 */
export async function apply(environment: ApplyEnvironment): Promise<Applied> {
  const { system, paths, settings, ledger, event, args, report } = environment;
  const before = event.scripts.filter(({ name }) => name < "S05");
  const after = event.scripts.filter(({ name }) => name >= "S05" && name < "S90");
  const last = event.scripts.filter(({ name }) => name >= "S90");
  const steps = new Steps(
    { event: event.name, args, total: fixedSteps + event.scripts.length },
    system.clock,
    new Concealer(settings),
    report,
  );
  for (const { path } of event.skipped) steps.notice(`${path} is not executable: left out`);

  const files = await steps.run("plan", async () => {
    verifySettings(settings, event);
    const planned = await planTemplates(environment, event.templates, (text) => steps.notice(text));
    return {
      value: planned,
      detail: `${event.templates.length} templates, ${changedFiles(planned).length} changed`,
    };
  });
  const changed = changedFiles(files);
  const verdicts = await check(environment, steps, environment.check ? changed : []);

  await runScripts(environment, steps, before, []);
  await steps.run("commit", async () => {
    const needs = serviceNeeds(event, changed, settings, ledger.services());
    const known = ledger.services();
    ledger.recordServices(
      needs.map(({ unit, action, wanted }) => ({
        unit,
        wanted: wanted === "as it is" ? (known.get(unit)?.wanted ?? "") : "",
        action,
      })),
    );
    for (const note of commitFiles(environment, files)) steps.notice(note);
    for (const note of await buildMaps(system, paths, files)) steps.notice(note);
    return { value: undefined, detail: changed.length === 1 ? "1 file" : `${changed.length} files` };
  });
  await runScripts(environment, steps, after, changed);
  await adjustServices(environment, steps, changed);
  await runScripts(environment, steps, last, changed);

  ledger.recordApplied(event.carriesOut, settings.snapshot.revision);
  steps.end("success");
  return { files, verdicts };
}

async function check(
  environment: ApplyEnvironment,
  steps: Steps,
  changed: readonly PlannedFile[],
): Promise<Verdict[]> {
  return steps.run("check", async () => {
    const verdicts = await checkFiles(environment.system, environment.paths, changed);
    for (const verdict of verdicts) {
      if ("skipped" in verdict)
        steps.notice(`check of ${verdict.checker.daemon} skipped: ${verdict.skipped}`);
    }
    const passed = verdicts.filter((verdict) => "passed" in verdict).map(({ checker }) => checker.title);
    return { value: verdicts, detail: passed.join(", ") || "nothing to check" };
  });
}

async function runScripts(
  environment: ApplyEnvironment,
  steps: Steps,
  scripts: readonly Script[],
  changed: readonly PlannedFile[],
): Promise<void> {
  const { system, paths, event, args, variables } = environment;
  for (const script of scripts) {
    await steps.run(script.name, async () => {
      await runAction(system, script, {
        event: event.name,
        args,
        root: paths.root,
        changed: changed.map(({ rendered }) => rendered.path),
        environment: variables,
        onLine: (line) => steps.output(script.name, line),
      });
      return { value: undefined, detail: "" };
    });
  }
}

async function adjustServices(
  environment: ApplyEnvironment,
  steps: Steps,
  changed: readonly PlannedFile[],
): Promise<void> {
  const { system, settings, ledger, event } = environment;
  const needs = serviceNeeds(event, changed, settings, ledger.services());
  await steps.run("services", async () => {
    const done: string[] = [];
    for (const need of needs) {
      const { skipped, text } = await adjustService(system, need);
      done.push(text);
      // What was skipped is still to be done, when the unit is there: the ledger keeps it.
      if (skipped) continue;
      const wanted =
        need.wanted === "as it is" ? (ledger.services().get(need.unit)?.wanted ?? "") : need.wanted;
      ledger.recordServices([{ unit: need.unit, wanted, action: undefined }]);
    }
    return { value: undefined, detail: done.join("; ") || "none affected" };
  });
}
