import type { FaultyFiles } from "@ferula/files";
import { createSharedMemory } from "@ferula/kernels";
import {
  compareLabels,
  createHistogramColumns,
  createFloatHistogram,
  createMatcher,
  createSampleColumns,
  formatLabels,
  labelsOf,
  labelValue,
  matchesLabels,
  type Matcher,
  pushHistogram,
} from "@ferula/model";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Interval } from "../../src/block/intervals.ts";
import { openBlock, type BlockReader } from "../../src/block/open-block.ts";
import { writeTombstones } from "../../src/block/tombstones.ts";
import { Head } from "../../src/head/head.ts";
import type { DbQueries } from "../../src/query/db-queries.ts";
import type { SeriesColumns } from "../../src/query/join-samples.ts";
import { createSelectionReader } from "../../src/query/selection-reader.ts";
import { blockDisk, PARENT } from "../block/support.ts";
import { isFullCampaign } from "../campaigns/extent.ts";
import { chunkTextsOf, encodeColumns, fillHead, openBlockOf, openQueries, servedBlocks, textsOf, type SampleTexts } from "./support.ts";

const RUNS = isFullCampaign ? 1000 : 40;

/** The head is source 0, the blocks follow. */
const MOST_BLOCKS = 4;

/** `[time, the sources that have it as bits]`; the value comes of the time, there are stretches of histograms. */
type SpreadSample = readonly [timestampMs: number, sources: number];

interface Case {
  readonly series: readonly { readonly labels: Readonly<Record<string, string>>; readonly samples: readonly SpreadSample[] }[];
  readonly blockCount: number;
  /** What is deleted of a series in a block. */
  readonly deleted: readonly { readonly series: number; readonly block: number; readonly interval: Interval }[];
}

/** Most samples are in one source only. */
const sources: fc.Arbitrary<number> = fc.oneof(
  { weight: 3, arbitrary: fc.nat(MOST_BLOCKS).map((source) => 1 << source) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 2 ** (MOST_BLOCKS + 1) - 1 }) },
);

const cases: fc.Arbitrary<Case> = fc.record({
  series: fc.uniqueArray(
    fc.record({
      labels: fc.dictionary(fc.constantFrom("__name__", "job", "z\u{1f525}"), fc.constantFrom("a", "b", "\uffee", "\u{1f600}", "ab"), {
        minKeys: 1,
      }),
      samples: fc
        .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 400 }), sources), {
          maxLength: 100,
          size: "max",
          selector: ([ms]) => ms,
        })
        .map((samples) => samples.toSorted(([a], [b]) => a - b)),
    }),
    { maxLength: 8, selector: ({ labels }) => formatLabels(labelsOf(labels)) },
  ),
  blockCount: fc.integer({ min: 0, max: MOST_BLOCKS }),
  deleted: fc.array(
    fc.record({
      series: fc.nat(3),
      block: fc.nat(MOST_BLOCKS - 1),
      interval: fc.tuple(fc.nat(400), fc.nat(60)).map(([start, length]) => ({ minTimeMs: start, maxTimeMs: start + length })),
    }),
    { maxLength: 12 },
  ),
});

const matchers: fc.Arbitrary<Matcher[]> = fc.array(
  fc
    .tuple(
      fc.constantFrom("=", "!=", "=~", "!~" as const),
      fc.constantFrom("__name__", "job", "z\u{1f525}", "none"),
      fc.constantFrom("", "a", "a|b", ".+", "a.*", ".*", "\uffee"),
    )
    .map(([type, name, value]) => createMatcher(type as Matcher["type"], name, value)),
  { maxLength: 3 },
);

/** Half of all selects are of everything. */
const matcherLists: fc.Arbitrary<Matcher[]> = fc.oneof(fc.constant<Matcher[]>([]), matchers);

/** A histogram whose counts tell its time; as a counter it never goes back. */
function histogramAt(ms: number): ReturnType<typeof createFloatHistogram> {
  return createFloatHistogram({
    count: ms + 1,
    sum: ms,
    positiveSpans: Int32Array.of(0, 2),
    positiveBuckets: Float64Array.of(ms, 1),
  });
}

function isHistogram(ms: number): boolean {
  return ms % 70 >= 35;
}

/** The samples of a series that one source has. */
function columnsIn(samples: readonly SpreadSample[], source: number): SeriesColumns {
  const floats = createSampleColumns(samples.length);
  const histograms = createHistogramColumns(0);
  for (const [ms, sources] of samples) {
    if ((sources & (1 << source)) === 0) continue;
    if (isHistogram(ms)) pushHistogram(histograms, ms, histogramAt(ms));
    else {
      floats.timestampsMs[floats.length] = ms;
      floats.values[floats.length++] = ms / 3;
    }
  }
  return { floats, histograms };
}

function deletedIn({ deleted }: Case, series: number, block: number): Interval[] {
  return deleted.filter((one) => one.series === series && one.block === block).map(({ interval }) => interval);
}

function openBlocks(files: FaultyFiles, testCase: Case): BlockReader[] {
  const sorted = testCase.series
    .map(({ labels, samples }, index) => ({ labels: labelsOf(labels), samples, index }))
    .sort((a, b) => compareLabels(a.labels, b.labels));
  return Array.from({ length: testCase.blockCount }, (_, block) => {
    const held = sorted
      .map((one) => ({ ...one, chunks: encodeColumns(columnsIn(one.samples, block + 1)) }))
      .filter(({ chunks }) => chunks.length > 0);
    const reader = openBlockOf(files, held);
    if (reader === undefined) return [];
    const refs = reader.index.allSeries();
    const tombstones = new Map(held.map(({ index }, i) => [refs[i], mergedIntervals(deletedIn(testCase, index, block))]));
    writeTombstones(files, reader.dir, tombstones);
    reader.close();
    return [openBlock(files, reader.dir)];
  }).flat();
}

/** As a block holds them: ascending and apart. */
function mergedIntervals(intervals: readonly Interval[]): Interval[] {
  const merged: Interval[] = [];
  for (const one of intervals.toSorted((a, b) => a.minTimeMs - b.minTimeMs)) {
    const last = merged.at(-1);
    if (last === undefined || last.maxTimeMs + 1 < one.minTimeMs) merged.push(one);
    else merged[merged.length - 1] = { minTimeMs: last.minTimeMs, maxTimeMs: Math.max(last.maxTimeMs, one.maxTimeMs) };
  }
  return merged;
}

interface Opened {
  readonly files: FaultyFiles;
  readonly shared: ReturnType<typeof createSharedMemory>;
  readonly served: ReturnType<typeof servedBlocks>;
  readonly queries: DbQueries;
}

function open(testCase: Case): Opened {
  const files = blockDisk();
  files.makeFolder(`${PARENT}/chunks_head`);
  const shared = createSharedMemory();
  const head = new Head(shared, { chunkRangeMs: 100, samplesPerChunk: 20 });
  for (const { labels, samples } of testCase.series) fillHead(head, labelsOf(labels), columnsIn(samples, 0));
  const served = servedBlocks(openBlocks(files, testCase));
  return { files, shared, served, queries: openQueries(files, head, served) };
}

/** What a plain model of the case holds. */
function modelOf(testCase: Case, matchers: readonly Matcher[], minTimeMs: number, maxTimeMs: number): SampleTexts {
  const texts: Record<string, string[]> = {};
  testCase.series.forEach(({ labels, samples }, index) => {
    if (!matchesLabels(matchers, labelsOf(labels))) return;
    const rows = samples
      .filter(([ms, sources]) => ms >= minTimeMs && ms <= maxTimeMs && isKept(testCase, index, ms, sources))
      .map(
        ([ms]) => `${ms}:${isHistogram(ms) ? `{count:${ms + 1}, sum:${ms}, ${ms === 0 ? "" : `(0.5,1]:${ms}, `}(1,2]:1}` : String(ms / 3)}`,
      );
    if (rows.length > 0) texts[formatLabels(labelsOf(labels))] = rows;
  });
  return texts;
}

/** Whether the head has it, or a block that has not deleted it. */
function isKept(testCase: Case, index: number, ms: number, sources: number): boolean {
  if ((sources & 1) === 1) return true;
  for (let block = 0; block < testCase.blockCount; block++) {
    const isDeleted = deletedIn(testCase, index, block).some(({ minTimeMs, maxTimeMs }) => ms >= minTimeMs && ms <= maxTimeMs);
    if ((sources & (2 << block)) !== 0 && !isDeleted) return true;
  }
  return false;
}

const ranges: fc.Arbitrary<readonly [minTimeMs: number, maxTimeMs: number]> = fc.oneof(
  fc.constant([-Infinity, Infinity] as const),
  fc.tuple(fc.integer({ min: -10, max: 410 }), fc.integer({ min: 0, max: 420 })).map(([start, length]) => [start, start + length] as const),
);

test("head and overlapping blocks together hold what a plain model holds: here, for a worker, and as chunks", () => {
  fc.assert(
    fc.property(cases, fc.array(fc.tuple(matcherLists, ranges), { minLength: 1, maxLength: 3 }), (testCase, selects) => {
      const { files, shared, served, queries } = open(testCase);
      const reader = createSelectionReader({ shared, files, dir: PARENT });
      for (const [matchers, [minTimeMs, maxTimeMs]] of selects) {
        const want = modelOf(testCase, matchers, minTimeMs, maxTimeMs);
        const querier = queries.querier(minTimeMs, maxTimeMs);
        expect(textsOf(querier.select(matchers))).toEqual(want);
        querier.close();
        const selection = queries.select(minTimeMs, maxTimeMs, matchers);
        expect(textsOf(reader.open(structuredClone(selection)))).toEqual(want);
        queries.release(selection.pin);
        const chunkQuerier = queries.chunkQuerier(minTimeMs, maxTimeMs);
        expect(chunkTextsOf(chunkQuerier.select(matchers))).toEqual(want);
        chunkQuerier.close();
      }
      reader.close();
      expect(served.pinCount()).toBe(0);
    }),
    { numRuns: RUNS },
  );
});

test("names and values are those of the head and of the blocks in the range, cut by limits", () => {
  fc.assert(
    fc.property(cases, matcherLists, ranges, fc.integer({ min: 0, max: 4 }), (testCase, matchers, [minTimeMs, maxTimeMs], limit) => {
      const { queries, served } = open(testCase);
      const querier = queries.querier(minTimeMs, maxTimeMs);
      const held = heldLabels(testCase, minTimeMs, maxTimeMs).filter((labels) => matchesLabels(matchers, labels));
      expect(querier.labelNames(matchers, limit)).toEqual(
        listing(
          held.flatMap((labels) => labels.filter((_, i) => i % 2 === 0)),
          limit,
        ),
      );
      for (const name of ["__name__", "job", "z\u{1f525}", "none"]) {
        expect(querier.labelValues(name, matchers, limit)).toEqual(
          listing(
            held.map((labels) => labelValue(labels, name)),
            limit,
          ),
        );
      }
      querier.close();
      expect(served.pinCount()).toBe(0);
    }),
    { numRuns: RUNS },
  );
});

/** The labels of the series of those sources that have a part in the range: listings don't look at single series' times. */
function heldLabels(testCase: Case, minTimeMs: number, maxTimeMs: number): (readonly string[])[] {
  return Array.from({ length: testCase.blockCount + 1 }, (_, source) => {
    const held = testCase.series.filter(({ samples }) => samples.some(([, sources]) => (sources & (1 << source)) !== 0));
    const times = held.flatMap(({ samples }) => samples.filter(([, sources]) => (sources & (1 << source)) !== 0).map(([ms]) => ms));
    if (!(Math.min(...times) <= maxTimeMs && Math.max(...times) >= minTimeMs)) return [];
    // The head knows series without samples too.
    return (source === 0 ? testCase.series : held).map(({ labels }) => labelsOf(labels));
  }).flat();
}

function listing(texts: readonly string[], limit: number): { values: string[]; truncated: boolean } {
  const sorted = [...new Set(texts)].filter((text) => text !== "").sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return { values: limit > 0 ? sorted.slice(0, limit) : sorted, truncated: limit > 0 && sorted.length > limit };
}
