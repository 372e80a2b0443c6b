import { isCopied, type SyncJob } from "../../../mail/sync-jobs.ts";

/** How names are made, as an earlier run has decided it. */
export interface Naming {
  /** Stands for a `/` within a name at the server. */
  readonly sign: string | undefined;
  /** Whether the server has all folders below INBOX, as Courier and Cyrus do; `undefined`: it has none that tell. */
  readonly belowInbox: boolean | undefined;
  /** Names in which the sign stands for a `/`. */
  readonly signed: readonly string[];
}

/** The folders of an account as its mirror has them. */
export interface RemoteNames extends Naming {
  /** With `/` between levels, in the order given. */
  readonly names: readonly string[];
  readonly sign: string;
  /** Names with the sign of an earlier run that have another now, by the old one. */
  readonly renamed: ReadonlyMap<string, string>;
}

/** No folder's name holds it. */
const inner = "\u0000";

/** What may stand for a `/` within a name, in the order in which they are tried. */
const signs = ["_", "-", "+", "=", "^", "!"] as const;

/**
 * Names from what doveadm shows of the account: Dovecot's plugin listescape writes a sign that cannot be in a name here
 * as `~` and two digits. The sign for a `/` is the first by which no two folders have one name. Where all folders are
 * below INBOX they stand beside it here. What an earlier run has found of both goes on, for else copied folders would
 * be others when one is added; another sign is taken only where the earlier one makes one name of two by now. Pure.
 */
export function namesOf(shown: readonly string[], earlier: Naming): RemoteNames {
  const plain = shown.map((name) =>
    name.replace(/~([0-9a-f]{2})/g, (_, digits: string) => {
      const byte = String.fromCharCode(Number.parseInt(digits, 16));
      return byte === "/" ? inner : byte;
    }),
  );
  const belowInbox = earlier.belowInbox ?? isBelowInbox(plain);
  const beside = belowInbox === true ? plain.map((name) => name.replace(/^INBOX\//, "")) : plain;
  const named = (sign: string): string[] => beside.map((name) => name.replaceAll(inner, sign));
  const tried = earlier.sign === undefined ? signs : [earlier.sign, ...signs];
  const sign = tried.find((one) => new Set(named(one)).size === beside.length) ?? "_";
  const names = named(sign);
  const before = earlier.sign === undefined ? names : named(earlier.sign);
  // A name that only looks as if it had the sign is another folder's.
  const renamed = before.flatMap((name, at) =>
    name !== names[at] && earlier.signed.includes(name) ? [[name, names[at] ?? ""] as const] : [],
  );
  const signed = names.filter((_, at) => beside[at]?.includes(inner));
  return { names, sign, signed, belowInbox, renamed: new Map(renamed) };
}

function isBelowInbox(names: readonly string[]): boolean | undefined {
  const others = names.filter((name) => name.toUpperCase() !== "INBOX");
  return others.length === 0 ? undefined : others.every((name) => /^INBOX\/./.test(name));
}

/** What dsync leaves out. A name is a mask for it, so a folder whose name would be a pattern is mirrored, and goes no further. */
export function masksOf(job: SyncJob, { names }: Pick<RemoteNames, "names">): string[] {
  return names.filter((name) => !isCopied(job, name) && !/[*?%\\]/.test(name));
}
