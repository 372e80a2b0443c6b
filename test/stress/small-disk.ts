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
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { PrivateMachine } from "./private-machine.ts";
import { outcomeOf } from "./private-mounts.ts";

/** A block of tmpfs(5) is a page of memory. */
const block = 4096;

const database = "/var/lib/mailwright/mailwright.db";

/** A machine of which one folder is a small file system of its own. */
export class SmallDisk extends PrivateMachine {
  constructor(private readonly small: string) {
    super();
  }

  override async start(): Promise<void> {
    const place = this.trial.at(this.small);
    await super.start(`mkdir -p ${place}\nmount -t tmpfs -o size=2m,mode=755 none ${place}`);
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

  /** Files and tables with what they hold, and whatever else lies there. */
  listing(): unknown {
    const text = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "absent");
    const folder = this.at("/etc/trouble");
    return {
      names: readdirSync(folder).filter((name) => name !== "filling"),
      values: this.values(),
      table: text(join(folder, "table")),
      compiled: text(join(folder, "table.cdb")),
      leftovers: this.leftovers(),
    };
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
    const child = this.place.spawn([process.execPath, script, ...this.files()]);
    if (child.stdout !== null) await once(child.stdout, "data");
    return { end: async () => JSON.parse((await outcomeOf(child)).stdout) };
  }
}
