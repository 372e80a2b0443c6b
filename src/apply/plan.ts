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
 * say. `edited`: to be changed or removed, and not as mailwright last wrote it.
 */
export type FileState = "same" | "attributes" | "new" | "changed" | "removed" | "edited";

/** One file of a plan. */
export interface PlannedFile {
  readonly rendered: RenderedFile;
  readonly state: FileState;
  /** The bytes to write; `undefined` where the file is to be absent. */
  readonly bytes: Uint8Array | undefined;
  readonly before: DiskFile;
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
  return { rendered, bytes, before, uid, gid, state: stateOf(rendered, bytes, before, lastWritten, owner) };
}

/** The files that a commit must touch. */
export function changedFiles(files: readonly PlannedFile[]): PlannedFile[] {
  return files.filter(({ state }) => state !== "same");
}

/** SHA-256 in hex, as the ledger keeps it. */
export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
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
  if (lastWritten !== undefined && old !== undefined && hashOf(old) !== lastWritten.hash) return "edited";
  return bytes === undefined ? "removed" : "changed";
}
