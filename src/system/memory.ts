interface Runtime {
  readonly Bun?: { gc(isNow: boolean): void };
}

/**
 * Gives back the memory of what is no longer needed. Bun's engine lets garbage grow with the memory of the machine, to
 * several times what the program holds; Node's collects by itself.
 */
export function collectGarbage(): void {
  (globalThis as Runtime).Bun?.gc(true);
}
