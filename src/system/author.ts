import { readlinkSync } from "node:fs";
import type { Files } from "./system.ts";

/** How `via` begins for what an event itself, and not a script of it, stores. */
export const eventVia = "event";

/** How `via` begins for what the `changes` of an event store: settings as people set them, which can wait and go back. */
export const changesVia = "changes of";

/** The variable by which a script that is shipped with an event says that it stores what the event itself makes. */
export const ownScript = "MAILWRIGHT_OWN_SCRIPT";

/**
 * Who acts, and by what way in: `tty1`, `ssh 203.0.113.4`, `cron`, `event EVENT` for what an event itself stores, `script of EVENT`
 * for what a script of the site does, or `script` where none of them is found. What `changes` of an event store has `changes of EVENT`.
 * sudo(8) tells the person behind root.
 */
export function findAuthor(
  environment: Readonly<Record<string, string | undefined>>,
  files: Files,
): { actor: string; via: string } {
  const actor = environment["SUDO_USER"] ?? environment["LOGNAME"] ?? userName(files);
  const event = environment["MAILWRIGHT_EVENT"];
  if (event !== undefined) {
    const isOwn = environment[ownScript] !== undefined;
    return { actor, via: isOwn ? `${eventVia} ${event}` : `script of ${event}` };
  }
  const client = environment["SSH_CONNECTION"]?.split(" ")[0];
  if (client !== undefined) return { actor, via: `ssh ${client}` };
  const ancestor = findAncestor(files, ["cron", "sshd", "sshd-session"]);
  if (ancestor !== undefined) return { actor, via: ancestor === "cron" ? "cron" : "ssh" };
  return { actor, via: terminal() ?? "script" };
}

function userName(files: Files): string {
  const uid = String(process.getuid?.() ?? 0);
  const line = files
    .readText("/etc/passwd")
    ?.split("\n")
    .find((entry) => entry.split(":")[2] === uid);
  return line?.split(":")[0] ?? `uid ${uid}`;
}

function terminal(): string | undefined {
  try {
    const target = readlinkSync("/proc/self/fd/0");
    return target.startsWith("/dev/tty") || target.startsWith("/dev/pts")
      ? target.slice("/dev/".length)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The first of these programs among this process's parents, as proc(5) tells. */
function findAncestor(files: Files, programs: readonly string[]): string | undefined {
  for (let pid = process.ppid; pid > 1; ) {
    const [, name = "", rest = ""] = /\((.*)\)(.*)/s.exec(files.readText(`/proc/${pid}/stat`) ?? "") ?? [];
    if (programs.includes(name)) return name;
    pid = Number(rest.trim().split(" ")[1] ?? 0);
  }
  return undefined;
}
