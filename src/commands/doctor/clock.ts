import type { Check } from "./check.ts";
import { type Finding, warning } from "./finding.ts";

/** Written by systemd where it runs in a container, whose clock is its host's. */
const containerMark = "/run/systemd/container";

export const clock: Check = {
  name: "clock",
  about: "the clock is set by time servers, but for a container, which has its host's",
  isOfMachine: true,
  look: async ({ system: { files, processes } }) => {
    if (files.status(containerMark) !== undefined || processes.find("timedatectl") === undefined) return [];
    const argv = ["timedatectl", "show", "--property=NTPSynchronized", "--value"] as const;
    return judgeClock((await processes.inspect(argv, { timeout: 5000 })).stdout.trim());
  },
};

/** What timedatectl(1) says: `yes`, `no`, or nothing where it does not know. */
export function judgeClock(isSynchronized: string): Finding[] {
  if (isSynchronized !== "no") return [];
  return [
    warning(
      "the clock is not set by a time server",
      "clock",
      "apt install systemd-timesyncd && timedatectl set-ntp true",
    ),
  ];
}
