import type { Querier } from "@ferula/storage";
import { memoryStorage, storageContract, type ContractStorage } from "@ferula/test-kit";
import { openBlock } from "../../src/block/open-block.ts";
import { writeBlock } from "../../src/block/write-block.ts";
import { blockSeriesOf } from "../query/support.ts";
import { blockDisk, PARENT } from "./support.ts";
import { symbolsOf } from "./labels.ts";

/** What is appended stays in memory; whoever asks reads a block that was just written of it. */
function storageOfBlocks(): ContractStorage {
  const memory = memoryStorage();
  return {
    ...memory,
    querier(minTimeMs, maxTimeMs): Querier {
      const series = blockSeriesOf(memory);
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
