import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { nodeFiles } from "@ferula/files";
import { createMatcher, createSampleColumns, formatLabels } from "@ferula/model";
import { tempFolder } from "@ferula/test-kit";
import { openBlock, type BlockReader } from "../../src/block/open-block.ts";
import { createSeriesEntry } from "../../src/block/series-entry.ts";
import { writeBlock, type BlockSource } from "../../src/block/write-block.ts";
import { countTombstones } from "../../src/block/tombstones.ts";
import { entryLabels } from "./labels.ts";

const GOLDEN = `${import.meta.dirname}/golden`;

/** The lines of `golden/samples.txt`. */
function readLines(block: BlockReader): string {
  const querier = block.querier(-Infinity, Infinity);
  const set = querier.select([createMatcher("!=", "__name__", "")]);
  const out = createSampleColumns(16);
  const hex = (word: number): string => word.toString(16).padStart(8, "0");
  let lines = "";
  for (let i = 0; i < set.seriesCount; i++) {
    set.read(i, out);
    lines += formatLabels(set.labels(i));
    for (let k = 0; k < out.length; k++) {
      const bits = `${hex(out.valueBits[2 * k + 1])}${hex(out.valueBits[2 * k])}`.replace(/^0{1,15}/, "");
      lines += ` ${out.timestampsMs[k]}:${bits}`;
    }
    lines += "\n";
  }
  querier.close();
  return lines;
}

/** Everything of a block, chunks as they stand. */
function copyOf(block: BlockReader): BlockSource {
  const entry = createSeriesEntry();
  return {
    symbols: () => block.index.symbols.all(),
    *series() {
      for (const ref of block.index.allSeries()) {
        block.index.readSeries(ref, entry);
        const chunks = Array.from({ length: entry.chunkCount }, (_, i) => {
          const { encoding, bytes } = block.chunks.read(entry.chunkRefs[i]);
          return { encoding, bytes: bytes.slice(), minTimeMs: entry.minTimesMs[i], maxTimeMs: entry.maxTimesMs[i] };
        });
        yield { labels: entryLabels(entry, block.index.symbols), chunks };
      }
    },
  };
}

test("a block of upstream's is read to the same labels, times and bits, without what its tombstones delete", () => {
  const block = openBlock(nodeFiles, `${GOLDEN}/block`);
  expect(readLines(block)).toBe(readFileSync(`${GOLDEN}/samples.txt`, "utf8"));
  expect(block.meta.stats).toEqual({
    numSamples: 356,
    numFloatSamples: 350,
    numHistogramSamples: 6,
    numSeries: 72,
    numChunks: 72,
    numTombstones: 22,
  });
  expect(countTombstones(block.tombstones)).toBe(22);
  block.close();
});

test("written anew, index and chunks have the same bytes", () => {
  const block = openBlock(nodeFiles, `${GOLDEN}/block`);
  const parent = tempFolder();
  const range = { minTimeMs: block.meta.minTime, maxTimeMs: block.meta.maxTime };
  const meta = writeBlock(nodeFiles, parent, range, copyOf(block));
  expect(meta?.stats).toEqual({ ...block.meta.stats, numTombstones: 0 });
  for (const file of ["index", "chunks/000001"]) {
    expect(Buffer.compare(readFileSync(`${parent}/${meta?.ulid}/${file}`), readFileSync(`${GOLDEN}/block/${file}`))).toBe(0);
  }
  block.close();
});
