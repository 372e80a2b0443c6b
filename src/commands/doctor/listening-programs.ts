import type { System } from "../../system/system.ts";

/** A program that listens on a TCP port. */
export interface ListeningProgram {
  /** An IP address, or `undefined` for all. */
  readonly host: string | undefined;
  readonly port: number;
  readonly program: string;
  /** As in `dovecot.service`; empty where it is of none, or not to be seen. */
  readonly unit: string;
}

/**
 * All that the kernel tells of (ss(8)), each process with its unit, which its control group is named by (cgroups(7)); `undefined`
 * where nobody tells.
 */
export async function listeningPrograms({
  processes,
  files,
}: Pick<System, "processes" | "files">): Promise<ListeningProgram[] | undefined> {
  const { exit, stdout } = await processes.inspect(["ss", "-Hltnp"], { timeout: 5000 });
  if (exit !== 0) return undefined;
  return parseListening(stdout).flatMap(({ host, port, users }) =>
    users.map(({ program, process }) => ({
      ...{ host, port, program },
      unit: unitOf(files.readText(`/proc/${process}/cgroup`) ?? ""),
    })),
  );
}

/** Lines such as `LISTEN 0 100 0.0.0.0:25 0.0.0.0:* users:(("smtpd",pid=12,fd=6),("master",pid=10,fd=13))`. */
export function parseListening(
  text: string,
): { host: string | undefined; port: number; users: { program: string; process: number }[] }[] {
  return text.split("\n").flatMap((line) => {
    const [, address = "", port] = /^LISTEN\s+\d+\s+\d+\s+(\S+):(\d+)\s/.exec(line) ?? [];
    if (port === undefined) return [];
    const plain = address.replace(/^\[(.*)\]$/, "$1").replace(/%.*/, "");
    const host = ["*", "0.0.0.0", "::"].includes(plain) ? undefined : plain;
    const users = [...line.matchAll(/\("([^"]*)",pid=(\d+),/g)].map(([, program = "", process]) => ({
      program,
      process: Number(process),
    }));
    return [{ host, port: Number(port), users }];
  });
}

/** The innermost service of a control group: `0::/system.slice/system-postfix.slice/postfix@-.service`. */
export function unitOf(groups: string): string {
  return /([^/\n]+\.(?:service|scope))(?:\/[^/\n]*)*$/m.exec(groups)?.[1] ?? "";
}
