import { createHash } from "node:crypto";

/** Of the settings that a made file was made of, so that a run sees whether they are applied: 16 hexadecimal digits. */
export function appliedMark(values: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(values)).digest("hex").slice(0, 16);
}
