import type { Checker } from "./checker.ts";
import { byStatus } from "./judges.ts";

const tree = "/etc/nginx";

export const nginx: Checker = {
  daemon: "nginx",
  title: "nginx -t",
  programs: ["nginx"],
  tree,
  main: "nginx.conf",
  // Even for a test nginx makes its logs and the file with its number where they are not.
  writes: ["/var/log/nginx/", "/run/nginx.pid"],
  trials: (stage) => [
    {
      argv: [stage.program("nginx"), "-t", "-q", "-c", stage.path(`${tree}/nginx.conf`)],
      judge: byStatus({ warning: /\[warn\]/, tidy: (lines) => lines.map(withoutTime) }),
    },
  ],
};

/** `2026/11/25 14:48:14 [emerg] 6933#6933: …` without the time and the number of a process that is gone. */
function withoutTime(line: string): string {
  return line.replace(/^[\d/]+ [\d:]+ (\[\w+\]) \d+#\d+: /, "nginx: $1 ");
}
