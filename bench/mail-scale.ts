import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { openLedger, writeTransaction } from "../src/db/store.ts";
import { storeSite, userKey } from "./mail-data.ts";
import { type Case, median, medianTimes, peakMemory } from "./measure.ts";
import { postmapCase } from "./postmap.ts";

/** A ratio, or a number of megabytes, that is measured, and what it may be. */
export interface Limit {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
}

/** Where the built program lies, a folder for what is made, and the scenarios' root, which may have a postmap. */
interface Places {
  readonly bin: string;
  readonly folder: string;
  readonly root: string;
}

const save = "nethserver-mail-server-save";
const virtualMap = "etc/postfix/virtual-aliases";

/**
 * What a large site costs. Rendering is the whole time from the start of `signal-event` until the plan is there: the
 * database read, every file of the event rendered in memory, and compared with the file on the disk, which is the same
 * already. It is measured against `postmap cdb:` of the virtual map that it makes, start of the program included in both.
 * A change of one user is timed in the same way, with files that really change.
 */
export async function scaleLimits(places: Places, turns: number): Promise<Limit[]> {
  const small = makeSite(places, 10_000);
  const large = makeSite(places, 100_000);
  const rendering = {
    small: [] as number[],
    large: [] as number[],
    one: [] as number[],
    whole: [] as number[],
  };
  for (let turn = 0; turn < turns; turn++) {
    rendering.small.push((await signal(places, small, save)).planned);
    rendering.large.push((await signal(places, large, save)).planned);
    changeUser(places, large, turn);
    const { planned, ended } = await signal(places, large, "user-modify", userKey(7));
    rendering.one.push(planned);
    rendering.whole.push(ended);
  }
  const [ten, hundred] = [median(rendering.small), median(rendering.large)];
  const event: Case = { name: save, root: large, argv: [join(places.bin, "signal-event"), save] };
  const limits: Limit[] = [
    { name: "rendering, 100 000 users / 10 000 users", value: hundred / ten, limit: 10 },
    { name: "peak memory, 100 000 users, in megabytes", value: peakMemory(event), limit: 600 },
    {
      name: "one user of 100 000 changed / rendering all",
      value: median(rendering.one) / hundred,
      limit: 0.1,
    },
  ];
  console.log(`rendering 10 000 users ${ten.toFixed(0)} ms, 100 000 users ${hundred.toFixed(0)} ms`);
  const whole = median(rendering.whole).toFixed(0);
  console.log(
    `user-modify of 100 000 users ${whole} ms from start to end, tables as far as postmap is installed`,
  );
  const postmap = postmapCase(places.folder, places.root, join(small, virtualMap));
  if (postmap === undefined) {
    console.log("there is no postmap here: install postfix and postfix-cdb, or run the scenarios once");
    return [...limits, { name: "rendering 10 000 users / postmap", value: Number.NaN, limit: 1 }];
  }
  const [program, ...args] = postmap.argv;
  const made = spawnSync(program, args, { encoding: "utf8" });
  if (made.status !== 0) throw new Error(`postmap failed: ${made.stderr}`);
  const [map = Number.NaN] = medianTimes([postmap], turns);
  console.log(`postmap of the virtual map of 10 000 users ${map.toFixed(0)} ms`);
  return [
    { name: "rendering 10 000 users / postmap of its virtual map", value: ten / map, limit: 1 },
    ...limits,
  ];
}

/** A root with a site's settings, all applied once. */
function makeSite({ bin, folder }: Places, size: number): string {
  const root = join(folder, `site-${size}`);
  const database = join(root, "var/lib/mailwright/mailwright.db");
  mkdirSync(join(root, "etc"), { recursive: true });
  // Whose absence would be told of, at each event.
  writeFileSync(join(root, "etc/group"), "root:x:0:\ndovecot:x:100:\n");
  // Made first: in a database that is not there yet, a change is tried before.
  openLedger(database).close();
  writeTransaction(database, { actor: "bench", via: "bench" }, (writer) => storeSite(writer, size));
  const done = spawnSync(join(bin, "signal-event"), [save], {
    env: { ...process.env, MAILWRIGHT_ROOT: root },
    encoding: "utf8",
  });
  if (done.status !== 0) throw new Error(`the event failed: ${done.stderr}`);
  return root;
}

/** Forwards a user's mail to another address each time, so that the next event finds a real change. */
function changeUser({ bin }: Places, root: string, turn: number): void {
  const props = ["MailForwardStatus", "enabled", "MailForwardAddress", `to${turn}@elsewhere.example.net`];
  const done = spawnSync(join(bin, "db"), ["accounts", "setprop", userKey(7), ...props], {
    env: { ...process.env, MAILWRIGHT_ROOT: root },
    encoding: "utf8",
  });
  if (done.status !== 0) throw new Error(`setprop failed: ${done.stderr}`);
}

/** Milliseconds from the start of an event until its plan is there, and until its end. */
function signal(
  { bin }: Places,
  root: string,
  ...event: string[]
): Promise<{ readonly planned: number; readonly ended: number }> {
  const start = performance.now();
  const child = spawn(join(bin, "signal-event"), ["--json", ...event], {
    env: { ...process.env, MAILWRIGHT_ROOT: root },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let planned = Number.NaN;
  createInterface(child.stdout).on("line", (line) => {
    const { action, state } = JSON.parse(line);
    if (action === "plan" && state === "done") planned = performance.now() - start;
  });
  return new Promise((resolve, reject) => {
    child.on("close", (status) => {
      if (status === 0) resolve({ planned, ended: performance.now() - start });
      else reject(new Error(`${event.join(" ")} ended with status ${status}`));
    });
  });
}
