import { mailFolder } from "../../mail/mail-folders.ts";
import type { Check } from "./check.ts";
import { critical, type Finding, warning } from "./finding.ts";

/** The file system that a folder lies on (df(1)); bytes. A file system without a number of inodes has none at all. */
export interface Room {
  readonly folder: string;
  readonly mount: string;
  readonly size: number;
  readonly free: number;
  readonly inodes: number;
  readonly freeInodes: number;
}

const spool = "/var/spool/postfix";

/** Less than both of a part and an amount: a tenth of a large disk is plenty. */
const low = { part: 0.1, bytes: 5e9 };
const almostNone = { part: 0.03, bytes: 1e9 };

/** Postfix takes no mail below so many times `message_size_limit` (queue_minfree of postconf(5), and cleanup(8)). */
const messagesNeeded = 1.5;

export const disk: Check = {
  name: "disk",
  about: "there is room, and there are inodes, where the queue, mail, settings and logs lie",
  isOfMachine: true,
  look: async ({ context: { paths }, system, settings }) => {
    const folders = [spool, mailFolder, paths.state, "/var/log", "/var/lib/redis"].filter(
      (folder) => system.files.status(folder) !== undefined,
    );
    const limit = Number(settings.prop("configuration", "postfix", "MessageSizeMax"));
    const output = "--output=file,target,size,avail,itotal,iavail";
    const argv = ["df", "-B1", output, "--", ...folders] as const;
    const { stdout } = await system.processes.inspect(argv, { timeout: 8000 });
    const rooms = parseRooms(stdout, folders);
    return [...judgeSilence(rooms, folders), ...judgeRooms(rooms, (limit || 0) * messagesNeeded)];
  },
};

/** Of df(1)'s lines, each of which begins with the folder that it is about. */
export function parseRooms(text: string, folders: readonly string[]): Room[] {
  return text.split("\n").flatMap((line) => {
    const folder = folders.find((one) => line.startsWith(`${one} `));
    if (folder === undefined) return [];
    const rest = line.slice(folder.length).trim();
    const [, mount = "", ...numbers] = /^(.*?)\s+(\d+|-)\s+(\d+|-)\s+(\d+|-)\s+(\d+|-)$/.exec(rest) ?? [];
    const [size = 0, free = 0, inodes = 0, freeInodes = 0] = numbers.map((text) => Number(text) || 0);
    return mount === "" ? [] : [{ folder, mount, size, free, inodes, freeInodes }];
  });
}

/** What a file system that hangs or is damaged leaves unsaid. */
export function judgeSilence(rooms: readonly Pick<Room, "folder">[], folders: readonly string[]): Finding[] {
  const silent = folders.filter((folder) => !rooms.some((room) => room.folder === folder));
  const [first] = silent;
  if (first === undefined) return [];
  return [warning(`df does not answer for ${silent.join(", ")}`, first, `df ${silent.join(" ")}`)];
}

/** Each file system once, by the folder that is hurt first. `queueNeeds`: bytes below which Postfix takes no mail. */
export function judgeRooms(rooms: readonly Room[], queueNeeds: number): Finding[] {
  const told = new Set<string>();
  return rooms.flatMap((room) => {
    const { folder, mount, size, free, inodes, freeInodes } = room;
    if (told.has(mount)) return [];
    told.add(mount);
    const advice = `du -xh --max-depth=2 ${mount} | sort -h | tail`;
    const left = `${Math.floor(free / 1e6)} MB are left for ${folder}, on ${mount}`;
    const isBelow = ({ part, bytes }: typeof low): boolean => free < size * part && free < bytes;
    const spaceFinding =
      folder === spool && free < queueNeeds
        ? [critical(`${left}: Postfix takes no mail any more`, mount, advice)]
        : isBelow(almostNone)
          ? [critical(left, mount, advice)]
          : isBelow(low)
            ? [warning(left, mount, advice)]
            : [];
    const inodePart = inodes === 0 ? 1 : freeInodes / inodes;
    const inodeText = `${freeInodes} inodes are left for ${folder}, on ${mount}`;
    const inodeAdvice = `du -x --inodes --max-depth=2 ${mount} | sort -n | tail`;
    const inodeFinding =
      inodePart >= low.part
        ? []
        : [(inodePart < almostNone.part ? critical : warning)(inodeText, mount, inodeAdvice)];
    return [...spaceFinding, ...inodeFinding];
  });
}
