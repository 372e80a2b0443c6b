import { connectors } from "../../mail/connectors.ts";
import type { Settings } from "../../mail/settings.ts";
import type { Files } from "../../system/system.ts";
import { lastRun } from "./last-run.ts";

/** An account elsewhere of which mail does not come, or not all of it. */
export interface FailingConnector {
  readonly key: string;
  /** In words for people; without control characters it is not. */
  readonly problem: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** Those that are enabled and whose last run failed, or kept messages at the provider. */
export function failingConnectors(
  settings: Settings,
  files: Pick<Files, "readText">,
): readonly FailingConnector[] {
  return connectors(settings).accounts.flatMap(({ key, file }) => {
    const { problem, failingSince, started } = lastRun(files, file) ?? {};
    if (problem === undefined || started === undefined) return [];
    return [{ key, problem, since: failingSince ?? started }];
  });
}
