/** Does some work and tells how long it took. */
export function timed<T>(work: () => T, tell: (seconds: number, result: T) => void): T {
  const startedMs = performance.now();
  const result = work();
  tell((performance.now() - startedMs) / 1000, result);
  return result;
}
