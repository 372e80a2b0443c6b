import { join } from "node:path";
import { byBytes } from "../system/byte-order.ts";
import type { Files } from "../system/system.ts";

/** One file of an overlay: the site's where it has one of that name, else the shipped one. */
interface OverlayFile {
  readonly name: string;
  readonly path: string;
  /** Set where the site's file takes the place of a shipped one. */
  readonly replaces?: string;
}

/** Left behind by editors and packagers; never part of anything. */
const leftover = /~$|^\.|^#.*#$|\.(swp|orig|rej|bak|rpmsave|rpmnew)$|\.(dpkg|ucf)-/;

/** The files of a folder, the site's laid over the shipped ones, in byte order of their names. */
export function overlay(files: Files, shipped: string, site: string): OverlayFile[] {
  const names = files.list(shipped).filter((name) => !leftover.test(name));
  const own = files.list(site).filter((name) => !leftover.test(name));
  const all = [...new Set([...names, ...own])].sort(byBytes);
  return all.map((name) => {
    if (!own.includes(name)) return { name, path: join(shipped, name) };
    return names.includes(name)
      ? { name, path: join(site, name), replaces: join(shipped, name) }
      : { name, path: join(site, name) };
  });
}
