import { settingsWait } from "../apply/service-failure.ts";
import type { ApplyRecord } from "../db/ledger.ts";
import { readLedger } from "../db/store.ts";
import { MailwrightError } from "../errors.ts";

/** The newest apply in the history. */
export function lastApply(database: string): ApplyRecord | undefined {
  const ledger = readLedger(database);
  try {
    return ledger.lastApply();
  } finally {
    ledger.close();
  }
}

/** The failure of an apply whose settings were taken back: they do not wait, and `said` is what became of them. */
export function withoutWaiting(error: MailwrightError, said: string): MailwrightError {
  const { code, exit } = error;
  const hint = (error.hint ?? "").replace(`\n${settingsWait}`, "").replace(settingsWait, "");
  return new MailwrightError(error.message, { code, exit, hint: `${hint}\n${said}`.trim(), cause: error });
}
