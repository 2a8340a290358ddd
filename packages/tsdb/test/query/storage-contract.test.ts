import { createSharedMemory } from "@ferula/kernels";
import { createHistogramColumns, createSampleColumns, pushHistogram } from "@ferula/model";
import type { Querier } from "@ferula/storage";
import { memoryStorage, storageContract, type ContractStorage } from "@ferula/test-kit";
import { Head } from "../../src/head/head.ts";
import type { SeriesColumns } from "../../src/query/join-samples.ts";
import { blockDisk } from "../block/support.ts";
import { encodeColumns, fillHead, heldBy, openBlockOf, openQueries, servedBlocks } from "./support.ts";

/** The head and three blocks. */
const SOURCES = 4;

/** What is appended stays in memory; whoever asks reads a head and blocks over which it was just spread, sample by sample. */
function storageOfHeadAndBlocks(): ContractStorage {
  const memory = memoryStorage();
  return {
    ...memory,
    querier(minTimeMs, maxTimeMs): Querier {
      const files = blockDisk();
      const head = new Head(createSharedMemory(), { chunkRangeMs: 7_200_000, samplesPerChunk: 120 });
      const held = heldBy(memory);
      for (const { labels, columns } of held) if (hasAny(partOf(columns, 0))) fillHead(head, labels, partOf(columns, 0));
      const blocks = [1, 2, 3].flatMap((source) => {
        const series = held.map(({ labels, columns }) => ({ labels, chunks: encodeColumns(partOf(columns, source)) }));
        return (
          openBlockOf(
            files,
            series.filter(({ chunks }) => chunks.length > 0),
          ) ?? []
        );
      });
      return openQueries(files, head, servedBlocks(blocks)).querier(minTimeMs, maxTimeMs);
    },
  };
}

/** Of the samples those of one source: they go round by their time. */
function partOf({ floats, histograms }: SeriesColumns, source: number): SeriesColumns {
  const part = { floats: createSampleColumns(floats.length), histograms: createHistogramColumns(0) };
  for (let i = 0; i < floats.length; i++) {
    if (floats.timestampsMs[i] % SOURCES !== source) continue;
    part.floats.timestampsMs[part.floats.length] = floats.timestampsMs[i];
    part.floats.valueBits.set(floats.valueBits.subarray(2 * i, 2 * i + 2), 2 * part.floats.length++);
  }
  for (let i = 0; i < histograms.length; i++) {
    const timestampMs = histograms.timestampsMs[i];
    if (timestampMs % SOURCES === source) pushHistogram(part.histograms, timestampMs, histograms.histograms[i]);
  }
  return part;
}

function hasAny({ floats, histograms }: SeriesColumns): boolean {
  return floats.length + histograms.length > 0;
}

storageContract("a head with blocks", storageOfHeadAndBlocks);
