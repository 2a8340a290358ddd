import type { TimeSlice } from "@ferula/lifecycle";
import type { Appender } from "@ferula/storage";
import type { WriteColumns } from "@ferula/wire";
import type { SeriesCache } from "./series-cache.ts";
import { type LabelsFault, readLabels } from "./series-labels.ts";
import type { Workspace } from "./workspace.ts";

/** Where series are looked up. */
export interface SeriesFinder {
  readonly appender: Pick<Appender, "seriesRef" | "epoch">;
  readonly cache: SeriesCache;
  /** Whether a series without samples and histograms counts when it has exemplars. */
  readonly takesBareExemplars: boolean;
}

/** The clock is looked at once in so many series. */
const SERIES_PER_LOOK = 256;

/** What is known of a request's series. */
export interface FoundSeries {
  /** What is wrong with the labels of series that can't be taken, by their index. */
  readonly faults: ReadonlyMap<number, LabelsFault>;
  /** The appender's, from before the first was looked up: when it is another by now, references may be no longer good. */
  readonly epoch: number;
}

/** Looks up each series of the request, and gives way when the slice is spent. Throws as `Appender.seriesRef` does. */
export async function findSeries(finder: SeriesFinder, workspace: Workspace, slice: TimeSlice): Promise<FoundSeries> {
  const faults = new Map<number, LabelsFault>();
  const { epoch } = finder.appender;
  for (let from = 0; from < workspace.columns.seriesCount; from += SERIES_PER_LOOK) {
    finder.cache.followEpoch();
    findSome(finder, workspace, from, faults);
    if (slice.isSpent()) await slice.yield();
  }
  return { faults, epoch };
}

function findSome(
  { appender, cache, takesBareExemplars }: SeriesFinder,
  workspace: Workspace,
  first: number,
  faults: Map<number, LabelsFault>,
): void {
  const { columns, seriesRefs } = workspace;
  const { bytes, labelRanges, labelEnds } = columns;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = Math.min(first + SERIES_PER_LOOK, columns.seriesCount);
  for (let i = first; i < end; i++) {
    seriesRefs[i] = 0;
    if (columns.faults.has(i)) continue;
    const from = i === 0 ? 0 : labelEnds[i - 1];
    const to = labelEnds[i];
    const counts = hasSamples(columns, i) || (takesBareExemplars && hasExemplars(columns, i));
    const known = counts ? cache.find(bytes, labelRanges, from, to) : 0;
    if (known !== 0) {
      seriesRefs[i] = known;
      continue;
    }
    const read = readLabels(text, labelRanges, from, to);
    if ("fault" in read) {
      faults.set(i, read.fault);
    } else if (counts) {
      seriesRefs[i] = appender.seriesRef(read.labels);
      cache.add(bytes, labelRanges, from, to, seriesRefs[i]);
    }
  }
}

/** Whether the series has samples or histograms. */
export function hasSamples({ sampleEnds, histogramEnds }: WriteColumns, i: number): boolean {
  return sampleEnds[i] > (i === 0 ? 0 : sampleEnds[i - 1]) || histogramEnds[i] > (i === 0 ? 0 : histogramEnds[i - 1]);
}

function hasExemplars({ exemplarEnds }: WriteColumns, i: number): boolean {
  return exemplarEnds[i] > (i === 0 ? 0 : exemplarEnds[i - 1]);
}
