/** The Gregorian calendar repeats itself after 400 years, weekdays included. */
const YEARS_OF_CYCLE = 400;
const CYCLE_SECONDS = 146_097 * 86_400;

/** The same time of the cycle that begins in 1970, of a time in seconds: a Date holds few of the years that PromQL knows. */
export function utc(seconds: number): Date {
  const inCycle = wholeSeconds(seconds) % CYCLE_SECONDS;
  return new Date((inCycle < 0 ? inCycle + CYCLE_SECONDS : inCycle) * 1000);
}

/** The year in which a time in seconds lies. */
export function yearOf(seconds: number): number {
  return utc(seconds).getUTCFullYear() + YEARS_OF_CYCLE * Math.floor(wholeSeconds(seconds) / CYCLE_SECONDS);
}

/** NaN, and what is too large for an int64, are the same time: amd64 makes the least int64 of them, and Go's calendar wraps it around. */
function wholeSeconds(seconds: number): number {
  return Math.abs(seconds) < 2 ** 63 ? Math.trunc(seconds) : 2 ** 63;
}
