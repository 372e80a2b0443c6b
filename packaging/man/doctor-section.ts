import { allChecks } from "../../src/commands/doctor/checks.ts";
import { sentence } from "./common.ts";
import type { Section } from "./page.ts";

/** What `mailwright doctor` looks at, and what it prints for programs. */
export const doctorSection: Section = {
  title: "DOCTOR",
  blocks: [
    "`mailwright doctor` looks at these, by the names that --only and --skip take:",
    { terms: allChecks.map(({ name, about }) => [`\`${name}\``, `${sentence(about)}.`]) },
    "Those that ask the running system are left out for another root. Names that no public DNS holds, such as those below local, lan or home.arpa, are not asked for.",
    "With --json it prints one object, whose shape is stable: members may be added, and none is removed or changes its meaning. `state` is good, warning or critical, as the exit status says; of a check that was left out it is skipped, with the reason in `skipped`. `where` names the unit, the file, the name in DNS or the place that a finding is about, `advice` is a command to type or a record to publish.",
    {
      code: [
        '{"state": "warning", "checks": [{"name": "database", "state": "good"},',
        '  {"name": "dns", "state": "skipped", "skipped": "no service manager runs here"}, …],',
        ' "findings": [{"check": "units", "severity": "warning",',
        '  "what": "dovecot does not start at boot", "where": "dovecot",',
        '  "advice": "systemctl enable dovecot"}, …]}',
      ],
    },
  ],
};
