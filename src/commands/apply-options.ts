import type { Option } from "./command.ts";

/** Options of every command that applies settings. */
export const applyOptions: readonly Option[] = [
  { name: "dry-run", short: "n", summary: "show what would change; status 2 if anything would" },
  { name: "no-check", summary: "do not ask the daemons" },
  {
    name: "on-edit",
    value: "WHAT",
    summary: "files edited by hand: keep a copy (default), overwrite, or fail",
  },
  {
    name: "confirm",
    value: "TIME",
    summary: "go back after TIME unless mailwright confirm comes",
  },
  { name: "action-timeout", value: "TIME", summary: "how long one action script may run (default 10m)" },
  { name: "wait", value: "TIME", summary: "wait so long for another apply (default 60s)" },
  {
    name: "service-manager",
    value: "NAME",
    summary: "systemd, service or none; by default what is there",
  },
];
