/** The process that a container is: systemd-nspawn, whose end takes all of it along. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { enterCgroups, makeCgroups } from "./cgroups.ts";
import { processName, record, type Traces } from "./leftovers.ts";
import { leaderOf } from "./processes.ts";

/** Boots the container that the traces name, and notes in them what it is. Returns the pid of its first process. */
export async function boot(root: string, traces: Traces): Promise<number> {
  const args = ["-q", "-D", root, "--register=no", "--keep-unit", "--resolv-conf=off"];
  if (traces.copy === undefined) args.push("--volatile=overlay");
  args.push(
    "--timezone=off",
    "--link-journal=no",
    "--console=pipe",
    `--machine=${traces.id}`,
    "--hostname=mail.example.org",
  );
  args.push(`--network-namespace-path=/run/netns/${traces.id}-in`, "-b");
  makeCgroups(traces.cgroups);
  const [program = "", ...words] = [...enterCgroups(traces.cgroups), "systemd-nspawn", ...args];
  // no lock: a root is only read, or its container's own
  const env = { PATH: process.env.PATH ?? "/usr/sbin:/usr/bin", SYSTEMD_NSPAWN_LOCK: "0" };
  const child = spawn(program, words, { env, stdio: ["ignore", "pipe", "pipe"] });
  let console_ = "";
  const keep = (chunk: Buffer) => {
    console_ = (console_ + chunk.toString()).slice(-4000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  child.on("error", keep);
  if (child.pid === undefined) throw new Error("no process can be started");
  traces.leader = undefined;
  traces.nspawn = processName(child.pid);
  record(traces);
  for (let waited = 0; waited < 100; waited++) {
    const leader = leaderOf(child.pid);
    if (leader !== undefined && readFileSync(`/proc/${leader}/comm`, "utf8").trim() === "systemd") {
      traces.leader = processName(leader);
      record(traces);
      return leader;
    }
    if (child.exitCode !== null) break;
    await sleep(100);
  }
  throw new Error(`the container did not start; is systemd-container installed?\n${console_}`);
}
