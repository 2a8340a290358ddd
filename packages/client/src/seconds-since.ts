/** A function that tells the seconds since this call, by a clock that is never set back. */
export function secondsSince(): () => number {
  const startedMs = performance.now();
  return () => (performance.now() - startedMs) / 1000;
}
