import type { OnEdit } from "../apply/edits.ts";
import type { Option } from "./command.ts";

export const serviceManagerOption: Option = {
  name: "service-manager",
  value: "NAME",
  words: ["systemd", "service", "none"],
  summary: "use systemd, service or none, not what is there",
};

/** Options of every command that applies settings. */
export const applyOptions: readonly Option[] = [
  { name: "dry-run", short: "n", summary: "show what would change; status 2 if anything would" },
  { name: "no-check", summary: "do not ask the daemons" },
  {
    name: "on-edit",
    value: "WHAT",
    words: ["keep", "overwrite", "fail"] satisfies OnEdit[],
    summary: "files edited by hand: keep a copy (default), overwrite, or fail",
  },
  {
    name: "confirm",
    value: "TIME",
    summary: "go back after TIME unless mailwright confirm comes",
  },
  { name: "action-timeout", value: "TIME", summary: "how long one action script may run (default 10m)" },
  { name: "wait", value: "TIME", summary: "wait so long for another apply (default 60s)" },
  serviceManagerOption,
];
