import { setTimeout as sleep } from "node:timers/promises";
import { realNetwork } from "./network.ts";
import { RealFiles } from "./real-files.ts";
import { RealProcesses } from "./real-processes.ts";
import { findServiceManager } from "./service-managers.ts";
import type { Clock, System } from "./system.ts";

const realClock: Clock = {
  now: () => Date.now(),
  ticks: () => performance.now(),
  sleep: (time) => sleep(time),
};

/** This machine, with the service manager that `choice` names or that is there. */
export function realSystem(root: string, choice: string | undefined): System {
  const files = new RealFiles();
  const processes = new RealProcesses();
  return {
    files,
    processes,
    services: findServiceManager(processes, root, choice, files, realClock),
    network: realNetwork,
    clock: realClock,
  };
}
