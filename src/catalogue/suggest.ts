/**
 * The number of insertions, deletions, replacements and swaps of neighbours that make `b` of `a` (Damerau and
 * Levenshtein, each place edited once); `limit + 1` as soon as it is above `limit`.
 */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    if (Math.min(...row) > limit && Math.min(...above) > limit) return limit + 1;
    before = above;
    above = row;
  }
  return above[b.length] ?? limit + 1;
}

/**
 * The candidate that was probably meant by `name`: the same but for case, else the one with the fewest edits,
 * case aside, the first of equals. Nothing when more than a third of the name would have to be edited.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let limit = Math.max(1, Math.floor(wanted.length / 3));
  for (const candidate of candidates) {
    const known = candidate.toLowerCase();
    if (known === wanted) return candidate;
    // An edit as long as the whole name says nothing.
    const edits = distance(wanted, known, limit);
    if (edits > limit || edits >= known.length) continue;
    best = candidate;
    limit = edits - 1;
  }
  return best;
}

/** The question that follows what is said of an unknown name; empty where no candidate is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const meant = nearest(name, candidates);
  return meant === undefined ? "" : ` Did you mean ${meant}?`;
}
