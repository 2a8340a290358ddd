import {
  type Histogram,
  type HistogramRow,
  isHistogramError,
  MAX_EXPONENTIAL_SCHEMA,
  reduceResolution,
  type SampleBatch,
} from "@ferula/model";
import { complain, type Complaint, type Complaints, PHASES } from "./complaints.ts";
import type { Workspace } from "./workspace.ts";

/** Clocks differ, but not by more than this (storage/remote/write_handler.go `maxAheadTime`). */
export const MAX_AHEAD_MS = 600_000;

/** Histograms up to this schema, finer than any that is stored, are merged down (model/histogram `ExponentialSchemaMaxReserved`). */
const FINEST_REDUCED_SCHEMA = 52;

export const TOO_FAR_AHEAD = "out of bounds: timestamp is too far in the future";

/** What of a request is appended. */
export interface RequestRows {
  /** Views of the workspace. */
  readonly batch: SampleBatch;
  /** Of each of the batch's histograms the index of its series. */
  readonly histogramSeries: readonly number[];
}

/**
 * Makes one batch of all samples of series that have a reference, in place: samples later than `latestMs` are left out, and complained of.
 */
export function collectRows(workspace: Workspace, latestMs: number, complaints: Complaints): RequestRows {
  const { columns, rowRefs } = workspace;
  const length = collectSamples(workspace, latestMs, complaints);
  const { histograms, histogramSeries } = collectHistograms(workspace, latestMs, complaints);
  const { timestampsMs, values, valueBits } = columns.samples;
  const batch: SampleBatch = { length, refs: rowRefs, timestampsMs, values, valueBits };
  if (columns.hasStartTimestamps) batch.startTimestampsMs = columns.startTimestampsMs;
  if (histograms.length > 0) batch.histograms = histograms;
  return { batch, histogramSeries };
}

function collectSamples({ columns, seriesRefs, rowRefs, rowSeries }: Workspace, latestMs: number, complaints: Complaints): number {
  const { seriesCount, sampleEnds, samples, startTimestampsMs } = columns;
  const { timestampsMs, valueBits } = samples;
  let kept = 0;
  let row = 0;
  for (let i = 0; i < seriesCount; i++) {
    const end = sampleEnds[i];
    const ref = seriesRefs[i];
    if (ref === 0) row = end;
    for (; row < end; row++) {
      if (timestampsMs[row] > latestMs) {
        complain(complaints, ofSample(i, PHASES.sample, TOO_FAR_AHEAD, timestampsMs[row]));
        continue;
      }
      if (kept < row) {
        timestampsMs[kept] = timestampsMs[row];
        startTimestampsMs[kept] = startTimestampsMs[row];
        valueBits[2 * kept] = valueBits[2 * row];
        valueBits[2 * kept + 1] = valueBits[2 * row + 1];
      }
      rowRefs[kept] = ref;
      rowSeries[kept] = i;
      kept++;
    }
  }
  return kept;
}

interface CollectedHistograms {
  readonly histograms: readonly HistogramRow[];
  readonly histogramSeries: readonly number[];
}

function collectHistograms({ columns, seriesRefs }: Workspace, latestMs: number, complaints: Complaints): CollectedHistograms {
  const histograms: HistogramRow[] = [];
  const histogramSeries: number[] = [];
  let next = 0;
  for (let i = 0; i < columns.seriesCount && next < columns.histograms.length; i++) {
    for (; next < columns.histogramEnds[i]; next++) {
      const { timestampMs, startTimestampMs, histogram } = columns.histograms[next];
      if (seriesRefs[i] === 0) continue;
      const fault = timestampMs > latestMs ? TOO_FAR_AHEAD : reduceFine(histogram);
      if (fault !== undefined) {
        complain(complaints, ofSample(i, PHASES.histogram, fault, timestampMs));
        continue;
      }
      histograms.push({ ref: seriesRefs[i], timestampMs, startTimestampMs, histogram });
      histogramSeries.push(i);
    }
  }
  return { histograms, histogramSeries };
}

/** Brings a histogram that is finer than what is stored to the finest that is, in place; what keeps it from that is returned. */
function reduceFine(histogram: Histogram): string | undefined {
  if (histogram.schema <= MAX_EXPONENTIAL_SCHEMA || histogram.schema > FINEST_REDUCED_SCHEMA) return undefined;
  try {
    reduceResolution(histogram, MAX_EXPONENTIAL_SCHEMA);
    return undefined;
  } catch (error) {
    if (isHistogramError(error)) return error.message;
    throw error;
  }
}

/** A complaint about a sample or histogram that stands behind its series' labels in the answer to 2.0. */
export function ofSample(seriesIndex: number, phase: Complaint["phase"], text: string, timestampMs: number): Complaint {
  return { seriesIndex, phase, text, namesSeries: true, timestampMs };
}
