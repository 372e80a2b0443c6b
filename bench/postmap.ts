import { existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Case } from "./measure.ts";

/**
 * A call of postmap(1) that makes a cdb table of `text`, or `undefined` where there is none: of this machine, or of the
 * root that the scenarios have built, with that root's libraries.
 */
export function postmapCase(folder: string, root: string, text: string): Case | undefined {
  const name = "postmap of the virtual map";
  const known = ["/usr/sbin/postmap", "/usr/bin/postmap"].find((path) => existsSync(path));
  if (known !== undefined && existsSync("/usr/lib/postfix/postfix-cdb.so"))
    return { name, root: "/", argv: [known, `cdb:${text}`] };
  const libraries = join(root, "usr/lib/postfix");
  const program = join(root, "usr/sbin/postmap");
  if (!existsSync(program) || !existsSync(join(libraries, "postfix-cdb.so"))) return undefined;
  const configuration = join(folder, "postfix");
  mkdirSync(configuration, { recursive: true });
  const types = `cdb\t${libraries}/postfix-cdb.so\tdict_cdb_open\tmkmap_cdb_open\n`;
  writeFileSync(join(configuration, "dynamicmaps.cf"), types);
  const main = join(configuration, "main.cf");
  // Users that any machine has: postmap looks for them, and asks nothing of them.
  writeFileSync(
    main,
    `meta_directory = ${configuration}\nshlib_directory = ${libraries}\nmail_owner = daemon\nsetgid_group = mail\n`,
  );
  // Of a main.cf that is younger, postmap waits until it is whole.
  const settled = Date.now() / 1000 - 60;
  utimesSync(main, settled, settled);
  const path = [libraries, join(root, "usr/lib/x86_64-linux-gnu")].join(":");
  return {
    name,
    root: "/",
    argv: ["env", `LD_LIBRARY_PATH=${path}`, program, "-c", configuration, `cdb:${text}`],
  };
}
