/**
 * Whether a test can run here: `it.runIf(given(isRoot, "root"))`. Where it cannot, what it lacks is said, and
 * test/repo/skips.test.ts lets no test be left out in another way.
 */
export function given(isHere: boolean, what: string): boolean {
  if (!isHere) console.warn(`left out for want of ${what}`);
  return isHere;
}

export const isRoot = process.getuid?.() === 0;
