import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { builtExecutable } from "../cli/built-executable.ts";
import { Trial } from "../cli/events/trial.ts";
import type { Outcome } from "../cli/run-cli.ts";
import { initScripts, outcomeOf, PrivateMounts } from "./private-mounts.ts";
import { heldValue, wholeFragment } from "./whole-files.ts";

/** A block of tmpfs(5) is a page of memory. */
const block = 4096;

const names = Array.from({ length: 6 }, (_, index) => `file${index}`);
const database = "/var/lib/mailwright/mailwright.db";

/**
 * A machine with files of two blocks each, a table that stands beside one of them, and a service that reads them; one of its
 * folders is a small file system of its own.
 */
export class SmallDisk {
  readonly trial = new Trial();
  private mounts: PrivateMounts | undefined;

  /** `small` is the folder that is a file system of its own. */
  constructor(readonly small: string) {}

  async start(): Promise<void> {
    const { trial, small } = this;
    trial.template("/etc/trouble/table", { "10.hbs": "value {{config.trouble.Value}}\n" }, "map: cdb\n");
    for (const name of names)
      trial.template(
        `/etc/trouble/${name}`,
        { "10.hbs": wholeFragment("trouble.Value", 60) },
        "comment: false\n",
      );
    const targets = ["table", ...names].map((name) => `  - /etc/trouble/${name}\n`).join("");
    trial.event("go", `templates:\n${targets}services:\n  trouble: reload\n`);
    const postmap = 'source=$(echo "$3" | cut -d: -f2)\nexec cp "$source" "$source.cdb"';
    trial.put(join(trial.share, "bin/postmap"), `#!/bin/sh\n${postmap}\n`, 0o755);
    const scripts = initScripts(trial.share, { trouble: `echo "$1" >>${trial.share}/verbs` });
    this.mounts = await PrivateMounts.start(
      `mkdir -p ${trial.at(small)}\nmount -t tmpfs -o size=2m,mode=755 none ${trial.at(small)}\n` +
        `mount --bind ${trial.share}/bin /usr/local/sbin\n${scripts}`,
    );
    await this.must("config", "set", "trouble", "thing", "Value", "1");
    expect(await this.signal()).toEqual({ exit: 0, stdout: "", stderr: "" });
  }

  private get place(): PrivateMounts {
    if (this.mounts === undefined) throw new Error("the machine is not started");
    return this.mounts;
  }

  at(path: string): string {
    return this.place.at(this.trial.at(path));
  }

  run(program: string, ...args: string[]): Promise<Outcome> {
    const { root, share } = this.trial;
    const environment = { MAILWRIGHT_ROOT: root, MAILWRIGHT_SHARE: share, LOGNAME: "tester" };
    // Where the folders of checks are made.
    const temporary = existsSync(this.at("/tmp")) ? { TMPDIR: this.trial.at("/tmp") } : {};
    return this.place.run([builtExecutable(program), ...args], { ...environment, ...temporary });
  }

  async must(program: string, ...args: string[]): Promise<void> {
    expect(await this.run(program, ...args)).toEqual({ exit: 0, stdout: "", stderr: "" });
  }

  signal(): Promise<Outcome> {
    return this.run("signal-event", "--service-manager", "service", "go");
  }

  status(): Promise<Outcome> {
    return this.run("mailwright", "status", "--json", "--service-manager", "service");
  }

  setting(value: number): Promise<void> {
    return this.must("config", "setprop", "trouble", "Value", `${value}`);
  }

  /** `options` are those of mount(8). */
  async mount(...options: string[]): Promise<void> {
    const argv = ["mount", ...options, this.trial.at(this.small)];
    expect(await this.place.run(argv)).toEqual({ exit: 0, stdout: "", stderr: "" });
  }

  /** Leaves so many blocks of the file system; it must have had them. */
  fill(left: number): void {
    const { bavail } = statfsSync(this.at(this.small));
    writeFileSync(this.at(join(this.small, "filling")), Buffer.alloc(Math.max(0, bavail - left) * block));
    expect(statfsSync(this.at(this.small)).bavail).toBe(left);
  }

  makeRoom(): void {
    rmSync(this.at(join(this.small, "filling")));
  }

  values(): number[] {
    return names.map((name) => heldValue(this.at(`/etc/trouble/${name}`)));
  }

  /** Files and tables with what they hold, and whatever else lies there. */
  listing(): unknown {
    const text = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "absent");
    const folder = this.at("/etc/trouble");
    return {
      names: readdirSync(folder).filter((name) => name !== "filling"),
      values: this.values(),
      table: text(join(folder, "table")),
      compiled: text(join(folder, "table.cdb")),
      settings: readdirSync(dirname(this.at(database))).filter((name) => name.endsWith(".new")),
      stages: existsSync(this.at("/tmp"))
        ? readdirSync(this.at("/tmp")).filter((name) => name !== "filling")
        : [],
    };
  }

  /** How often the service was reloaded. */
  reloads(): number {
    return readFileSync(join(this.trial.share, "verbs"), "utf8").split("reload\n").length - 1;
  }

  /** The database as it is, with all of its log in it. */
  saved(): Buffer {
    const copy = join(this.trial.share, "copy.db");
    copyFileSync(this.at(database), copy);
    copyFileSync(this.at(`${database}-wal`), `${copy}-wal`);
    const connection = new DatabaseSync(copy);
    connection.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    connection.close();
    return readFileSync(copy);
  }

  /** Puts a database in place as it lies on the disk after a backup: without any room that it had taken. */
  restore(saved: Buffer): void {
    for (const path of [`${database}-wal`, `${database}-shm`, "/var/lib/mailwright/apply.lock.holder"])
      rmSync(this.at(path), { force: true });
    writeFileSync(this.at(database), saved);
  }

  /** A process that reads all files until `end` is called. */
  async reader(): Promise<{ end(): Promise<{ rounds: number; values: number[]; faults: string[] }> }> {
    const script = fileURLToPath(new URL("reader.ts", import.meta.url));
    const paths = names.map((name) => this.trial.at(`/etc/trouble/${name}`));
    const [program, ...args] = this.place.within([process.execPath, script, ...paths]);
    const child = spawn(program, args);
    await once(child.stdout, "data");
    return {
      end: async () => JSON.parse((await outcomeOf(child)).stdout),
    };
  }
}
