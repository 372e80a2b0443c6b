import type { Ledger } from "../../db/ledger.ts";
import type { Settings } from "../../mail/settings.ts";
import type { System } from "../../system/system.ts";
import type { CommandContext } from "../context.ts";
import type { CheckName } from "./check-names.ts";
import type { Finding } from "./finding.ts";

/** What checks look at; the settings are open as long as they run. */
export interface Machine {
  readonly context: CommandContext;
  readonly system: System;
  readonly settings: Settings;
  readonly ledger: Ledger;
}

/** One thing that is looked at: facts are gathered from the machine, and a pure function judges them. */
export interface Check {
  readonly name: CheckName;
  /** What it looks at, for the manual page. */
  readonly about: string;
  /** Milliseconds within which it must end; ten seconds unless given. */
  readonly limit?: number;
  /** Whether it asks the running system, so that it is left out for another root. */
  readonly isOfMachine: boolean;
  /** Whether it computes so much that what waits for an answer beside it would miss it. */
  readonly isLaborious?: true;
  look(machine: Machine): Promise<readonly Finding[]>;
}
