/** The points at which an apply is killed. */
import { expect } from "vitest";

/** Where between two calls of the system the points lie: another seed moves all of them a little. */
export const seed = Number(process.env["MAILWRIGHT_CRASH_SEED"] ?? 1);

/** How many points of the apply's parts are tried. */
const tried = { before: 32, commit: 54, services: 30, end: 20 } as const;

/** Calls of the system by which points are named; all of an apply's are made by its first thread. */
export const calls = [
  ...["openat", "read", "write", "pread64", "pwrite64", "close", "statx", "fstat", "fsync", "fdatasync"],
  ...["rename", "link", "unlink", "unlinkat", "mkdir", "fchmod", "fchown", "utimensat", "ftruncate"],
  ...["vfork", "wait4", "socket", "connect", "sendto", "recvfrom", "epoll_pwait2"],
].join(",");

/** The so-many-th call of this name. */
export interface Point {
  readonly call: string;
  readonly count: number;
}

/** Numbers from 0 to 1 that are the same at every run: a linear congruential generator. */
function* fractions(): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

/**
 * Points spread over the trace of a whole apply: before its first note in the ledger, in the commit, until it has looked at a
 * unit for the last time, and in what it notes then.
 */
export function pointsIn(trace: readonly string[]): Point[] {
  const isNote = (line: string): boolean => /^(pwrite64|fsync|fdatasync)\(.*mailwright\.db-wal/.test(line);
  const isStart = (line: string): boolean => line.startsWith("vfork");
  const begin = trace.findIndex(isNote);
  const lastFile = trace.findLastIndex((line) => /^unlink\(.*\.mailwright-\d+/.test(line));
  const services = trace.findIndex((line, index) => index > lastFile && isStart(line));
  const end = trace.findLastIndex(isStart);
  expect([begin, lastFile - begin, services - lastFile, end - services].every((size) => size > 0)).toBe(true);
  const random = fractions();
  const positions = trace.map((_, index) => index);
  const spread = (among: readonly number[], count: number): Point[] =>
    Array.from({ length: count }, (_, index) => {
      const at = among[Math.floor(((index + random.next().value) / count) * among.length)] ?? 0;
      const call = callOf(trace[at]);
      return { call, count: trace.slice(0, at + 1).filter((line) => callOf(line) === call).length };
    });
  return [
    ...spread(positions.slice(0, begin), tried.before),
    ...spread(positions.slice(begin, services), tried.commit),
    ...spread(positions.slice(services, end), tried.services),
    ...spread(
      positions.slice(end).filter((index) => isNote(trace[index] ?? "")),
      tried.end,
    ),
  ];
}

const callOf = (line = ""): string => line.slice(0, line.indexOf("("));
