import { beforeEach, describe, expect, it } from "vitest";
import { armTimer, disarmTimer } from "../../../src/apply/confirm-timer.ts";
import type { System } from "../../../src/system/system.ts";
import { Machine, success } from "./harness.ts";

const deadline = Date.UTC(2026, 10, 22, 9, 31, 7, 900);
const units = "/etc/systemd/system";
const program = "/usr/bin/mailwright";

describe("the timer of --confirm, where systemd runs", () => {
  let made: Machine;
  beforeEach(() => {
    made = new Machine();
    made.volume.mkdirSync(units, { recursive: true });
    made.put(program, "", 0o755);
    made.put(program, "", 0o755);
  });

  const unit = (name: string): string[] =>
    (made.read(`${units}/mailwright-confirm.${name}`) ?? "").split("\n");

  it("is a timer that goes off at the second before, at the next start too, and a service that goes back", async () => {
    await armTimer(made.system, made.paths, deadline, program);
    expect(unit("timer")).toEqual([
      "# Made by mailwright while an apply waits to be confirmed.",
      "[Unit]",
      expect.stringMatching(/^Description=\S/),
      "[Timer]",
      "OnCalendar=2026-11-22 09:31:07 UTC",
      "AccuracySec=1s",
      "Persistent=true",
      "[Install]",
      "WantedBy=timers.target",
      "",
    ]);
    expect(unit("service")).toContain("Type=oneshot");
    expect(unit("service")).toContain(`ExecStart="${program}" confirm --deadline ${deadline}`);
    for (const name of ["timer", "service"])
      expect(made.system.files.status(`${units}/mailwright-confirm.${name}`)?.mode).toBe(0o644);
  });

  it("is made known, enabled and started, in this order, after its files are there", async () => {
    const seen: boolean[] = [];
    made.processes.programs.set("systemctl", () => {
      seen.push(made.read(`${units}/mailwright-confirm.timer`) !== undefined);
      return success;
    });
    await armTimer(made.system, made.paths, deadline, program);
    expect(made.processes.changing).toEqual([
      ["systemctl", "daemon-reload"],
      ["systemctl", "enable", "--now", "mailwright-confirm.timer"],
    ]);
    expect(seen).toEqual([true, true]);
    expect(made.processes.left).toEqual([]);
  });

  it("that cannot be set is told with the words of systemctl", async () => {
    made.processes.programs.set("systemctl", (argv) =>
      argv.includes("enable") ? { ...success, exit: 1, stderr: "Read-only file system\n" } : success,
    );
    await expect(armTimer(made.system, made.paths, deadline, program)).rejects.toMatchObject({
      code: "CONFIRM_TIMER",
      hint: "systemctl enable --now mailwright-confirm.timer: Read-only file system",
    });
  });

  it("of a program that is not there is not set, and nothing was touched", async () => {
    await expect(armTimer(made.system, made.paths, deadline, "/usr/bin/gone")).rejects.toMatchObject({
      code: "CONFIRM_TIMER",
      hint: expect.stringContaining("Nothing was touched."),
    });
    expect(made.volume.readdirSync(units)).toEqual([]);
    expect(made.processes.calls).toEqual([]);
  });

  it("is not one of this machine where another root stands for another one", async () => {
    await armTimer(made.system, { ...made.paths, root: "/srv/image" }, deadline, program);
    expect(made.volume.readdirSync(units)).toEqual([]);
    expect(made.processes.left).toHaveLength(1);
  });

  it("is stopped, disabled and gone when it is taken away", async () => {
    await armTimer(made.system, made.paths, deadline, program);
    made.processes.changing.length = 0;
    await disarmTimer(made.system, made.paths);
    expect(made.processes.changing).toEqual([
      ["systemctl", "disable", "--now", "mailwright-confirm.timer"],
      ["systemctl", "daemon-reload"],
    ]);
    expect(made.volume.readdirSync(units)).toEqual([]);
  });

  it("is not looked for where there is none", async () => {
    await disarmTimer(made.system, made.paths);
    expect(made.processes.calls).toEqual([]);
  });
});

describe("the timer of --confirm, where systemd does not run", () => {
  it("is a process of its own, and leaves no file", async () => {
    const made = new Machine();
    made.put(program, "", 0o755);
    const { services, ...others } = made.system;
    const system: System = {
      ...others,
      services: {
        ...services,
        name: "none",
        state: services.state,
        run: services.run,
        health: services.health,
        lastLines: services.lastLines,
      },
    };
    await armTimer(system, { ...made.paths, root: "/srv/image" }, deadline, program);
    expect(made.processes.left).toEqual([
      [program, "confirm", "--root", "/srv/image", "--deadline", String(deadline)],
    ]);
    await disarmTimer(system, made.paths);
    expect(made.processes.calls).toEqual([]);
    expect(made.read(units)).toBeUndefined();
  });
});
