import { disarmTimer } from "../apply/confirm-timer.ts";
import type { Ledger } from "../db/ledger.ts";
import { type Author, openLedger, readLedger } from "../db/store.ts";
import { ExitCode } from "../exit-codes.ts";
import { watchInterrupts } from "../system/interrupts.ts";
import { realSystem } from "../system/real-system.ts";
import type { System } from "../system/system.ts";
import type { Handler, OptionValues, Result } from "./command.ts";
import type { CommandContext } from "./context.ts";
import { serviceManager } from "./event-run.ts";
import { goBack, nothingToConfirm } from "./go-back.ts";
import { locked } from "./locked.ts";

/** Milliseconds between two looks whether a deadline still matters. */
const interval = 2000;

/** Keeps what an apply with `--confirm` has done, or goes back: now, or at the deadline. */
export const confirm: Handler = async (context, _args, options) => {
  const system = realSystem(context.paths.root, serviceManager(options));
  if (options["deadline"] !== undefined) return atDeadline(context, system, Number(options["deadline"]));
  return withLedger(context, options, async (ledger, author) => {
    if (options["restore"] === true) {
      const text = await goBack(context, system, ledger, { ...author, via: "confirm" });
      context.report({ kind: "notice", event: "confirm", text });
      return { exit: ExitCode.done };
    }
    return keep(context, system, ledger);
  });
};

async function keep({ paths }: CommandContext, system: System, ledger: Ledger): Promise<Result> {
  const waiting = ledger.confirmation();
  if (waiting === undefined) throw nothingToConfirm();
  const { revision } = waiting;
  ledger.together(() => {
    ledger.recordConfirmation(undefined);
    ledger.forgetKept("unconfirmed");
    for (const apply of ledger.applies(revision - 1))
      if (apply.outcome === "unconfirmed") ledger.endApply(apply.revision, "confirmed", "", []);
  });
  await disarmTimer(system, paths);
  return {
    exit: ExitCode.done,
    data: { confirmed: revision },
    view: () => `Confirmed: revision ${revision} stays.\n`,
  };
}

/** Waits until the deadline, and goes back if the apply that it was set for still waits then. */
async function atDeadline(context: CommandContext, system: System, deadline: number): Promise<Result> {
  if (!(await stillWaits(context, system, deadline))) return { exit: ExitCode.done };
  return withLedger(context, { wait: "1h" }, async (ledger, author) => {
    if (ledger.confirmation()?.deadline !== deadline) return { exit: ExitCode.done };
    await tellAll(
      context,
      system,
      "mailwright: nobody confirmed what was applied: everything goes back to how it was before.",
    );
    try {
      const text = await goBack(context, system, ledger, { ...author, via: "confirm" });
      await tellAll(context, system, `mailwright: ${text}`);
      context.report({ kind: "notice", event: "confirm", text });
    } catch (error) {
      await tellAll(
        context,
        system,
        "mailwright: not everything could be brought back. See: mailwright status",
      );
      throw error;
    }
    return { exit: ExitCode.done };
  });
}

/** Lets the time pass until the deadline; false as soon as nothing waits for it any more. */
async function stillWaits(context: CommandContext, system: System, deadline: number): Promise<boolean> {
  const { clock } = system;
  // The apply that set the timer holds the lock until it is known whether there is something to confirm.
  if (deadline > clock.now())
    await locked(context, { wait: "1h" }, "mailwright confirm", async () => undefined);
  for (let rest = deadline - clock.now(); rest > 0; rest = deadline - clock.now()) {
    if (waitingDeadline(context) !== deadline) return false;
    await clock.sleep(Math.min(rest, interval));
  }
  return true;
}

function waitingDeadline({ paths }: CommandContext): number | undefined {
  const ledger = readLedger(paths.database);
  try {
    return ledger.confirmation()?.deadline;
  } finally {
    ledger.close();
  }
}

/** On every terminal of the machine, as wall(1) does; where that is not installed the log alone has it. */
async function tellAll({ paths }: CommandContext, system: System, text: string): Promise<void> {
  // Another root is another machine.
  const wall = paths.root === "/" ? system.processes.find("wall") : undefined;
  if (wall !== undefined) await system.processes.run([wall, text], { timeout: 5000 });
}

function withLedger(
  context: CommandContext,
  options: OptionValues,
  work: (ledger: Ledger, author: Author) => Promise<Result>,
): Promise<Result> {
  return locked(context, options, "mailwright confirm", async (author) => {
    const ledger = openLedger(context.paths.database);
    // Going back is not to be held up: a lost line is what it may be for.
    const interrupts = watchInterrupts();
    try {
      return await work(ledger, author);
    } finally {
      ledger.close();
      interrupts.stop();
    }
  });
}
