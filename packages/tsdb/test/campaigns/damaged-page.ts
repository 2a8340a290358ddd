import type { Files } from "@ferula/files";
import { formatLabels } from "@ferula/model";
import { PAGE_BYTES } from "../../src/wal/format.ts";
import { listLogSources } from "../../src/wal/log-folder.ts";
import { decodeExemplars } from "../../src/wal/records/exemplars.ts";
import { decodeHistograms } from "../../src/wal/records/histograms.ts";
import { recordTypeOf, type RecordType } from "../../src/wal/records/record-types.ts";
import { SegmentReader } from "../../src/wal/segment-reader.ts";
import { decodeSampleRows, decodeSeriesRows } from "../wal/records/decode-rows.ts";
import type { LostSample } from "./ledger.ts";

/** Tells whether a sample may be lost with one page of a log. */
export type MayBeLost = (lost: LostSample) => boolean;

interface Times {
  readonly walRefs: readonly number[];
  readonly timesMs: readonly number[];
}

const noTimes: Times = { walRefs: [], timesMs: [] };

function timesOf(type: RecordType | undefined, record: Uint8Array): Times {
  if (type === "samples" || type === "samples_v2") {
    const rows = decodeSampleRows(record);
    return { walRefs: rows.map(([ref]) => ref), timesMs: rows.map(([, timestampMs]) => timestampMs) };
  }
  if (type === "exemplars") return timesOfRows(decodeExemplars(record));
  return type?.includes("histogram_samples") === true ? timesOfRows(decodeHistograms(record).rows) : noTimes;
}

function timesOfRows(rows: readonly { readonly ref: number; readonly timestampMs: number }[]): Times {
  return { walRefs: rows.map(({ ref }) => ref), timesMs: rows.map(({ timestampMs }) => timestampMs) };
}

/**
 * What the page at `offset` of the segment at `path` holds a part of: records of samples, and the names of series, without which all that the
 * log has of these is lost.
 */
export function damagedPage(files: Files, folder: string, path: string, offset: number): MayBeLost {
  const pageStart = offset - (offset % PAGE_BYTES);
  const names = new Map<number, string>();
  const lostSeries = new Set<string>();
  const lostSamples = new Set<string>();
  for (const { path: segment } of [...listLogSources(files, folder), ...outOfOrderSource(path)]) {
    visitRecords(files, segment, (record, start, end) => {
      const type = recordTypeOf(record);
      const isHit = segment === path && start < pageStart + PAGE_BYTES && end > pageStart;
      if (type === "series") {
        for (const { ref, labels } of decodeSeriesRows(record)) {
          names.set(ref, formatLabels(labels));
          if (isHit) lostSeries.add(formatLabels(labels));
        }
      } else if (isHit) {
        const { walRefs, timesMs } = timesOf(type, record);
        walRefs.forEach((walRef, i) => lostSamples.add(`${names.get(walRef)} @${timesMs[i]}`));
      }
    });
  }
  return ({ series, timeMs }) => {
    const name = series.replace(/^exemplar of /, "");
    return lostSeries.has(name) || lostSamples.has(`${name} @${timeMs}`);
  };
}

function outOfOrderSource(path: string): readonly { readonly path: string }[] {
  return path.includes("/wbl/") ? [{ path }] : [];
}

function visitRecords(files: Files, path: string, visit: (record: Uint8Array, start: number, end: number) => void): void {
  const file = files.open(path, "read");
  const reader = new SegmentReader(file, path);
  while (reader.next()) visit(reader.record, reader.recordOffset, reader.offset);
  file.close();
}
