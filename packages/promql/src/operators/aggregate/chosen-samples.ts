import type { FloatHistogram } from "@ferula/model";

/**
 * The best samples so far of each cell, which is a step of a group: a binary heap whose top is the worst that is still in. NaN is worse
 * than every number. All heaps lie side by side in the same columns.
 */
export interface ChosenSamples {
  /** Of the cell's samples: where the first one is in the columns. */
  readonly starts: Float64Array;
  readonly counts: Uint32Array;
  /** By sample: its series' index in the input. */
  readonly series: Uint32Array;
  /** By sample; 0 for a histogram. */
  readonly values: Float64Array;
  /** By sample, where there may be histograms: which of `histograms` it is, counted from 1; 0 for a float. */
  readonly histogramOf: Uint32Array;
  readonly histograms: FloatHistogram[];
  /** 1 where the greatest values are the best, -1 where the least are. */
  readonly sign: 1 | -1;
}

/** Empty heaps for `sizes[cell]` samples each. */
export function createChosenSamples(sizes: Uint32Array, sign: 1 | -1, takesHistograms: boolean): ChosenSamples {
  const starts = new Float64Array(sizes.length);
  let total = 0;
  for (let cell = 0; cell < sizes.length; cell++) {
    starts[cell] = total;
    total += sizes[cell];
  }
  return {
    starts,
    counts: new Uint32Array(sizes.length),
    series: new Uint32Array(total),
    values: new Float64Array(total),
    histogramOf: new Uint32Array(takesHistograms ? total : 0),
    histograms: [],
    sign,
  };
}

/** Puts a sample into a cell that has room for it. */
export function pushChosen(chosen: ChosenSamples, cell: number, series: number, value: number, histogram?: FloatHistogram): void {
  const start = chosen.starts[cell];
  let i = chosen.counts[cell]++;
  chosen.series[start + i] = series;
  chosen.values[start + i] = value;
  if (histogram !== undefined) chosen.histogramOf[start + i] = chosen.histograms.push(histogram);
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (!isWorse(chosen, start + i, start + parent)) return;
    swap(chosen, start + i, start + parent);
    i = parent;
  }
}

/** Puts a float into a full cell in place of its worst sample, if that is worse. */
export function replaceWorst(chosen: ChosenSamples, cell: number, series: number, value: number): void {
  const { starts, counts, values, sign } = chosen;
  const start = starts[cell];
  const worst = values[start];
  if (!(sign * worst < sign * value || (Number.isNaN(worst) && !Number.isNaN(value)))) return;
  chosen.series[start] = series;
  values[start] = value;
  const count = counts[cell];
  let i = 0;
  for (;;) {
    let least = 2 * i + 1;
    if (least >= count) return;
    if (least + 1 < count && isWorse(chosen, start + least + 1, start + least)) least++;
    if (!isWorse(chosen, start + least, start + i)) return;
    swap(chosen, start + i, start + least);
    i = least;
  }
}

/** Where the cell's samples are in the columns, the best first. */
export function bestFirst(chosen: ChosenSamples, cell: number): Uint32Array {
  const start = chosen.starts[cell];
  const places = Uint32Array.from({ length: chosen.counts[cell] }, (_unused, i) => start + i);
  return places.sort((a, b) => (isWorse(chosen, a, b) ? (isWorse(chosen, b, a) ? 0 : 1) : isWorse(chosen, b, a) ? -1 : 0));
}

function isWorse({ values, sign }: ChosenSamples, a: number, b: number): boolean {
  return Number.isNaN(values[a]) || sign * values[a] < sign * values[b];
}

function swap({ series, values, histogramOf }: ChosenSamples, a: number, b: number): void {
  const heldSeries = series[a];
  series[a] = series[b];
  series[b] = heldSeries;
  const heldValue = values[a];
  values[a] = values[b];
  values[b] = heldValue;
  if (histogramOf.length === 0) return;
  const heldHistogram = histogramOf[a];
  histogramOf[a] = histogramOf[b];
  histogramOf[b] = heldHistogram;
}
