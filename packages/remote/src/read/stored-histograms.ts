import { isFloatEncoding, openChunk, SAMPLE_TYPES } from "@ferula/chunks";
import type { Histogram, HistogramColumns } from "@ferula/model";
import type { ChunkSeriesSet, SeriesChunk } from "@ferula/storage";
import type { WireHistogram } from "@ferula/wire";

/**
 * The histograms of a series of the kind that they are stored as. `asFloats` has the same as the series' reader gives them: it knows where
 * counters were reset between chunks of several sources, which a chunk by itself doesn't tell.
 */
export function storedHistograms(set: ChunkSeriesSet, index: number, asFloats: HistogramColumns): WireHistogram[] {
  const found: WireHistogram[] = [];
  set.forEachChunk(index, (chunk) => {
    if (!isFloatEncoding(chunk.encoding)) addHistograms(chunk, asFloats, found);
  });
  return found;
}

function addHistograms({ encoding, bytes }: SeriesChunk, asFloats: HistogramColumns, out: WireHistogram[]): void {
  const samples = openChunk(encoding, bytes);
  for (let type = samples.next(); type !== SAMPLE_TYPES.none; type = samples.next()) {
    const histogram: Histogram = type === SAMPLE_TYPES.histogram ? samples.histogram() : samples.floatHistogram();
    const { timestampMs } = samples;
    if (asFloats.timestampsMs[out.length] === timestampMs) {
      histogram.counterResetHint = asFloats.histograms[out.length].counterResetHint;
    }
    out.push({ timestampMs, startTimestampMs: 0, histogram });
  }
}
