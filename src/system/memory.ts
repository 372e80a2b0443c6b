interface Runtime {
  readonly Bun?: { gc(isNow: boolean): void };
}

/** So many bytes a process may take, and so many more than behind the last collection, before it is worth one. */
const most = 350 * 1024 ** 2;
const growth = 60 * 1024 ** 2;

let last = 0;

/**
 * Gives back the memory of what is no longer needed, where that is much: a collection takes as long as making a large
 * file. Bun's engine lets garbage grow with the memory of the machine, to several times what the program holds; Node's
 * collects by itself.
 */
export function collectGarbage(): void {
  const taken = process.memoryUsage.rss();
  if (taken < most || taken < last + growth) return;
  (globalThis as Runtime).Bun?.gc(true);
  last = process.memoryUsage.rss();
}
