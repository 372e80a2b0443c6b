import type { ChildProcess } from "node:child_process";

const kills = new Map<ChildProcess, () => void>();

/** What `kill` ends does not outlive this process: it only looks, for a caller that waits no longer. */
export function killWithThisProcess(child: ChildProcess, kill: () => void): void {
  if (kills.size === 0) process.on("exit", killAll);
  kills.set(child, kill);
  const forget = (): void => {
    kills.delete(child);
    if (kills.size === 0) process.off("exit", killAll);
  };
  child.on("error", forget);
  child.on("exit", forget);
}

function killAll(): void {
  for (const kill of kills.values()) kill();
}
