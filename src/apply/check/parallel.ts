/**
 * Runs the tasks side by side, at most `limit` at a time, and gives their results in the order of the tasks. Where
 * one fails, the others are waited for, and then the first failure in the order of the tasks is thrown.
 */
export async function inParallel<T>(limit: number, tasks: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: PromiseSettledResult<T>[] = [];
  const waiting = tasks.entries();
  const work = async (): Promise<void> => {
    for (const [index, task] of waiting) [results[index]] = await Promise.allSettled([run(task)]);
  };
  await Promise.all(Array.from({ length: Math.min(limit, tasks.length) }, work));
  return results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}

/** A task that throws at once fails as one that throws later. */
async function run<T>(task: () => Promise<T>): Promise<T> {
  return task();
}
