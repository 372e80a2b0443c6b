import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import packageJson from "../package.json" with { type: "json" };
import { architecture, controlText } from "./deb-control.ts";
import { filesBelow, stageTree } from "./deb-tree.ts";

/** Packs what `npm run build` laid out into dist/mailwright_VERSION_ARCH.deb, and prints its path. */
const project = fileURLToPath(new URL("..", import.meta.url));
const dist = join(project, "dist");
if (!existsSync(join(dist, "bin/mailwright"))) throw new Error("nothing is built yet: npm run build");

const stage = mkdtempSync(join(tmpdir(), "mailwright-deb-"));
try {
  stageTree(project, stage);
  const files = filesBelow(stage);
  const control = join(stage, "DEBIAN");
  mkdirSync(control, { mode: 0o755 });
  const kibibytes = files.reduce((sum, path) => sum + Math.ceil(lstatSync(join(stage, path)).size / 1024), 0);
  writeFileSync(join(control, "control"), controlText(kibibytes));
  writeFileSync(join(control, "md5sums"), files.map((path) => `${md5(path)}  ${path}\n`).join(""));
  const scripts = ["prerm", "postrm"];
  for (const name of scripts) copyFileSync(join(project, "packaging/debian", name), join(control, name));
  for (const name of readdirSync(control))
    chmodSync(join(control, name), scripts.includes(name) ? 0o755 : 0o644);
  console.log(pack());
} finally {
  rmSync(stage, { recursive: true, force: true });
}

function md5(path: string): string {
  return createHash("md5")
    .update(readFileSync(join(stage, path)))
    .digest("hex");
}

/**
 * Packages of other versions are removed, so that dist/ holds one. Zstandard is unpacked in a quarter of xz's time, and
 * dpkg of Debian 12 reads it.
 */
function pack(): string {
  const name = `${packageJson.name}_${packageJson.version}_${architecture}.deb`;
  for (const old of readdirSync(dist).filter((entry) => entry.endsWith(".deb"))) rmSync(join(dist, old));
  const path = join(dist, name);
  execFileSync("dpkg-deb", ["--root-owner-group", "-Zzstd", "-z9", "--build", stage, path], {
    env: { ...process.env, SOURCE_DATE_EPOCH: process.env["SOURCE_DATE_EPOCH"] ?? releaseTime() },
    stdio: ["ignore", "ignore", "inherit"],
  });
  return path;
}

/** In seconds: dpkg-deb(1) writes no later time into the package, so that the same files make the same bytes. */
function releaseTime(): string {
  const changelog = readFileSync(join(project, "packaging/debian/changelog"), "utf8");
  const date = /^ -- .*> {2}(.+)$/m.exec(changelog)?.[1] ?? "";
  return String(Date.parse(date) / 1000);
}
