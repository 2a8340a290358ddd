import { createChunkReader } from "@ferula/chunks";
import type { SharedMemory } from "@ferula/kernels";
import { growSampleColumns, type SampleColumns } from "@ferula/model";
import type { SeriesSet } from "@ferula/storage";
import type { HeadSelection } from "./head-selection.ts";
import { createSymbolReader, type SymbolReader } from "./symbol-reader.ts";

/** What a thread keeps from one selection to the next. */
export interface SelectionReaderOptions {
  /** An address from `Db.reserveDecodeScratch`, for this thread alone; with it chunks are decoded by the kernel. */
  readonly decodeScratch?: number;
  /** Shares the thread's cache of strings; one of its own by default. */
  readonly symbolReader?: SymbolReader;
}

/**
 * The series of a selection, on whatever thread the shared memory is attached to. Labels and samples are read when they are asked for.
 * The selection must not have been released.
 */
export function openSelection(shared: SharedMemory, selection: HeadSelection, options: SelectionReaderOptions = {}): SeriesSet {
  shared.refresh();
  const chunkReader = createChunkReader(shared, options.decodeScratch);
  const symbolReader = options.symbolReader ?? createSymbolReader(shared);
  const { minTimeMs, maxTimeMs, chunkStart, chunkAddresses, chunkSampleCounts, latestTimestampsMs, latestValues } = selection;
  const latestBits =
    latestValues === undefined ? undefined : new Uint32Array(latestValues.buffer, latestValues.byteOffset, latestValues.length * 2);
  return {
    seriesCount: selection.seriesCount,
    labels: (index) => symbolReader.labels(selection.labelAddresses[index]),
    read(index, out) {
      out.length = 0;
      if (latestTimestampsMs !== undefined && latestBits !== undefined && !Number.isNaN(latestTimestampsMs[index])) {
        growSampleColumns(out, 1);
        out.timestampsMs[0] = latestTimestampsMs[index];
        out.valueBits[0] = latestBits[2 * index];
        out.valueBits[1] = latestBits[2 * index + 1];
        out.length = 1;
        return;
      }
      for (let chunk = chunkStart[index]; chunk < chunkStart[index + 1]; chunk++) {
        chunkReader.read(chunkAddresses[chunk], chunkSampleCounts[chunk], out);
      }
      keepRange(out, minTimeMs, maxTimeMs);
    },
    readHistograms(_index, out) {
      out.length = 0;
    },
  };
}

/** Drops samples outside the range; chunks reach past its ends. */
function keepRange(out: SampleColumns, minTimeMs: number, maxTimeMs: number): void {
  const { timestampsMs, valueBits } = out;
  let { length } = out;
  while (length > 0 && timestampsMs[length - 1] > maxTimeMs) length--;
  let start = 0;
  while (start < length && timestampsMs[start] < minTimeMs) start++;
  if (start > 0) {
    timestampsMs.copyWithin(0, start, length);
    valueBits.copyWithin(0, 2 * start, 2 * length);
  }
  out.length = length - start;
}
