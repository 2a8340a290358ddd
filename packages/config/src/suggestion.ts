/** A key that differs by little from a known one is most likely a slip. */
export function suggestion(key: string, known: readonly string[]): string {
  const near = known.find((candidate) => Math.abs(candidate.length - key.length) <= 2 && distance(candidate, key) <= 2);
  return near === undefined ? "" : ` (did you mean ${near}?)`;
}

/** How many letters must be added, taken away or changed. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length];
}
