/** A slice keeps this many observations exactly; of more it keeps a uniform sample of as many. */
const SLICE_CAPACITY = 4096;

/**
 * The observations of the last `maxAgeMs`, in `sliceCount` slices of which the oldest is dropped as a whole. Quantiles are exact while no
 * slice saw more than 4096 observations; above that each slice is a uniform random sample (Vitter's algorithm R), which puts the rank
 * of a quantile within about 2 % of the truth. A slice costs 8 bytes an observation that it keeps.
 */
export class SlidingWindow {
  private readonly sliceMs: number;
  private readonly slices: Slice[];
  private current = 0;
  private currentEndMs: number;
  private readonly nowMs: () => number;

  constructor(maxAgeMs: number, sliceCount: number, nowMs: () => number) {
    this.sliceMs = maxAgeMs / sliceCount;
    this.slices = Array.from({ length: sliceCount }, () => new Slice());
    this.nowMs = nowMs;
    this.currentEndMs = nowMs() + this.sliceMs;
  }

  /** Adds an observation of now. */
  add(value: number): void {
    this.rotate();
    this.slices[this.current].add(value);
  }

  /** The value of each quantile of the window, NaN while it is empty. */
  quantiles(ranks: readonly number[]): number[] {
    this.rotate();
    const samples = this.slices.flatMap((slice) => slice.weighted()).sort((a, b) => a.value - b.value);
    const total = samples.reduce((sum, { weight }) => sum + weight, 0);
    return ranks.map((rank) => {
      let below = 0;
      for (const { value, weight } of samples) {
        below += weight;
        // Rounding in the sum must not push the last rank past the last sample.
        if (below >= rank * total - 1e-9 * total) return value;
      }
      return NaN;
    });
  }

  /** Drops the slices whose time is over. */
  private rotate(): void {
    const now = this.nowMs();
    if (now < this.currentEndMs) return;
    const steps = Math.floor((now - this.currentEndMs) / this.sliceMs) + 1;
    for (let i = 0; i < Math.min(steps, this.slices.length); i++) {
      this.current = (this.current + 1) % this.slices.length;
      this.slices[this.current].clear();
    }
    this.currentEndMs += steps * this.sliceMs;
  }
}

class Slice {
  private values = new Float64Array(16);
  private seen = 0;

  add(value: number): void {
    const kept = Math.min(this.seen, SLICE_CAPACITY);
    const at = this.seen < SLICE_CAPACITY ? kept : Math.floor(Math.random() * (this.seen + 1));
    this.seen++;
    if (at >= SLICE_CAPACITY) return;
    if (at === this.values.length) {
      const grown = new Float64Array(2 * at);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[at] = value;
  }

  clear(): void {
    this.seen = 0;
  }

  /** The kept observations, each standing for as many as were seen for it. */
  weighted(): { value: number; weight: number }[] {
    const kept = Math.min(this.seen, SLICE_CAPACITY);
    return Array.from(this.values.subarray(0, kept), (value) => ({ value, weight: this.seen / kept }));
  }
}
