import type { Files } from "./system.ts";

/** SIGHUP is signal 1, which has the lowest bit of a mask (signal(7), proc(5)). */
const hangUp = 1n;

/**
 * Whether SIGHUP would end the process: it neither catches nor ignores it, as one that has just been started and has
 * not come to say what it wants. A process that is gone is ended by nothing.
 */
export function isEndedByHangUp(files: Pick<Files, "readText">, pid: number): boolean {
  const status = files.readText(`/proc/${pid}/status`);
  const masks = [...(status ?? "").matchAll(/^Sig(?:Ign|Cgt):\s*([\da-f]+)$/gm)];
  return masks.length === 2 && masks.every(([, mask]) => (BigInt(`0x${mask}`) & hangUp) === 0n);
}
