import { serviceManagerOption } from "../apply-options.ts";
import type { Command } from "../command.ts";
import { checkNames } from "./check-names.ts";

export const doctorCommand: Command = {
  name: "doctor",
  synopsis: "",
  summary: "look whether all is well, and tell what to do where it is not",
  description: [
    "Says nothing but one line where all is well. Else it tells each finding with a line of advice. All checks run side by side, each with a limit of time.",
    "The exit status is that of a plug-in of Nagios and its kin: 0 where all is well, 1 where there are warnings alone, 2 where something is critical: mail is lost, refused or not read; 3 where the command line was refused.",
  ],
  options: [
    {
      name: "only",
      value: "CHECK",
      words: checkNames,
      summary: "look at this alone; several between commas",
    },
    { name: "skip", value: "CHECK", words: checkNames, summary: "leave this out, such as dns" },
    serviceManagerOption,
  ],
  arguments: [],
  count: [0, 0],
  examples: [
    ["mailwright doctor", "all of it"],
    ["mailwright doctor --skip dns --json", "for a program, on a machine without a network"],
  ],
  takesOptionsAnywhere: true,
  load: async () => (await import("../deferred.ts")).deferred.doctor,
};
