import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { createFaultyFiles, nodeFiles, type Files } from "@ferula/files";
import {
  compareLabels,
  createHistogramColumns,
  createMatcher,
  createSampleColumns,
  createIntegerHistogram,
  formatFloat,
  formatLabels,
  labelsOf,
} from "@ferula/model";
import { tempFolder } from "@ferula/test-kit";
import fc from "fast-check";
import { createBlocks, importRangeMs } from "../../src/backfill/create-blocks.ts";
import type { ImportedSample } from "../../src/backfill/imported-sample.ts";
import type { BlockMeta } from "../../src/block/meta.ts";
import { openBlock } from "../../src/block/open-block.ts";
import { peerEnv, testWith } from "../peer.ts";

const HOUR_MS = 3_600_000;
/** A whole number of ranges of two hours behind 1970. */
const FIRST_MS = 236_111 * 2 * HOUR_MS;

const of = (name: string, timestampMs: number, value: number): ImportedSample => ({
  labels: labelsOf({ __name__: name }),
  timestampMs,
  value,
});

/** All samples of the blocks, `labels value ms`, as `promtool tsdb dump` prints them. */
function dumpOf(files: Files, dir: string, metas: readonly BlockMeta[]): string[] {
  const lines: string[] = [];
  for (const { ulid } of metas) {
    const block = openBlock(files, `${dir}/${ulid}`);
    const querier = block.querier(-Infinity, Infinity);
    const set = querier.select([createMatcher("=~", "__name__", ".*")]);
    const columns = createSampleColumns(16);
    for (let i = 0; i < set.seriesCount; i++) {
      set.read(i, columns);
      for (let k = 0; k < columns.length; k++)
        lines.push(`${formatLabels(set.labels(i))} ${formatFloat(columns.values[k])} ${columns.timestampsMs[k]}`);
    }
    querier.close();
    block.close();
  }
  return lines;
}

function dumpLines(samples: readonly ImportedSample[]): string[] {
  return samples
    .toSorted((a, b) => compareLabels(a.labels, b.labels) || a.timestampMs - b.timestampMs)
    .map(({ labels, timestampMs, value }) => `${formatLabels(labels)} ${formatFloat(value as number)} ${timestampMs}`);
}

const ranges = (metas: readonly BlockMeta[]): [number, number][] =>
  metas.map(({ minTime, maxTime }) => [minTime - FIRST_MS, maxTime - FIRST_MS]);

test("one block for each range that has samples, from the first of them to the last", async () => {
  const files = createFaultyFiles();
  const samples = [
    of("b", FIRST_MS + 20 * HOUR_MS, 1),
    of("a", FIRST_MS + 5000, 2),
    of("a", FIRST_MS + 2 * HOUR_MS - 1, 3),
    of("a", FIRST_MS + 2 * HOUR_MS, 4),
    of("b", FIRST_MS + 21 * HOUR_MS, 5),
  ];
  const told: string[] = [];
  let passes = 0;
  const metas = await createBlocks(
    () => {
      passes++;
      return [samples.slice(0, 2), [], samples.slice(2)];
    },
    { files, dir: "/out", onBlock: ({ ulid }) => told.push(ulid) },
  );
  expect(ranges(metas)).toEqual([
    [5000, 2 * HOUR_MS],
    [2 * HOUR_MS, 2 * HOUR_MS + 1],
    [20 * HOUR_MS, 21 * HOUR_MS + 1],
  ]);
  expect(told).toEqual(metas.map(({ ulid }) => ulid));
  expect(metas.map(({ stats }) => stats.numSamples)).toEqual([2, 1, 2]);
  expect(metas[0].compaction).toMatchObject({ level: 1, sources: [metas[0].ulid] });
  expect(dumpOf(files, "/out", metas).sort()).toEqual(dumpLines(samples).sort());
  expect(files.readFolder("/out")).toEqual(told.toSorted());
  // Once to find the first range, and once for each block.
  expect(passes).toBe(4);
});

test("samples from before 1970 have their ranges, too", async () => {
  const files = createFaultyFiles();
  const metas = await createBlocks(() => [[of("a", -1, 1), of("a", 0, 2)]], { files, dir: "/out" });
  expect(metas.map(({ minTime, maxTime }) => [minTime, maxTime])).toEqual([
    [-1, 0],
    [0, 1],
  ]);
});

test("without samples there is no block", async () => {
  const files = createFaultyFiles();
  expect(await createBlocks(() => [], { files, dir: "/out" })).toEqual([]);
  expect(files.readFolder("/out")).toEqual([]);
});

test("histograms are taken, beside floats", async () => {
  const files = createFaultyFiles();
  const histogram = {
    ...createIntegerHistogram(),
    count: 3,
    sum: 7,
    positiveSpans: Int32Array.of(0, 2),
    positiveBuckets: Float64Array.of(1, 1),
  };
  const labels = labelsOf({ __name__: "h" });
  const metas = await createBlocks(() => [[{ labels, timestampMs: FIRST_MS, value: histogram }, of("a", FIRST_MS, 1)]], {
    files,
    dir: "/out",
  });
  expect(metas[0].stats).toMatchObject({ numFloatSamples: 1, numHistogramSamples: 1 });
  const block = openBlock(files, `/out/${metas[0].ulid}`);
  const columns = createHistogramColumns(1);
  const set = block.querier(-Infinity, Infinity).select([createMatcher("=", "__name__", "h")]);
  set.readHistograms(0, columns);
  expect([columns.timestampsMs[0], columns.histograms[0].sum, columns.histograms[0].positiveBuckets]).toEqual([
    FIRST_MS,
    7,
    Float64Array.of(1, 2),
  ]);
  block.close();
});

describe("a sample that its series can't take is named", () => {
  test.each<{ samples: ImportedSample[]; rows?: number; want: string; why: string }>([
    {
      samples: [of("a", 2000, 1), of("b", 9, 1), of("a", 1000, 1)],
      want: '{__name__="a"} at 1000: out of order sample',
      why: "older than one before it",
    },
    {
      samples: [of("a", 2000, 1), of("a", 1000, 1)],
      rows: 1,
      want: '{__name__="a"} at 1000: out of order sample',
      why: "of a batch before",
    },
    {
      samples: [of("a", 1000, 1), of("a", 1000, 2)],
      want: '{__name__="a"} at 1000: duplicate sample for timestamp',
      why: "another value of one time",
    },
    {
      samples: [{ labels: labelsOf({ __name__: "h" }), timestampMs: 5, value: { ...createIntegerHistogram(), count: 3 } }],
      want: "1 histograms contradict themselves",
      why: "a histogram that can't be",
    },
  ])("$why", async ({ samples, rows = 5000, want }) => {
    const files = createFaultyFiles();
    await expect(createBlocks(() => [samples], { files, dir: "/out", maxSamplesInAppender: rows })).rejects.toMatchObject({
      errorType: "bad_data",
      message: expect.stringContaining(want),
    });
    expect(files.readFolder("/out")).toEqual([]);
  });

  test("the same sample again is taken", async () => {
    const files = createFaultyFiles();
    const metas = await createBlocks(() => [[of("a", 1000, 1), of("a", 1000, 1)]], { files, dir: "/out" });
    expect(metas[0].stats.numSamples).toBe(1);
  });
});

test("what the source throws leaves nothing but whole blocks", async () => {
  const files = createFaultyFiles();
  let passes = 0;
  async function* source(): AsyncGenerator<ImportedSample[]> {
    yield [of("a", FIRST_MS, 1)];
    if (++passes === 3) throw new Error("the file is gone");
    yield [of("a", FIRST_MS + 3 * HOUR_MS, 1)];
  }
  await expect(createBlocks(source, { files, dir: "/out" })).rejects.toThrow("the file is gone");
  expect(files.readFolder("/out")).toHaveLength(1);
});

test("a disk that is full is told, and leaves nothing but whole blocks", async () => {
  const files = createFaultyFiles();
  files.failWritesTo("tmp-for-creation", { code: "ENOSPC" });
  await expect(createBlocks(() => [[of("a", FIRST_MS, 1)]], { files, dir: "/out" })).rejects.toThrow("ENOSPC");
  expect(files.readFolder("/out")).toEqual([]);
});

test.each([
  [0, 2],
  [2, 2],
  [5, 2],
  [6, 6],
  [17.9, 6],
  [100, 54],
  [1e9, 2 * 3 ** 9],
])("blocks of at most %d hours are of %d hours", (mostHours, want) => {
  expect(importRangeMs(mostHours * HOUR_MS)).toBe(want * HOUR_MS);
});

test("whatever series come in whatever order, the blocks hold their samples", async () => {
  const samplesOf = (name: string): fc.Arbitrary<ImportedSample[]> =>
    fc
      .uniqueArray(fc.integer({ min: 0, max: 12 * HOUR_MS }), { maxLength: 400, size: "max" })
      .map((offsets) => offsets.sort((a, b) => a - b).map((offset) => of(name, FIRST_MS + offset, offset % 97)));
  const scattered = fc.tuple(samplesOf("a"), samplesOf("b"), samplesOf("c"), fc.infiniteStream(fc.nat(2))).map(([a, b, c, turns]) => {
    const queues = [a, b, c].map((queue) => queue.slice());
    const all: ImportedSample[] = [];
    while (queues.some((queue) => queue.length > 0)) {
      const next = queues[turns.next().value].shift();
      if (next !== undefined) all.push(next);
    }
    return all;
  });
  await fc.assert(
    fc.asyncProperty(scattered, fc.integer({ min: 1, max: 50 }), async (samples, maxSamplesInAppender) => {
      const files = createFaultyFiles();
      const metas = await createBlocks(() => [samples], { files, dir: "/out", maxSamplesInAppender });
      for (const { minTime, maxTime } of metas) expect(Math.floor(minTime / (2 * HOUR_MS))).toBe(Math.floor((maxTime - 1) / (2 * HOUR_MS)));
      expect(dumpOf(files, "/out", metas).sort()).toEqual(dumpLines(samples).sort());
    }),
    { numRuns: 12 },
  );
}, 60_000);

const withPromtool = testWith("promtool");

withPromtool("promtool dumps the same samples (skipped where promtool is not on PATH)", async () => {
  const dir = tempFolder();
  const samples = Array.from({ length: 3000 }, (_, i) =>
    of(`m${i % 7}`, FIRST_MS + Math.floor(i / 7) * 30_000, [i, -0, Infinity, NaN, i / 3][i % 5]),
  );
  const metas = await createBlocks(() => [samples], { files: nodeFiles, dir });
  expect(metas.length).toBe(2);
  // It wants a log beside the blocks.
  mkdirSync(`${dir}/wal`);
  const dump = execFileSync("promtool", ["tsdb", "dump", dir], { encoding: "utf8", maxBuffer: 1 << 26, env: peerEnv });
  expect(dump.trimEnd().split("\n").sort()).toEqual(dumpLines(samples).sort());
  const list = execFileSync("promtool", ["tsdb", "list", dir], { encoding: "utf8", env: peerEnv });
  for (const { ulid, stats } of metas)
    expect(list).toMatch(new RegExp(`${ulid}.* ${stats.numSamples} +${stats.numChunks} +${stats.numSeries} `));
});
