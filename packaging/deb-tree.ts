import {
  chmodSync,
  copyFileSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { links } from "./links.ts";

const doc = "usr/share/doc/mailwright";

/** Lays out below `stage` what the package installs; needs `npm run build` done. */
export function stageTree(project: string, stage: string): void {
  const at = (path: string): string => {
    const target = join(stage, path);
    mkdirSync(dirname(target), { recursive: true });
    return target;
  };
  const copy = (from: string, to: string): void => copyFileSync(join(project, from), at(to));
  const compress = (from: string, to: string): void =>
    writeFileSync(at(to), gzip(readFileSync(join(project, from))));

  copy("dist/bin/mailwright", "usr/bin/mailwright");
  for (const name of links) symlinkSync("mailwright", at(`usr/bin/${name}`));
  cpSync(join(project, "dist/share/mailwright"), at("usr/share/mailwright"), { recursive: true });
  for (const page of readdirSync(join(project, "man")))
    compress(`man/${page}`, `usr/share/man/man${page.slice(-1)}/${page}.gz`);

  const shells: readonly (readonly [file: string, folder: string, name: (command: string) => string])[] = [
    ["mailwright.bash", "usr/share/bash-completion/completions", (command) => command],
    ["mailwright.fish", "usr/share/fish/vendor_completions.d", (command) => `${command}.fish`],
  ];
  // both load a file by the name of the command
  for (const [file, folder, nameOf] of shells) {
    copy(`completions/${file}`, `${folder}/${nameOf("mailwright")}`);
    for (const command of links) symlinkSync(nameOf("mailwright"), at(`${folder}/${nameOf(command)}`));
  }
  copy("completions/_mailwright", "usr/share/zsh/vendor-completions/_mailwright");

  for (const folder of ["templates", "events", "catalogue.d"])
    mkdirSync(join(stage, "etc/mailwright", folder), { recursive: true });
  copy("LICENSE", `${doc}/copyright`);
  compress("packaging/debian/changelog", `${doc}/changelog.gz`);
  if (readdirSync(project).includes("README.md")) copy("README.md", `${doc}/README.md`);
  copy("packaging/debian/lintian-overrides", "usr/share/lintian/overrides/mailwright");
  setModes(stage);
}

/** Smallest, and without a time stamp or a name. */
const gzip = (bytes: Uint8Array): Uint8Array => gzipSync(bytes, { level: 9 });

/** Regular files below a folder, as sorted paths relative to it. */
export function filesBelow(folder: string, below = ""): string[] {
  return readdirSync(join(folder, below))
    .sort()
    .flatMap((name) => {
      const path = join(below, name);
      const status = lstatSync(join(folder, path));
      if (status.isDirectory()) return filesBelow(folder, path);
      return status.isFile() ? [path] : [];
    });
}

/** Whatever the umask was: folders and what was executable 0755, all else 0644. */
function setModes(folder: string): void {
  chmodSync(folder, 0o755);
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const status = lstatSync(path);
    if (status.isDirectory()) setModes(path);
    else if (status.isFile()) chmodSync(path, (status.mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}
