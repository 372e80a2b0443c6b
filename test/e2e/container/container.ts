/**
 * A throw-away Debian 12 with real systemd, for scenarios that need the real daemons.
 *
 * - `build-root.sh CACHE` makes the root once. A container is `systemd-nspawn --volatile=overlay` on it: the root is
 *   read-only, what the container writes lies in memory and is gone with it. Any number may run at a time. A
 *   `persistent` one has a copy of the root beside it, which is there until `stop`, so that it can be rebooted.
 * - Two network namespaces, a veth between them: the container is 192.0.2.1 (mail.example.org), a host that it
 *   has no reason to trust is 192.0.2.2 (outside.example.net). No traffic leaves them.
 * - `run` enters the container's namespaces with nsenter; `outside.run` the same, but the network of the other host:
 *   programs and files are the container's, so a script written with `write` can run on either side.
 * - DNS: a small resolver in the container answers from /etc/e2e-zone (`NAME TYPE VALUE` lines), else NXDOMAIN at once.
 * - What exists outside the container (one process, two namespaces, its control groups, the copy of the root) is
 *   written down in /run/mailwright-e2e before it is made. `stop`, the end of the process, SIGINT and SIGTERM remove it; what a killed process left, the next start.
 *
 *     const container = await startContainer({ root: '/var/cache/mailwright-e2e/root', deb: 'dist/mailwright_0.1.0_amd64.deb' })
 *     await container.run(['systemctl', 'is-active', 'postfix'])
 *     await container.stop()
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cgroupFolders } from "./cgroups.ts";
import {
  isAlive,
  powerCut,
  processName,
  record,
  removeLeftovers,
  removeTraces,
  type Traces,
} from "./leftovers.ts";
import { makeNetwork } from "./network.ts";
import { boot } from "./nspawn.ts";
import { must, type Result, type RunOptions, runProcess } from "./processes.ts";

const BOOT_SECONDS = 90;

type Host = {
  run(argv: readonly string[], options?: RunOptions): Promise<Result>;
  /** The argument list by which this machine runs the program there. */
  argv(argv: readonly string[]): readonly string[];
};

export type Container = Host & {
  /** Runs a program as `run` does; a non-zero exit is an error. Returns its standard output. */
  must(argv: readonly string[], options?: RunOptions): Promise<string>;
  /** Writes a file, making its folder; owner root, mode 0644 unless given. */
  write(path: string, content: string | Uint8Array, mode?: number): Promise<void>;
  read(path: string): Promise<string>;
  copyIn(hostPath: string, path: string): Promise<void>;
  /** A host beyond the wire, neither trusted nor local: 192.0.2.2. */
  outside: Host;
  /**
   * Switches a persistent container off, in order or as a power failure does, and on again; `whileOff` runs between.
   * What the scenario left running inside is gone then.
   */
  reboot(options?: { powerCut?: boolean; whileOff?: () => Promise<void> }): Promise<void>;
  stop(): Promise<void>;
};

export type ContainerOptions = {
  root: string;
  deb?: string;
  /** With a copy of the root that outlives a reboot. */
  persistent?: boolean;
};

/**
 * Boots a container and, when `deb` is given, installs that package into it.
 * Throws when it is not up within 90 s; nothing is left behind then.
 */
export async function startContainer(options: ContainerOptions): Promise<Container> {
  removeLeftovers();
  const id = `mwe2e-${randomBytes(3).toString("hex")}`;
  const traces: Traces = {
    id,
    owner: processName(process.pid),
    namespaces: [`${id}-in`, `${id}-out`],
    cgroups: cgroupFolders(id),
  };
  if (options.persistent === true) traces.copy = join(dirname(options.root), id);
  record(traces);
  const forget = removeAtExit(traces);
  try {
    if (traces.copy !== undefined) await must(["cp", "-a", "--reflink=auto", options.root, traces.copy]);
    await makeNetwork(`${id}-in`, `${id}-out`);
    await boot(traces.copy ?? options.root, traces);
    const container = connect(traces, forget);
    await systemUp(container);
    if (options.deb !== undefined) await install(container, options.deb);
    return container;
  } catch (error) {
    removeTraces(traces);
    forget();
    throw error;
  }
}

async function systemUp(container: Container): Promise<void> {
  const limit = Date.now() + BOOT_SECONDS * 1000;
  let state = "";
  while (Date.now() < limit) {
    state = (await container.run(["systemctl", "is-system-running"])).stdout.trim();
    if (state === "running" || state === "degraded") return;
    await sleep(200);
  }
  const jobs = await container.run(["systemctl", "list-jobs", "--no-pager"]);
  throw new Error(`the container is "${state}" after ${BOOT_SECONDS} s\n${jobs.stdout}`);
}

async function install(container: Container, deb: string): Promise<void> {
  await container.copyIn(deb, "/tmp/package.deb");
  await container.must(["dpkg", "--install", "/tmp/package.deb"], {
    env: { DEBIAN_FRONTEND: "noninteractive" },
  });
}

function connect(traces: Traces, forget: () => void): Container {
  const inside = (argv: readonly string[]) => [...enter(traces), "--net", "--", ...argv];
  const beyond = (argv: readonly string[]) => [
    ...enter(traces),
    `--net=/run/netns/${traces.id}-out`,
    "--",
    ...argv,
  ];
  const container: Container = {
    run: (argv, options) => runProcess(inside(argv), options),
    argv: inside,
    must: (argv, options) => must(inside(argv), options),
    write: async (path, content, mode = 0o644) => {
      const program =
        'umask 077; mkdir -p -m 755 "$(dirname "$1")"; cat >"$1.e2e"; chmod "$2" "$1.e2e"; mv "$1.e2e" "$1"';
      await must(inside(["sh", "-ec", program, "sh", path, mode.toString(8)]), { input: content });
    },
    read: (path) => must(inside(["cat", "--", path])),
    copyIn: (hostPath, path) => container.write(path, readFileSync(hostPath)),
    outside: { run: (argv, options) => runProcess(beyond(argv), options), argv: beyond },
    reboot: async (options = {}) => {
      if (traces.copy === undefined) throw new Error("reboot: the container is not persistent");
      if (options.powerCut !== true) await shutDown(container, traces);
      powerCut(traces);
      await options.whileOff?.();
      await boot(traces.copy, traces);
      await systemUp(container);
    },
    stop: async () => {
      removeTraces(traces);
      forget();
    },
  };
  return container;
}

/** Begins an argument list that runs the program behind it in the container; the network is still to be named. */
function enter({ leader }: Traces): string[] {
  if (leader === undefined) throw new Error("the container is off");
  const namespaces = ["--mount", "--uts", "--ipc", "--pid", "--cgroup", "--root", "--wd"];
  return ["nsenter", `--target=${leader.pid}`, ...namespaces];
}

async function shutDown(container: Container, { leader }: Traces): Promise<void> {
  await container.must(["systemctl", "--no-block", "poweroff"]);
  const limit = Date.now() + BOOT_SECONDS * 1000;
  while (leader !== undefined && isAlive(leader)) {
    if (Date.now() > limit) throw new Error(`the container is not off after ${BOOT_SECONDS} s`);
    await sleep(100);
  }
}

/** Removes the traces when the process ends by itself or by a signal; returns the function that calls this off. */
function removeAtExit(traces: Traces): () => void {
  const remove = () => removeTraces(traces);
  const signals = (["SIGINT", "SIGTERM", "SIGHUP"] as const).map((signal) => {
    const handler = () => {
      remove();
      process.off(signal, handler);
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    };
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  process.on("exit", remove);
  return () => {
    process.off("exit", remove);
    for (const off of signals) off();
  };
}
