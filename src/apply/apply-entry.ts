import type { AppliedFile, ApplyRecord, Ledger } from "../db/ledger.ts";
import { MailwrightError } from "../errors.ts";
import { ExitCode } from "../exit-codes.ts";
import type { ApplyEnvironment } from "./apply-environment.ts";
import { fileDiff } from "./file-diff.ts";
import { changedFiles, type PlannedFile } from "./plan.ts";

/** The entry of one apply in the history. An apply that finds nothing to do has none. */
export class ApplyEntry {
  private acted = false;
  private begun: number | undefined;

  constructor(private readonly environment: ApplyEnvironment) {}

  /**
   * Before the first thing is done: from here on the apply is under way, and may wait to be confirmed. Nothing happens
   * where it is already.
   */
  begin(): void {
    const { ledger, confirmUntil } = this.environment;
    this.begun ??= ledger.together(() => {
      const revision = ledger.beginApply(this.beginning());
      if (confirmUntil !== undefined) {
        const applied = ledger.appliedRevisions();
        ledger.recordConfirmation({ revision, deadline: confirmUntil, applied });
      }
      return revision;
    });
  }

  /** Whether anything may be other than before. */
  get hasActed(): boolean {
    return this.acted;
  }

  /** Files are written, or a unit was adjusted. */
  act(): void {
    this.begin();
    this.acted = true;
  }

  /** Notes that the event is carried out. Where that is known and nothing was done, nothing is written. */
  succeed(files: readonly PlannedFile[]): void {
    const { event, settings, ledger } = this.environment;
    const { revision } = settings.snapshot;
    const applied = ledger.appliedRevisions();
    const isNews = event.carriesOut.some((name) => applied.get(name) !== revision);
    const entry = this.begun ?? this.cutOff();
    if (entry === undefined && !isNews) return;
    ledger.together(() => {
      if (isNews) ledger.recordApplied(event.carriesOut, revision);
      if (entry === undefined) return;
      const outcome = ledger.confirmation() === undefined ? "done" : "unconfirmed";
      ledger.endApply(entry, outcome, "", differences(files));
    });
  }

  /** The last apply, where it did what this one was to do and was cut off before it could note that. */
  private cutOff(): number | undefined {
    const { event, ledger } = this.environment;
    const last = ledger.lastApply();
    const isOwn = last !== undefined && [event.name, ...event.carriesOut].includes(last.event);
    return isOwn && last.outcome === "running" ? last.revision : undefined;
  }

  /** Keeps a failure in the history, as far as that can be: the failure is the one to tell of. */
  fail(error: unknown, files: readonly PlannedFile[]): void {
    const detail = error instanceof Error ? error.message : String(error);
    try {
      this.environment.ledger.together(() => this.recordFailure(detail, error, files));
    } catch {
      // What hindered the apply, such as a full disk, may hinder this as well.
    }
  }

  private recordFailure(detail: string, error: unknown, files: readonly PlannedFile[]): void {
    const { ledger } = this.environment;
    if (this.begun === undefined) {
      if (isSameFailure(ledger.lastApply(), this.environment, detail)) return;
      ledger.endApply(ledger.beginApply(this.beginning()), "refused", detail, []);
      return;
    }
    const isRestored = error instanceof MailwrightError && error.exit === ExitCode.restored;
    const isAsBefore = isRestored || !this.acted;
    if (isAsBefore && ledger.confirmation()?.revision === this.begun) ledger.recordConfirmation(undefined);
    const outcome = isRestored ? "restored" : this.acted ? "failed" : "refused";
    ledger.endApply(this.begun, outcome, detail, this.acted ? differences(files) : []);
  }

  private beginning(): Parameters<Ledger["beginApply"]>[0] {
    const { system, event, args, author, settings } = this.environment;
    const { revision } = settings.snapshot;
    return { ...author, at: system.clock.now(), event: event.name, args, settings: revision };
  }
}

function differences(files: readonly PlannedFile[]): AppliedFile[] {
  return changedFiles(files).map((file) => ({
    path: file.rendered.path,
    state: file.state,
    diff: fileDiff(file),
  }));
}

/** A job that fails again and again leaves one entry. */
function isSameFailure(
  last: ApplyRecord | undefined,
  { event, args }: ApplyEnvironment,
  detail: string,
): boolean {
  return (
    last?.outcome === "refused" &&
    last.event === event.name &&
    last.detail === detail &&
    last.args.join("\n") === args.join("\n")
  );
}
