import type { Author } from "../db/store.ts";
import type { TemplateLibrary } from "../template/library.ts";
import type { Verdict } from "./check/check-files.ts";
import type { BuiltTable } from "./check/tables.ts";
import type { OnEdit } from "./edits.ts";
import type { Event } from "./event.ts";
import type { PlannedFile } from "./plan.ts";
import type { PlanEnvironment } from "./plan-templates.ts";
import type { ProgressSink } from "./progress.ts";

/** Everything that an apply works on. */
export interface ApplyEnvironment extends PlanEnvironment {
  readonly event: Event;
  readonly args: readonly string[];
  readonly author: Author;
  /** Whether the daemons judge the files before they are written. */
  readonly check: boolean;
  readonly onEdit: OnEdit;
  /** When all goes back unless it is confirmed, in milliseconds since 1970. */
  readonly confirmUntil: number | undefined;
  /** Milliseconds that one action script may take. */
  readonly actionTimeout: number;
  readonly variables: Readonly<Record<string, string>>;
  /** The name of a signal that asks the apply to end, once one has come. */
  readonly interrupted: () => Promise<string | undefined>;
  readonly report: ProgressSink;
  /** The templates, where whoever calls has looked into some of them. */
  readonly library?: TemplateLibrary;
}

/** What an apply came to. */
export interface Applied {
  readonly files: readonly PlannedFile[];
  readonly tables: readonly BuiltTable[];
  readonly verdicts: readonly Verdict[];
}
