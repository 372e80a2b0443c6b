import type { Ledger, ReplacedFragment } from "../db/ledger.ts";
import type { Files } from "../system/system.ts";
import type { Override } from "../template/library.ts";

/** A site's fragment whose shipped original has changed since the site's was saved. */
export interface StaleOverride extends Override {
  /** The shipped text that it took the place of; `undefined` where that was never seen. */
  readonly base: string | undefined;
}

/** Those of these overrides whose shipped original is another now. Saving the site's file settles it. */
export function staleOverrides(files: Files, overrides: Iterable<Override>, ledger: Ledger): StaleOverride[] {
  const known = ledger.replacedFragments();
  return [...overrides].flatMap((override): StaleOverride[] => {
    const { path, replaces } = override;
    const before = known.get(path);
    if (before?.modified === modified(files, path)) {
      const base = before.shipped;
      return base === files.readText(replaces) ? [] : [{ ...override, base }];
    }
    const isOlder = before === undefined && modified(files, path) < modified(files, replaces);
    return isOlder ? [{ ...override, base: undefined }] : [];
  });
}

export function overrideNotes(
  files: Files,
  overrides: ReadonlyMap<string, Override>,
  ledger: Ledger,
): string[] {
  if (overrides.size === 0) return [];
  return staleOverrides(files, overrides.values(), ledger).map(
    ({ path, replaces }) =>
      `${path} takes the place of a fragment that has changed since: compare it with ${replaces} ` +
      "(mailwright status shows how), and save it again",
  );
}

/** Notes what each override takes the place of, once for each time that it is saved, and forgets those that are gone. */
export function recordOverrides(
  files: Files,
  overrides: ReadonlyMap<string, Override>,
  ledger: Ledger,
): void {
  const known = ledger.replacedFragments();
  const stale = new Set(staleOverrides(files, overrides.values(), ledger).map(({ path }) => path));
  const fresh = [...overrides.values()].flatMap(({ path, replaces }): ReplacedFragment[] => {
    const at = modified(files, path);
    if (stale.has(path) || known.get(path)?.modified === at) return [];
    return [{ path, modified: at, shipped: files.readText(replaces) ?? "" }];
  });
  const gone = [...known.keys()].filter((path) => files.status(path) === undefined);
  if (fresh.length + gone.length > 0) ledger.recordReplaced(fresh, gone);
}

function modified(files: Files, path: string): number {
  return files.status(path)?.modified ?? 0;
}
