/**
 * A throw-away Debian 12 with real systemd, for scenarios that need the real daemons.
 *
 * - `build-root.sh CACHE` makes the root once. A container is `systemd-nspawn --volatile=overlay` on it: the root is
 *   read-only, what the container writes lies in memory and is gone with it. Any number may run at a time.
 * - Two network namespaces, a veth between them: the container is 192.0.2.1 (mail.example.org), a host that it
 *   has no reason to trust is 192.0.2.2 (outside.example.net). No traffic leaves them.
 * - `run` enters the container's namespaces with nsenter; `outside.run` the same, but the network of the other host:
 *   programs and files are the container's, so a script written with `write` can run on either side.
 * - DNS: a small resolver in the container answers from /etc/e2e-zone (`NAME TYPE VALUE` lines), else NXDOMAIN at once.
 * - What exists outside the container (one process, two namespaces) is written down in /run/mailwright-e2e before it
 *   is made. `stop`, the end of the process, SIGINT and SIGTERM remove it; what a killed process left, the next start.
 *
 *     const container = await startContainer({ root: '/var/cache/mailwright-e2e/root', deb: 'dist/mailwright_0.1.0_amd64.deb' })
 *     await container.run(['systemctl', 'is-active', 'postfix'])
 *     await container.stop()
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { processName, record, removeLeftovers, removeTraces, type Traces } from "./leftovers.ts";
import { makeNetwork } from "./network.ts";
import { leaderOf, must, type Result, type RunOptions, runProcess } from "./processes.ts";

const BOOT_SECONDS = 90;

type Host = { run(argv: readonly string[], options?: RunOptions): Promise<Result> };

export type Container = Host & {
  /** Runs a program as `run` does; a non-zero exit is an error. Returns its standard output. */
  must(argv: readonly string[], options?: RunOptions): Promise<string>;
  /** Writes a file, making its folder; owner root, mode 0644 unless given. */
  write(path: string, content: string | Uint8Array, mode?: number): Promise<void>;
  read(path: string): Promise<string>;
  copyIn(hostPath: string, path: string): Promise<void>;
  /** A host beyond the wire, neither trusted nor local: 192.0.2.2. */
  outside: Host;
  stop(): Promise<void>;
};

/**
 * Boots a container and, when `deb` is given, installs that package into it.
 * Throws when it is not up within 90 s; nothing is left behind then.
 */
export async function startContainer(options: { root: string; deb?: string }): Promise<Container> {
  removeLeftovers();
  const id = `mwe2e-${randomBytes(3).toString("hex")}`;
  const traces: Traces = { id, owner: processName(process.pid), namespaces: [`${id}-in`, `${id}-out`] };
  record(traces);
  const forget = removeAtExit(traces);
  try {
    await makeNetwork(`${id}-in`, `${id}-out`);
    const leader = await boot(options.root, traces);
    traces.leader = processName(leader);
    record(traces);
    const container = connect(leader, traces, forget);
    await systemUp(container);
    if (options.deb !== undefined) await install(container, options.deb);
    return container;
  } catch (error) {
    removeTraces(traces);
    forget();
    throw error;
  }
}

async function boot(root: string, traces: Traces): Promise<number> {
  const args = ["-q", "-D", root, "--volatile=overlay", "--register=no", "--keep-unit", "--resolv-conf=off"];
  args.push(
    "--timezone=off",
    "--link-journal=no",
    "--console=pipe",
    `--machine=${traces.id}`,
    "--hostname=mail.example.org",
  );
  args.push(`--network-namespace-path=/run/netns/${traces.id}-in`, "-b");
  // no lock: the root is only read
  const env = { PATH: process.env.PATH ?? "/usr/sbin:/usr/bin", SYSTEMD_NSPAWN_LOCK: "0" };
  const child = spawn("systemd-nspawn", args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let console_ = "";
  const keep = (chunk: Buffer) => {
    console_ = (console_ + chunk.toString()).slice(-4000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  child.on("error", keep);
  if (child.pid === undefined)
    throw new Error("systemd-nspawn could not be started: install systemd-container");
  traces.nspawn = processName(child.pid);
  record(traces);
  for (let waited = 0; waited < 100; waited++) {
    const leader = leaderOf(child.pid);
    if (leader !== undefined && readFileSync(`/proc/${leader}/comm`, "utf8").trim() === "systemd")
      return leader;
    if (child.exitCode !== null) break;
    await sleep(100);
  }
  throw new Error(`the container did not start\n${console_}`);
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

function connect(leader: number, traces: Traces, forget: () => void): Container {
  const enter = [
    "nsenter",
    `--target=${leader}`,
    "--mount",
    "--uts",
    "--ipc",
    "--pid",
    "--cgroup",
    "--root",
    "--wd",
  ];
  const inside = [...enter, "--net", "--"];
  const beyond = [...enter, `--net=/run/netns/${traces.id}-out`, "--"];
  const container: Container = {
    run: (argv, options) => runProcess([...inside, ...argv], options),
    must: (argv, options) => must([...inside, ...argv], options),
    write: async (path, content, mode = 0o644) => {
      const program =
        'umask 077; mkdir -p -m 755 "$(dirname "$1")"; cat >"$1.e2e"; chmod "$2" "$1.e2e"; mv "$1.e2e" "$1"';
      await must([...inside, "sh", "-ec", program, "sh", path, mode.toString(8)], { input: content });
    },
    read: (path) => must([...inside, "cat", "--", path]),
    copyIn: (hostPath, path) => container.write(path, readFileSync(hostPath)),
    outside: { run: (argv, options) => runProcess([...beyond, ...argv], options) },
    stop: async () => {
      removeTraces(traces);
      forget();
    },
  };
  return container;
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
