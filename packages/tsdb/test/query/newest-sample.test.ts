import { reserveDecodeScratch } from "@ferula/chunks";
import { createSharedMemory } from "@ferula/kernels";
import { createHistogramColumns, createMatcher, createSampleColumns, labelsOf, setStaleAt } from "@ferula/model";
import type { SelectHints } from "@ferula/storage";
import { expect, test } from "@jest/globals";
import { Head } from "../../src/head/head.ts";
import { createSelectionReader } from "../../src/query/selection-reader.ts";
import { blockDisk, columnsOf, PARENT } from "../block/support.ts";
import { fillHead, openQueries, servedBlocks } from "./support.ts";

const START_MS = 7_000_000;
const STEP_MS = 15_000;
const ALL = [createMatcher("!=", "__name__", "")];

/** Reads a series of chunks of a few samples each: the sample that counts lies in the open one, in an older one, or in none. */
function openSeries(withKernel: boolean): (minTimeMs: number, maxTimeMs: number, hints?: SelectHints) => string[] {
  const head = new Head(createSharedMemory(), { chunkRangeMs: 7_200_000, samplesPerChunk: 4 });
  const floats = columnsOf(Array.from({ length: 19 }, (_, i): [number, number] => [START_MS + i * STEP_MS, i * i]));
  setStaleAt(floats, 11);
  fillHead(head, labelsOf({ __name__: "a" }), { floats, histograms: createHistogramColumns(0) });
  const files = blockDisk();
  const queries = openQueries(files, head, servedBlocks([]));
  const { shared } = head;
  const reader = createSelectionReader({
    shared,
    dir: PARENT,
    files,
    ...(withKernel ? { decodeScratch: reserveDecodeScratch(shared) } : {}),
  });
  return (minTimeMs, maxTimeMs, hints) => {
    const selection = queries.select(minTimeMs, maxTimeMs, ALL, hints);
    const set = reader.open(structuredClone(selection));
    const out = createSampleColumns(1);
    if (set.seriesCount > 0) set.read(0, out);
    queries.release(selection.pin);
    return Array.from({ length: out.length }, (_, i) => `${out.valueBits[2 * i]}/${out.valueBits[2 * i + 1]}@${out.timestampsMs[i]}`);
  };
}

test.each([
  { why: "by the kernel", withKernel: true },
  { why: "by its twin", withKernel: false },
])("where only the newest sample counts, it is the newest of all that there are, read $why", ({ withKernel }) => {
  const read = openSeries(withKernel);
  for (const ageMs of [0, STEP_MS, 5 * STEP_MS, 40 * STEP_MS]) {
    for (let timeMs = START_MS - STEP_MS; timeMs < START_MS + 45 * STEP_MS; timeMs += STEP_MS / 3) {
      const all = read(timeMs - ageMs, timeMs);
      expect(read(timeMs - ageMs, timeMs, { latestAtMs: timeMs })).toEqual(all.slice(-1));
    }
  }
});
