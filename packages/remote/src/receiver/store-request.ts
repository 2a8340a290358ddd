import { formatGoFloat } from "@ferula/durations";
import type { TimeSlice } from "@ferula/lifecycle";
import type { Logger } from "@ferula/logging";
import { type HistogramRow, validateHistogram } from "@ferula/model";
import type { Appender, Rejection, RejectionListener } from "@ferula/storage";
import { decodeWriteRequest, decodeWriteRequestV2, isWireError, type WriteColumns } from "@ferula/wire";
import { appendExemplars, type ExemplarDeps } from "./append-exemplars.ts";
import { appendMetadata, type MetadataDeps } from "./append-metadata.ts";
import { collectRows, MAX_AHEAD_MS, ofSample, type RequestRows } from "./collect-rows.ts";
import { complain, type Complaints, complaintLines, noComplaints, PHASES, printSeries, sortComplaints } from "./complaints.ts";
import { complainOfLabels } from "./complain-of-labels.ts";
import { findSeries } from "./find-series.ts";
import type { MessageType } from "./message-types.ts";
import type { ReceiverMetrics } from "./receiver-metrics.ts";
import type { SeriesCache } from "./series-cache.ts";
import { fitWorkspace, type Workspace } from "./workspace.ts";

/** What a request is stored with. */
export interface StoreDeps extends ExemplarDeps, MetadataDeps {
  readonly appender: Appender;
  readonly cache: SeriesCache;
  readonly metrics: ReceiverMetrics;
  readonly logger: Logger;
  readonly nowMs: () => number;
}

/** What a sender is answered. */
export interface StoreAnswer {
  readonly status: 204 | 400 | 500;
  /** Without the newline at its end; empty when all is well. */
  readonly text: string;
  readonly written: Written;
}

/** What was stored of a request. */
export interface Written {
  readonly samples: number;
  readonly histograms: number;
  readonly exemplars: number;
}

const NOTHING: Written = { samples: 0, histograms: 0, exemplars: 0 };

/** What a sender is told of a sample that the storage does not take (storage/interface.go and storage/errors.go). */
const REJECTIONS: Readonly<Record<Exclude<Rejection, "invalid">, string>> = {
  outOfOrder: "out of order sample",
  duplicate: "duplicate sample for timestamp",
  outOfBounds: "out of bounds",
  tooOld: "too old sample",
};

/**
 * Stores the message in `bytes`, all of whose samples become visible at once. What can't be taken is left out and answered with 400, so that
 * it isn't sent again; the rest counts. When the storage fails nothing is stored, and 500 has the sender try again.
 */
export async function storeRequest(
  deps: StoreDeps,
  type: MessageType,
  bytes: Uint8Array,
  workspace: Workspace,
  slice: TimeSlice,
): Promise<StoreAnswer> {
  const isV2 = type === "io.prometheus.write.v2.Request";
  try {
    await decode(isV2, bytes, workspace.columns, slice);
  } catch (error) {
    if (!isWireError(error)) throw error;
    deps.logger.error(`Error decoding ${isV2 ? "v2" : "v1"} remote write request`, { protobuf_message: type, err: error.message });
    return { status: 400, text: error.message, written: NOTHING };
  }
  try {
    return await storeColumns(deps, isV2, workspace, slice);
  } catch (error) {
    deps.logger.error("Error while storing the remote write request", { err: error });
    return { status: 500, text: (error as Error).message, written: NOTHING };
  }
}

async function decode(isV2: boolean, bytes: Uint8Array, columns: WriteColumns, slice: TimeSlice): Promise<void> {
  const decoder = isV2 ? decodeWriteRequestV2(bytes, columns) : decodeWriteRequest(bytes, columns);
  while (decoder.readOn()) if (slice.isSpent()) await slice.yield();
}

async function storeColumns(deps: StoreDeps, isV2: boolean, workspace: Workspace, slice: TimeSlice): Promise<StoreAnswer> {
  const { appender, cache } = deps;
  fitWorkspace(workspace);
  const finder = { appender, cache, takesBareExemplars: !isV2 };
  let found = await findSeries(finder, workspace, slice);
  while (found.epoch !== appender.epoch) found = await findSeries(finder, workspace, slice);
  // From here on nothing is waited for: references are good.
  const complaints = noComplaints();
  const latestMs = deps.nowMs() + MAX_AHEAD_MS;
  const rows = collectRows(workspace, latestMs, complaints);
  const rejected = append(deps, workspace, rows, complaints);
  logRejected(deps, workspace.columns, complaints);
  const exemplars = appendExemplars(deps, workspace, latestMs, complaints);
  const written: Written = {
    samples: rows.batch.length - rejected.float,
    histograms: rows.histogramSeries.length - rejected.histogram,
    exemplars,
  };
  const isMetadataKept = isV2 && appendMetadata(deps, workspace);
  if (!isMetadataKept) deps.metrics.withoutMetadata.inc(written.samples + written.histograms);
  complainOfLabels(deps, isV2, workspace.columns, found.faults, complaints);
  return isV2 ? answerV2(workspace.columns, complaints, written) : answerV1(complaints, written);
}

/** Appends all rows and returns how many of each kind were not taken. */
function append(
  { appender }: StoreDeps,
  workspace: Workspace,
  rows: RequestRows,
  complaints: Complaints,
): Record<"float" | "histogram", number> {
  const rejected = { float: 0, histogram: 0 };
  const { batch, histogramSeries } = rows;
  const { rowSeries } = workspace;
  const onRejected: RejectionListener = (kind, index, reason, existing) => {
    rejected[kind]++;
    if (kind === "float") {
      const text = floatText(reason, batch.timestampsMs[index], batch.values[index], existing);
      complain(complaints, ofSample(rowSeries[index], PHASES.sample, text, batch.timestampsMs[index]));
    } else {
      const row = (batch.histograms as readonly HistogramRow[])[index];
      complain(complaints, ofSample(histogramSeries[index], PHASES.histogram, histogramText(reason, row), row.timestampMs));
    }
  };
  if (batch.length > 0 || histogramSeries.length > 0) appender.append(batch, onRejected);
  return rejected;
}

function floatText(reason: Rejection, timestampMs: number, value: number, existing: number | "histogram" | undefined): string {
  if (reason === "invalid") throw new Error("BUG: a float is never invalid");
  if (existing === undefined) return REJECTIONS[reason];
  const there = existing === "histogram" ? "is a histogram" : formatGoFloat(existing);
  return `${REJECTIONS[reason]} ${timestampMs}; overrides not allowed: existing ${there}, new value ${formatGoFloat(value)}`;
}

function histogramText(reason: Rejection, { histogram }: HistogramRow): string {
  if (reason !== "invalid") return REJECTIONS[reason];
  const fault = validateHistogram(histogram);
  if (fault === undefined) throw new Error("BUG: the storage holds a histogram invalid which is not");
  return fault.message;
}

function logRejected({ logger }: StoreDeps, columns: WriteColumns, complaints: Complaints): void {
  if (complaints.count === 0) return;
  const { seriesIndex, text, timestampMs } = complaints.kept[0];
  const series = printSeries(columns, seriesIndex);
  logger.error("Out of order sample from remote write", { err: text, series, timestamp: timestampMs, count: complaints.count });
}

/** 1.0 hears of the first sample that is not taken. */
function answerV1(complaints: Complaints, written: Written): StoreAnswer {
  const first = sortComplaints(complaints).find(({ phase }) => phase === PHASES.sample || phase === PHASES.histogram);
  return first === undefined ? { status: 204, text: "", written } : { status: 400, text: first.text, written };
}

function answerV2(columns: WriteColumns, complaints: Complaints, written: Written): StoreAnswer {
  if (complaints.count === 0) return { status: 204, text: "", written };
  return { status: 400, text: complaintLines(complaints, columns), written };
}
