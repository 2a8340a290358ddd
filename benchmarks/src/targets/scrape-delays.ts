/** When the targets were scraped, and how late. */
export interface ScrapeDelays {
  /** Notes that a target is being scraped now. */
  readonly note: (target: number) => void;
  /** Forgets what was noted so far. */
  readonly reset: () => void;
  readonly count: () => number;
  /** By how much the slowest hundredth of the scrapes came late, milliseconds, against the regular time of their target. */
  readonly p99Ms: () => number;
}

/** For targets that are to be scraped each `intervalMs`. */
export function recordDelays(targets: number, intervalMs: number): ScrapeDelays {
  const arrivals: number[][] = Array.from({ length: targets }, () => []);
  return {
    note: (target) => void arrivals[target].push(performance.now()),
    reset() {
      for (const times of arrivals) times.length = 0;
    },
    count: () => arrivals.reduce((sum, times) => sum + times.length, 0),
    p99Ms() {
      const delays = arrivals.flatMap((times) => delaysOf(times, intervalMs)).toSorted((a, b) => a - b);
      return delays[Math.ceil(delays.length * 0.99) - 1] ?? NaN;
    },
  };
}

/** A target has its regular time in each interval: the one of the scrape that came earliest. */
function delaysOf(times: readonly number[], intervalMs: number): readonly number[] {
  const first = times[0] ?? 0;
  const shifts = times.map((time) => time - first - Math.round((time - first) / intervalMs) * intervalMs);
  const least = Math.min(...shifts);
  return shifts.map((shift) => shift - least);
}
