import * as nodeFs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { FileSystemModule } from "../../../src/system/real-files.ts";

/** A new folder for one test. */
export function folder(): string {
  const path = nodeFs.mkdtempSync(join(tmpdir(), "mailwright-files-"));
  onTestFinished(() => nodeFs.rmSync(path, { recursive: true, force: true }));
  return path;
}

/** `node:fs` that tells of each call after it, and may break one before it. */
export function watched(
  after: (name: string, args: readonly unknown[]) => void,
  breaks: (name: string, args: readonly unknown[]) => NodeJS.ErrnoException | undefined = () => undefined,
): FileSystemModule {
  return new Proxy(nodeFs, {
    get: (target, name: string) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        const error = breaks(name, args);
        // A file that could not be closed is closed nevertheless, as close(2) tells.
        if (error !== undefined && name === "closeSync") Reflect.apply(member, target, args);
        if (error !== undefined) throw error;
        const result: unknown = Reflect.apply(member, target, args);
        after(name, args);
        return result;
      };
    },
  });
}

export const broken = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code });

/**
 * Everything that is below a folder, a line each: what it is, its attributes and its content. A copy is the same file
 * as long as `identity` does not matter.
 */
export function picture(base: string, identity = true): string[] {
  const names = nodeFs.readdirSync(base, { recursive: true, encoding: "utf8" }).sort();
  return names.map((name) => {
    const path = join(base, name);
    const status = nodeFs.lstatSync(path);
    if (status.isDirectory()) return `${name} folder`;
    const { mode, uid, gid, ino, mtimeMs } = status;
    const owned = [name, mode.toString(8), uid, gid, ...(identity ? [ino, mtimeMs] : [])];
    if (status.isSymbolicLink()) return [...owned, "->", nodeFs.readlinkSync(path)].join(" ");
    return [...owned, Math.floor(mtimeMs), nodeFs.readFileSync(path, "utf8")].join(" ");
  });
}
