import type { Head } from "./head/head.ts";

/** A row of a table of the largest. */
export interface StatRow {
  readonly name: string;
  readonly value: number;
}

/** What `/api/v1/status/tsdb` tells of the head. Times are undefined while there is no sample. */
export interface HeadStats {
  readonly numSeries: number;
  readonly numLabelPairs: number;
  readonly chunkCount: number;
  readonly minTimeMs: number | undefined;
  readonly maxTimeMs: number | undefined;
  readonly seriesCountByMetricName: readonly StatRow[];
  readonly labelValueCountByLabelName: readonly StatRow[];
  /** Bytes that upstream would need for the label's names and values in all series. */
  readonly memoryInBytesByLabelName: readonly StatRow[];
  /** Named `name=value`. */
  readonly seriesCountByLabelValuePair: readonly StatRow[];
}

/** Walks all pairs of names and values; `limit` rows a table, largest first. */
export function headStats(head: Head, limit: number): HeadStats {
  const { labelIndex, symbolReader, symbols } = head;
  const { u32 } = head.shared;
  const metricName = symbols.find("__name__");
  const byMetric = new Largest(limit);
  const byValueCount = new Largest(limit);
  const byMemory = new Largest(limit);
  const byPair = new Largest(limit);
  for (const nameSymbol of labelIndex.names()) {
    const pairs = labelIndex.pairsOfName(nameSymbol);
    const nameBytes = u32[nameSymbol >>> 2];
    let memory = 0;
    for (const pair of pairs) {
      const seriesCount = labelIndex.postingsLength(pair);
      memory += (nameBytes + u32[labelIndex.pairValue(pair) >>> 2] + LENGTH_BYTES) * seriesCount;
      if (nameSymbol === metricName) byMetric.offer(pair, nameSymbol, seriesCount);
      byPair.offer(pair, nameSymbol, seriesCount);
    }
    byValueCount.offer(0, nameSymbol, pairs.length);
    byMemory.offer(0, nameSymbol, memory);
  }
  const nameOf = (row: LargestRow): string => symbolReader.text(row.nameSymbol);
  const valueOf = (row: LargestRow): string => symbolReader.text(labelIndex.pairValue(row.pair));
  return {
    numSeries: head.liveSeriesCount,
    numLabelPairs: labelIndex.pairs,
    chunkCount: head.chunkCount,
    minTimeMs: head.minTimeMs === Infinity ? undefined : head.minTimeMs,
    maxTimeMs: head.maxTimeMs === -Infinity ? undefined : head.maxTimeMs,
    seriesCountByMetricName: byMetric.rows(valueOf),
    labelValueCountByLabelName: byValueCount.rows(nameOf),
    memoryInBytesByLabelName: byMemory.rows(nameOf),
    seriesCountByLabelValuePair: byPair.rows((row) => `${nameOf(row)}=${valueOf(row)}`),
  };
}

/** Upstream keeps a byte of length before each short name and value. */
const LENGTH_BYTES = 2;

interface LargestRow {
  readonly pair: number;
  readonly nameSymbol: number;
  readonly value: number;
}

/** The largest so far, largest first; of equal ones the first. */
class Largest {
  private readonly limit: number;
  private readonly kept: LargestRow[] = [];

  constructor(limit: number) {
    this.limit = limit;
  }

  offer(pair: number, nameSymbol: number, value: number): void {
    if (this.kept.length >= this.limit && value <= (this.kept.at(-1)?.value ?? Infinity)) return;
    let at = this.kept.length;
    while (at > 0 && this.kept[at - 1].value < value) at--;
    this.kept.splice(at, 0, { pair, nameSymbol, value });
    if (this.kept.length > this.limit) this.kept.pop();
  }

  rows(nameOf: (row: LargestRow) => string): StatRow[] {
    return this.kept.map((row) => ({ name: nameOf(row), value: row.value }));
  }
}
