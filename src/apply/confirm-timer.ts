import { MailwrightError } from "../errors.ts";
import type { Paths } from "../paths.ts";
import type { System } from "../system/system.ts";
import { escapeSystemdExec } from "../template/syntax/systemd.ts";

const unit = "mailwright-confirm";
const folder = "/etc/systemd/system";

/** Milliseconds that systemctl may take. */
const timeout = 60_000;

/**
 * Has `mailwright confirm --deadline` run when the time has come: by a timer of systemd, which goes off at the next
 * start too where the machine was off then, and elsewhere by a process of its own. `program` is mailwright's path.
 */
export async function armTimer(
  system: System,
  paths: Paths,
  deadline: number,
  program: string,
): Promise<void> {
  if (!isTimed(system, paths)) {
    system.processes.leave([program, "confirm", "--root", paths.root, "--deadline", String(deadline)]);
    return;
  }
  if (!system.files.isExecutable(program)) {
    throw new MailwrightError(`the timer that puts everything back cannot be set: ${program} is no program`, {
      code: "CONFIRM_TIMER",
      hint: "Nothing was touched. Call mailwright by its whole path, as it is installed.",
    });
  }
  const at = new Date(deadline).toISOString().slice(0, 19).replace("T", " ");
  write(system, "service", [
    "[Unit]",
    "Description=Put back what was applied and not confirmed",
    "[Service]",
    "Type=oneshot",
    `ExecStart=${escapeSystemdExec(program)} confirm --deadline ${deadline}`,
    // What was cut off, or could not be done yet, is tried again.
    "Restart=on-failure",
    "RestartSec=60",
  ]);
  write(system, "timer", [
    "[Unit]",
    "Description=When what was applied goes back unless it is confirmed",
    "[Timer]",
    `OnCalendar=${at} UTC`,
    "AccuracySec=1s",
    "Persistent=true",
    "[Install]",
    "WantedBy=timers.target",
  ]);
  await systemctl(system, "daemon-reload");
  await systemctl(system, "enable", "--now", `${unit}.timer`);
}

/** Takes the timer away; nothing happens where there is none. */
export async function disarmTimer(system: System, paths: Paths): Promise<void> {
  const timer = paths.target(`${folder}/${unit}.timer`);
  if (!isTimed(system, paths) || system.files.status(timer) === undefined) return;
  await systemctl(system, "disable", "--now", `${unit}.timer`);
  system.files.remove(timer);
  system.files.remove(paths.target(`${folder}/${unit}.service`));
  await systemctl(system, "daemon-reload");
}

/** A timer of systemd is one of this machine. */
function isTimed({ services }: System, { root }: Paths): boolean {
  return services.name === "systemd" && root === "/";
}

function write(system: System, kind: "service" | "timer", lines: readonly string[]): void {
  const text = `# Made by mailwright while an apply waits to be confirmed.\n${lines.join("\n")}\n`;
  system.files.write(`${folder}/${unit}.${kind}`, Buffer.from(text), { mode: 0o644 });
}

async function systemctl(system: System, ...args: string[]): Promise<void> {
  const { exit, stderr } = await system.processes.run(["systemctl", ...args], { timeout });
  if (exit === 0) return;
  throw new MailwrightError("the timer that puts everything back cannot be set", {
    code: "CONFIRM_TIMER",
    hint: `systemctl ${args.join(" ")}: ${stderr.trim()}`,
  });
}
