import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { builtExecutable } from "../cli/built-executable.ts";
import { Trial } from "../cli/events/trial.ts";
import type { Outcome } from "../cli/run-cli.ts";
import { PrivateMounts } from "./private-mounts.ts";
import { heldValue, wholeFragment } from "./whole-files.ts";

const names = ["file0", "file1", "file2", "file3", "file4", "file5"];

/** A shell's words that tell that a program has come to a point, and wait there as long as the test holds it. */
const waiting = (folder: string, point: string): string =>
  `echo ${point} >>${folder}/points\nwhile [ -e ${folder}/hold-${point} ]; do sleep 0.02; done\n`;

/**
 * A machine of the built commands: files of two blocks each that all hold one value, a table beside one of them, and the
 * service `trouble` that reads them. postmap(1) and the init script are of its own, in mounts that nobody else sees.
 */
export class PrivateMachine {
  readonly trial = new Trial();
  private mounts: PrivateMounts | undefined;

  /** `mounts`: more commands that mount something. */
  async start(mounts = ""): Promise<void> {
    if (!existsSync("/usr/sbin/service") || !existsSync("/etc/rc2.d"))
      throw new Error("this test needs service(8) and /etc/rc2.d: install init-system-helpers");
    const { trial } = this;
    const { share } = trial;
    trial.template("/etc/trouble/table", { "10.hbs": "value {{config.trouble.Value}}\n" }, "map: cdb\n");
    const fragments = { "10.hbs": wholeFragment("trouble.Value", 60) };
    for (const name of names) trial.template(`/etc/trouble/${name}`, fragments, "comment: false\n");
    const targets = ["table", ...names].map((name) => `  - /etc/trouble/${name}\n`).join("");
    trial.event("go", `templates:\n${targets}services:\n  trouble: reload\n`);
    const source = 'source=$(echo "$3" | cut -d: -f2)';
    trial.put(
      join(share, "bin/postmap"),
      `#!/bin/sh\n${waiting(share, "postmap")}${source}\nexec cp "$source" "$source.cdb"\n`,
      0o755,
    );
    trial.put(
      join(share, "init.d/trouble"),
      `#!/bin/sh\n${waiting(share, "$1")}echo "$1" >>${share}/verbs\n`,
      0o755,
    );
    // So it is enabled.
    trial.put(join(share, "rc2.d/S01trouble"), "");
    const binds = { bin: "/usr/local/sbin", "init.d": "/etc/init.d", "rc2.d": "/etc/rc2.d" };
    this.mounts = await PrivateMounts.start(
      [
        mounts,
        ...Object.entries(binds).map(([name, place]) => `mount --bind ${share}/${name} ${place}`),
        // service(8) asks systemd where it runs.
        "mount -t tmpfs none /run",
      ].join("\n"),
    );
    for (const folder of ["/etc/mailwright/catalogue.d", "/tmp"])
      mkdirSync(this.at(folder), { recursive: true });
    const value = "Value: { kind: integer, text: It stands in each file., events: [go] }";
    writeFileSync(
      this.at("/etc/mailwright/catalogue.d/trouble.yaml"),
      `configuration: { keys: { trouble: { type: thing, properties: { ${value} } } } }\n`,
    );
    await this.must("config", "set", "trouble", "thing", "Value", "1");
    expect(await this.signal()).toEqual({ exit: 0, stdout: "", stderr: "" });
  }

  get place(): PrivateMounts {
    if (this.mounts === undefined) throw new Error("the machine is not started");
    return this.mounts;
  }

  /** Where this process finds a file of the machine. */
  at(path: string): string {
    return this.place.at(this.trial.at(path));
  }

  /** Where the private folders of checks are made. */
  private get temporaryFolder(): string {
    return this.trial.at("/tmp");
  }

  get environment(): Record<string, string> {
    const { root, share } = this.trial;
    const TMPDIR = this.temporaryFolder;
    return { MAILWRIGHT_ROOT: root, MAILWRIGHT_SHARE: share, LOGNAME: "tester", TMPDIR };
  }

  run(program: string, ...args: string[]): Promise<Outcome> {
    return this.place.run([builtExecutable(program), ...args], this.environment);
  }

  async must(program: string, ...args: string[]): Promise<void> {
    expect(await this.run(program, ...args)).toEqual({ exit: 0, stdout: "", stderr: "" });
  }

  /** The command line of the event; `before` are programs that run it, such as strace(1). */
  event(...before: string[]): string[] {
    return [...before, builtExecutable("signal-event"), "--service-manager", "service", "go"];
  }

  signal(...before: string[]): Promise<Outcome> {
    return this.place.run(this.event(...before), this.environment);
  }

  apply(): Promise<Outcome> {
    return this.run("mailwright", "apply", "--service-manager", "service");
  }

  status(...options: string[]): Promise<Outcome> {
    return this.run("mailwright", "status", "--service-manager", "service", ...options);
  }

  setting(value: number): Promise<void> {
    return this.must("config", "setprop", "trouble", "Value", `${value}`);
  }

  /** What each file holds throughout; throws where one is not whole. */
  values(): number[] {
    return names.map((name) => heldValue(this.at(`/etc/trouble/${name}`)));
  }

  /** The paths of the files as they are in the machine. */
  files(): string[] {
    return names.map((name) => this.trial.at(`/etc/trouble/${name}`));
  }

  /** Each verb that the service was given. */
  verbs(): string[] {
    const path = join(this.trial.share, "verbs");
    return existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];
  }

  reloads(): number {
    return this.verbs().filter((verb) => verb === "reload").length;
  }

  /** The action scripts that came to their ends. */
  done(): string[] {
    const path = join(this.trial.share, "done");
    return existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];
  }

  /** What only an apply at work may have: temporaries beside its files, and its private folders. */
  leftovers(): string[] {
    const { place, trial } = this;
    const folders = [trial.at("/etc/trouble"), trial.at("/var/lib/mailwright"), this.temporaryFolder];
    return folders.flatMap((folder) =>
      readdirSync(place.at(folder)).filter((name) =>
        /\.mailwright-|\.new$|\.room$|^mailwright-\d/.test(name),
      ),
    );
  }

  /** From now on a program waits at this point. */
  hold(point: string): void {
    rmSync(join(this.trial.share, "points"), { force: true });
    writeFileSync(join(this.trial.share, `hold-${point}`), "");
  }

  letGo(point: string): void {
    rmSync(join(this.trial.share, `hold-${point}`));
  }

  /** Waits until a program has come to the point. */
  async comesTo(point: string): Promise<void> {
    const path = join(this.trial.share, "points");
    for (const end = performance.now() + 20_000; ; await sleep(5)) {
      if (existsSync(path) && readFileSync(path, "utf8").split("\n").includes(point)) return;
      if (performance.now() > end) throw new Error(`no program has come to ${point}`);
    }
  }

  /** An action script that tells of its point, waits there while it is held, and tells of its end. */
  script(name: string): void {
    const { trial } = this;
    trial.script("go", name, `${waiting(trial.share, name)}echo ${name} >>${trial.share}/done`);
  }
}
