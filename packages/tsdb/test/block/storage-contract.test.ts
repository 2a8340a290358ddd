import type { Labels } from "@ferula/model";
import { createMatcher, createSampleColumns } from "@ferula/model";
import type { Querier } from "@ferula/storage";
import { memoryStorage, storageContract, type ContractStorage } from "@ferula/test-kit";
import { openBlock } from "../../src/block/open-block.ts";
import { symbolsOf, writeBlock, type BlockSeries } from "../../src/block/write-block.ts";
import { compareLabels } from "@ferula/model";
import { blockDisk, chunksOf, PARENT } from "./support.ts";

/** All that was appended, as series of a block. */
function seriesOf(memory: ContractStorage): BlockSeries[] {
  const querier = memory.querier(-Infinity, Infinity);
  const set = querier.select([createMatcher("=~", "__name__", ".*")]);
  const series = Array.from({ length: set.seriesCount }, (_, i): BlockSeries & { labels: Labels } => {
    const columns = createSampleColumns(1);
    set.read(i, columns);
    return { labels: set.labels(i), chunks: chunksOf(columns) };
  });
  querier.close();
  return series.sort((a, b) => compareLabels(a.labels, b.labels));
}

/** What is appended stays in memory; whoever asks reads a block that was just written of it. */
function storageOfBlocks(): ContractStorage {
  const memory = memoryStorage();
  return {
    ...memory,
    querier(minTimeMs, maxTimeMs): Querier {
      const series = seriesOf(memory);
      const symbols = symbolsOf(series.map(({ labels }) => labels));
      const files = blockDisk();
      const range = { minTimeMs: 0, maxTimeMs: Number.MAX_SAFE_INTEGER };
      const meta = writeBlock(files, PARENT, range, { symbols: () => symbols, series: () => series });
      if (meta === undefined) return memory.querier(minTimeMs, maxTimeMs);
      const block = openBlock(files, `${PARENT}/${meta.ulid}`);
      const querier = block.querier(minTimeMs, maxTimeMs);
      block.close();
      return querier;
    },
  };
}

storageContract("a block", storageOfBlocks);
