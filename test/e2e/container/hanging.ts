import { expect } from "vitest";
import type { Container } from "./container.ts";

/** What `work` returns while these programs of the system never end, and how long it took (ms); none of them is left then. */
export async function whileHanging<T>(
  container: Container,
  names: readonly string[],
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly took: number }> {
  const paths = names.map((name) => `/usr/local/sbin/${name}`).join(" ");
  const plant = `for path in ${paths}; do printf '#!/bin/sh\\nsleep 300\\n' >$path; chmod 755 $path; done`;
  await container.must(["sh", "-ec", plant]);
  const start = Date.now();
  try {
    const result = await work();
    const took = Date.now() - start;
    const left = await container.run(["pgrep", "-f", `/usr/local/sbin/(${names.join("|")})`]);
    expect(left.stdout).toBe("");
    return { result, took };
  } finally {
    await container.must(["sh", "-ec", `rm ${paths}`]);
  }
}
