import { ExitCode } from "../../../exit-codes.ts";
import type { Style } from "../../../format/style.ts";
import { columns } from "../../../format/table.ts";
import { realSystem } from "../../../system/real-system.ts";
import type { Handler } from "../../command.ts";
import { isThere } from "./controller.ts";
import { waiting } from "./spool.ts";
import { type Learned, learnedCounts, noStatistics } from "./statistics.ts";

/** Messages of each kind before Rspamd judges by them: min_learns of classifier-bayes.conf. */
export const needed = 200;

/** What the filter has learned, and whether it judges by it. */
export interface Progress {
  readonly learned: Learned;
  /** Messages that users moved and that are still to be learned. */
  readonly waiting: number;
}

export const status: Handler = async ({ paths }) => {
  const { files, processes } = realSystem(paths.root, "none");
  const learned = await learnedCounts(processes);
  if (learned === undefined) throw noStatistics();
  const answers = await isThere();
  const progress = { learned, waiting: waiting(files).length };
  return {
    exit: answers ? ExitCode.done : ExitCode.failed,
    data: {
      active: isActive(learned),
      spam: { learned: learned.spam, needed },
      ham: { learned: learned.ham, needed },
      waiting: progress.waiting,
    },
    notices: answers ? [] : ["Rspamd does not answer: nothing is learned now (systemctl status rspamd)"],
    view: (style) => view(progress, style),
  };
};

const isActive = ({ spam, ham }: Learned): boolean => spam >= needed && ham >= needed;

/** For people. */
export function view({ learned, waiting: queue }: Progress, style: Style): string {
  const verdict = isActive(learned)
    ? style.good("Mail is judged by what the filter has learned.")
    : style.changed(`Mail is not yet judged by what the filter has learned: it takes ${needed} of each.`);
  const row = (name: string, count: number): string[] => [
    style.strong(name),
    ...(style.isTerminal ? [bar(count)] : []),
    `${count} of ${needed}`,
  ];
  const rest =
    queue === 0 ? "" : `${queue} that users moved ${queue === 1 ? "waits" : "wait"} to be learned.\n`;
  return `${verdict}\n${columns([row("spam", learned.spam), row("ham", learned.ham)])}${rest}`;
}

const cells = 20;

function bar(count: number): string {
  const full = Math.min(cells, Math.floor((count * cells) / needed));
  return "█".repeat(full) + "░".repeat(cells - full);
}
