import { flipBit } from "@ferula/files";
import { attachSharedMemory, createSharedMemory } from "@ferula/kernels";
import { createHistogramColumns, createMatcher, labelsOf, type Matcher } from "@ferula/model";
import { expect, test } from "@jest/globals";
import { openBlock } from "../../src/block/open-block.ts";
import { Head } from "../../src/head/head.ts";
import type { DbQueries } from "../../src/query/db-queries.ts";
import { createSelectionReader, type SelectionReader } from "../../src/query/selection-reader.ts";
import { blockDisk, columnsOf, every15s, PARENT, writeTestBlock } from "../block/support.ts";
import { chunkTextsOf, fillHead, openQueries, servedBlocks, textsOf } from "./support.ts";

const ALL_TIME = [-Infinity, Infinity] as const;

interface Served {
  readonly head: Head;
  readonly queries: DbQueries;
  /** What another thread reads with. */
  readonly reader: SelectionReader;
  readonly pinCount: () => number;
  readonly blockDirs: readonly string[];
  readonly damage: (path: string, bit: number) => void;
}

/** A head that begins at 7 300 000 ms with the jobs b and d, and two blocks of the time before: a, b and ü, é. */
function serve({ headSeries = 2 } = {}): Served {
  const disk = blockDisk();
  const head = new Head(createSharedMemory(), { chunkRangeMs: 7_200_000, samplesPerChunk: 120 });
  const jobs = Array.from({ length: headSeries }, (_, i) => ["b", "d"][i] ?? `more${i}`);
  for (const job of jobs) {
    fillHead(head, labelsOf({ __name__: "up", job, own: "1" }), {
      floats: columnsOf([[7_300_000, 1]]),
      histograms: createHistogramColumns(0),
    });
  }
  const blockDirs = [
    ["a", "b"],
    ["\u{1f600}", "\uffee"],
  ].map((names) =>
    writeTestBlock(
      disk,
      // By their bytes: a pair of surrogates is behind what is above them in UTF-16.
      (names[0] === "a" ? names : names.toReversed()).map((job) => [{ __name__: "up", job }, every15s(4)] as const),
    ),
  );
  const served = servedBlocks(blockDirs.map((dir) => openBlock(disk, dir)));
  const shared = attachSharedMemory(head.shared.memory);
  return {
    head,
    queries: openQueries(disk, head, served),
    reader: createSelectionReader({ shared, files: disk, dir: PARENT }),
    pinCount: served.pinCount,
    blockDirs,
    damage: (path, bit) => disk.corrupt(path, flipBit(bit)),
  };
}

const named = [createMatcher("=", "__name__", "up")];
const early = [createMatcher("=~", "job", "[a-c]")];
const own = [createMatcher("!=", "own", "")];

test.each<{ why: string; ofLabel?: string; matchers?: Matcher[]; range?: readonly [number, number]; limit?: number }>([
  { why: "names" },
  { why: "names of some series", matchers: own },
  { why: "names up to a limit", limit: 2 },
  { why: "values", ofLabel: "job" },
  { why: "values of some series", ofLabel: "job", matchers: named },
  { why: "values that match", ofLabel: "job", matchers: early },
  { why: "values of series with another label", ofLabel: "job", matchers: own },
  { why: "values up to a limit that cuts", ofLabel: "job", limit: 3 },
  { why: "values up to a limit that does not", ofLabel: "job", limit: 5 },
  { why: "values of a label that nobody has", ofLabel: "nobody" },
  { why: "values of the time of the blocks", ofLabel: "job", range: [0, 10_000] },
  { why: "values of a time before all", ofLabel: "job", range: [-20, -10] },
])("$why are the same on another thread as on that of the head", ({ ofLabel, matchers = [], range = ALL_TIME, limit = 0 }) => {
  const { queries, reader, pinCount } = serve();
  const querier = queries.querier(...range);
  const want = ofLabel === undefined ? querier.labelNames(matchers, limit) : querier.labelValues(ofLabel, matchers, limit);
  querier.close();
  const selection = queries.selectLabels(...range, matchers, ofLabel);
  expect(reader.listLabels(structuredClone(selection), limit)).toEqual(want);
  queries.release(selection.pin);
  expect(pinCount()).toBe(0);
});

test("values of all sources are sorted by their bytes, each once", () => {
  const { queries, reader } = serve();
  const { values } = reader.listLabels(queries.selectLabels(...ALL_TIME, [], "job"), 0);
  expect(values).toEqual(["a", "b", "d", "\uffee", "\u{1f600}"]);
});

test.each([
  { why: "little in memory is", range: [7_200_000, 8_000_000] as const, headSeries: 2, isLight: true },
  { why: "what lies in blocks is not", range: ALL_TIME, headSeries: 2, isLight: false },
  { why: "very much in memory is not", range: [7_200_000, 8_000_000] as const, headSeries: 5000, isLight: false },
])("$why read on the thread of the head", ({ range, headSeries, isLight }) => {
  const { queries } = serve({ headSeries });
  const labels = queries.selectLabels(...range, [], "job");
  const series = queries.select(...range, named);
  expect(queries.listLight(labels, 0)?.values.length).toBe(isLight ? headSeries : undefined);
  expect(queries.openLight(series)?.seriesCount).toBe(isLight ? headSeries : undefined);
});

test("symbols that a selection names are kept while it waits for a thread", async () => {
  const { head, queries, reader } = serve();
  const selection = queries.selectLabels(7_200_000, 8_000_000, [], "own");
  const jobs = queries.selectLabels(7_200_000, 8_000_000, [], "job");
  // What dies in one collection is used again after a later one.
  for (let round = 0; round < 3; round++) {
    await head.truncateBefore(50_000_000 + round);
    for (let i = 0; i < 9; i++) head.seriesRef(labelsOf({ x: `${round}${i}`, [`n${i}`]: String.fromCharCode(0x41 + 9 * round + i) }));
  }
  expect([selection, jobs].map((one) => reader.listLabels(one, 0).values)).toEqual([["1"], ["b", "d"]]);
});

test("a chunk querier reads on another thread what it reads on that of the head", () => {
  const { queries, reader, pinCount } = serve();
  for (const range of [ALL_TIME, [20_000, 7_300_000] as const]) {
    const querier = queries.chunkQuerier(...range);
    const want = chunkTextsOf(querier.select(named));
    querier.close();
    const selection = queries.selectChunks(...range, named);
    const set = reader.openChunks(structuredClone(selection));
    expect(chunkTextsOf(set)).toEqual(want);
    const samples = reader.open(queries.select(...range, named));
    expect(textsOf(samples)).toEqual(want);
    queries.release(selection.pin);
  }
  // Those of the selects for samples.
  expect(pinCount()).toBe(2);
});

test.each([
  { why: "an index", name: "index", bit: 8 * 14 },
  { why: "tombstones", name: "tombstones", bit: 8 },
])("damage to $why is told by its place when labels are listed, and nothing stays pinned", ({ name, bit }) => {
  const { queries, reader, blockDirs, damage, pinCount } = serve();
  damage(`${blockDirs[0]}/${name}`, bit);
  const selection = queries.selectLabels(...ALL_TIME, [], "job");
  expect(() => reader.listLabels(selection, 0)).toThrow(`cannot read ${blockDirs[0]}/${name} at offset`);
  queries.release(selection.pin);
  expect(pinCount()).toBe(0);
});

test("values of the head that don't fit are left out", () => {
  const { queries, reader } = serve({ headSeries: 4 });
  const selection = queries.selectLabels(7_200_000, 8_000_000, [], "job");
  expect(reader.listLabels(selection, 0, (text) => text.startsWith("m"))).toEqual({ values: ["more2", "more3"], truncated: false });
});

test("values in memory that has grown on another thread are read", () => {
  const { head, queries, reader } = serve();
  // What comes now lies beyond what the reader has seen of the memory.
  head.shared.reserve(head.shared.memory.buffer.byteLength);
  const long = "x".repeat(1_000_000);
  fillHead(head, labelsOf({ __name__: "up", long }), { floats: columnsOf([[7_300_000, 1]]), histograms: createHistogramColumns(0) });
  const selection = queries.selectLabels(7_300_000, 7_300_000, [], "long");
  expect(reader.listLabels(selection, 0)).toEqual({ values: [long], truncated: false });
  queries.release(selection.pin);
});
