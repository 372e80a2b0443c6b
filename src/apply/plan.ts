import { createHash } from "node:crypto";
import type { ManagedFile } from "../db/ledger.ts";
import type { FileStatus } from "../system/system.ts";
import type { RenderedFile } from "../template/render.ts";

/** What stands on the disk where a file is to be. */
export interface DiskFile {
  readonly bytes: Uint8Array | undefined;
  readonly status: FileStatus | undefined;
}

/**
 * `same`: nothing to do. `attributes`: right bytes, wrong mode or owner. `new`, `changed`, `removed`: as they
 * say. `edited`: to be changed or removed, and not as mailwright last wrote it; `foreign`: and never written by
 * mailwright. What these two hold is kept.
 */
export type FileState = "same" | "attributes" | "new" | "changed" | "removed" | "edited" | "foreign";

/** What an administrator did to a file since mailwright wrote it; `link`: another thing stands in its place. */
export type HandEdit = "content" | "attributes" | "removed" | "link";

/** One file of a plan. */
export interface PlannedFile {
  readonly rendered: RenderedFile;
  readonly state: FileState;
  /** The bytes to write; `undefined` where the file is to be absent. */
  readonly bytes: Uint8Array | undefined;
  readonly before: DiskFile;
  /** What the ledger knows of it. */
  readonly lastWritten: ManagedFile | undefined;
  readonly edit: HandEdit | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

/** Decides what happens to one file. Pure. */
export function planFile(
  rendered: RenderedFile,
  before: DiskFile,
  lastWritten: ManagedFile | undefined,
  owner: { readonly uid: number | undefined; readonly gid: number | undefined },
): PlannedFile {
  const bytes = rendered.text === undefined ? undefined : Buffer.from(rendered.text);
  const { uid, gid } = owner;
  const state = stateOf(rendered, bytes, before, lastWritten, owner);
  const edit = handEdit(rendered, before, lastWritten, state);
  // One copy of bytes that are the same is enough.
  const seen = state === "same" ? { ...before, bytes } : before;
  return { rendered, bytes, before: seen, lastWritten, edit, uid, gid, state };
}

/** The files that a commit must touch. */
export function changedFiles(files: readonly PlannedFile[]): PlannedFile[] {
  return files.filter(({ state }) => state !== "same");
}

/** SHA-256 in hex, as the ledger keeps it. */
export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Stands among the hashes of a file that a commit or a restore under way may leave absent. */
export const absentHash = "absent";

/** Whether mailwright itself may have written these bytes: what it wrote last, or was about to write. */
export function mayHold({ hash }: ManagedFile, bytes: Uint8Array): boolean {
  return hash.split(" ").includes(hashOf(bytes));
}

/**
 * Mode and owner count as edited only where they are still to be as they were written: else the template has
 * other wishes since.
 */
function handEdit(
  { metadata }: RenderedFile,
  { bytes, status }: DiskFile,
  lastWritten: ManagedFile | undefined,
  state: FileState,
): HandEdit | undefined {
  if (lastWritten === undefined || state === "same") return undefined;
  if (status === undefined) return lastWritten.hash.split(" ").includes(absentHash) ? undefined : "removed";
  if (bytes === undefined) return "link";
  if (!mayHold(lastWritten, bytes)) return "content";
  const { mode, owner, group } = metadata;
  const isAsWished = lastWritten.mode === mode && lastWritten.owner === `${owner}:${group}`;
  return state === "attributes" && isAsWished ? "attributes" : undefined;
}

function stateOf(
  rendered: RenderedFile,
  bytes: Buffer | undefined,
  before: DiskFile,
  lastWritten: ManagedFile | undefined,
  owner: { readonly uid: number | undefined; readonly gid: number | undefined },
): FileState {
  const { bytes: old, status } = before;
  if (bytes === undefined && status === undefined) return "same";
  if (status === undefined) return "new";
  if (bytes !== undefined && old !== undefined && bytes.equals(old) && status.kind === "file") {
    const isRight =
      status.mode === rendered.metadata.mode &&
      (owner.uid === undefined || owner.uid === status.uid) &&
      (owner.gid === undefined || owner.gid === status.gid);
    return isRight ? "same" : "attributes";
  }
  if (lastWritten === undefined && (old !== undefined || status.kind !== "file")) return "foreign";
  if (old !== undefined && lastWritten !== undefined && !mayHold(lastWritten, old)) return "edited";
  return bytes === undefined ? "removed" : "changed";
}
