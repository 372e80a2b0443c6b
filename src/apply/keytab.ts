import { type Keytab, noKeytab, principalsOf } from "../mail/keytab.ts";
import type { Settings } from "../mail/settings.ts";
import type { Paths } from "../paths.ts";
import type { FileStatus, Files } from "../system/system.ts";
import { Owners } from "./owners.ts";

/** The user as whom Dovecot's auth process opens the file (`default_internal_user`), and the group of that name. */
const reader = "dovecot";

/** Looks at the file that `dovecot KrbKeytabPath` names. */
export function readKeytab(files: Files, paths: Paths, settings: Settings): Keytab {
  const path = settings.prop("configuration", "dovecot", "KrbKeytabPath") ?? "";
  const target = paths.target(path);
  const status = files.status(target);
  if (status === undefined) return noKeytab;
  const bytes = status.kind === "file" ? files.read(target) : undefined;
  const principals = bytes === undefined ? undefined : principalsOf(bytes);
  if (principals === undefined) return { state: "other" };
  const owners = new Owners(files, paths, true);
  if (isOpen(status, owners)) return { state: "open" };
  return mayRead(status, owners) ? { state: "read", principals } : { state: "closed" };
}

/** Whether others than root and Dovecot read or change it: who writes keys lets in whom he likes. */
function isOpen({ mode, uid, gid }: FileStatus, owners: Owners): boolean {
  if ((mode & 0o006) !== 0) return true;
  const known = owners.find(reader, reader);
  if (known.missing.length > 0) return false;
  const isTrusted = (id: number, own: number | undefined): boolean => id === 0 || id === own;
  return !isTrusted(uid, known.uid) || ((mode & 0o060) !== 0 && !isTrusted(gid, known.gid));
}

/** The first that fits of owner, group and others is what counts (path_resolution(7)). */
function mayRead({ mode, uid, gid }: FileStatus, owners: Owners): boolean {
  const known = owners.find(reader, reader);
  if (known.missing.length > 0) return true;
  if (uid === known.uid) return (mode & 0o400) !== 0;
  return gid === known.gid && (mode & 0o040) !== 0;
}
