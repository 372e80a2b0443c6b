import { dirname, join, resolve } from "node:path";

/** Where everything lies, below one root. Absolute paths; nothing here is opened. */
export interface Paths {
  /** The folder that stands for `/`. */
  readonly root: string;
  /** Shipped data: templates and events. */
  readonly share: string;
  readonly database: string;
  readonly lock: string;
  /** The folder of the database and of what is kept beside it: the lock, copies of files that were edited by hand. */
  readonly state: string;
  /** The administrator's additions: templates, events, catalogue.d. */
  readonly site: string;
  /** A path of the managed system, such as `/etc/postfix/main.cf`, below the root. */
  target(path: string): string;
}

/**
 * Finds the paths for one run. The executable is `PREFIX/bin/mailwright` and its data
 * `PREFIX/share/mailwright`; `MAILWRIGHT_SHARE` overrides that, as the tests and Node installations do.
 */
export function findPaths(root: string, environment: Readonly<Record<string, string | undefined>>): Paths {
  const base = resolve(root);
  const target = (path: string): string => (base === "/" ? path : join(base, path));
  const state = target("/var/lib/mailwright");
  return {
    root: base,
    share: environment["MAILWRIGHT_SHARE"] ?? join(dirname(process.execPath), "../share/mailwright"),
    database: join(state, "mailwright.db"),
    lock: join(state, "apply.lock"),
    state,
    site: target("/etc/mailwright"),
    target,
  };
}
