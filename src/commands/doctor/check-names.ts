/** All checks, in the order in which findings are told. */
export const checkNames = [
  "database",
  "versions",
  "units",
  "ports",
  "disk",
  "queue",
  "certificate",
  "signatures",
  "filter",
  "remote",
  "clock",
  "dns",
  "state",
] as const;

export type CheckName = (typeof checkNames)[number];

export function isCheckName(word: string): word is CheckName {
  return checkNames.some((name) => name === word);
}
