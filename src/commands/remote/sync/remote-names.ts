import { isCopied, type SyncJob } from "../../../mail/sync-jobs.ts";

/** The folders of an account as its mirror has them. */
export interface RemoteNames {
  /** With `/` between levels, in the order given. */
  readonly names: readonly string[];
  /** Stands for a `/` within a name at the server. */
  readonly sign: string;
  /** Whether the server has all folders below INBOX, as Courier and Cyrus do; `undefined`: it has none that tell. */
  readonly belowInbox: boolean | undefined;
}

/** No folder's name holds it. */
const inner = "\u0000";

/** What may stand for a `/` within a name, in the order in which they are tried. */
const signs = ["_", "-", "+", "=", "^", "!"] as const;

/**
 * Names from what doveadm shows of the account: Dovecot's plugin listescape writes a sign that cannot be in a name here
 * as `~` and two digits. The sign for a `/` is the first by which no two folders have one name. Where all folders are
 * below INBOX they stand beside it here; what an earlier run has found of that goes on, for else copied folders would
 * be others when one is added. Pure.
 */
export function namesOf(shown: readonly string[], earlier: boolean | undefined): RemoteNames {
  const plain = shown.map((name) =>
    name.replace(/~([0-9a-f]{2})/g, (_, digits: string) => {
      const byte = String.fromCharCode(Number.parseInt(digits, 16));
      return byte === "/" ? inner : byte;
    }),
  );
  const belowInbox = earlier ?? isBelowInbox(plain);
  const beside = belowInbox === true ? plain.map((name) => name.replace(/^INBOX\//, "")) : plain;
  const named = (sign: string): string[] => beside.map((name) => name.replaceAll(inner, sign));
  const sign = signs.find((one) => new Set(named(one)).size === beside.length) ?? "_";
  return { names: named(sign), sign, belowInbox };
}

function isBelowInbox(names: readonly string[]): boolean | undefined {
  const others = names.filter((name) => name.toUpperCase() !== "INBOX");
  return others.length === 0 ? undefined : others.every((name) => /^INBOX\/./.test(name));
}

/** What dsync leaves out. A name is a mask for it, so a folder whose name would be a pattern is mirrored, and goes no further. */
export function masksOf(job: SyncJob, { names }: RemoteNames): string[] {
  return names.filter((name) => !isCopied(job, name) && !/[*?%\\]/.test(name));
}
