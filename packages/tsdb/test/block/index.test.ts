import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { compareUtf8 } from "@ferula/bytes";
import { compareLabels, createMatcher, formatLabels, labelsOf, type Labels } from "@ferula/model";
import { INDEX_V1, INDEX_V2 } from "../../src/block/format.ts";
import { openIndex, type IndexReader } from "../../src/block/index-reader.ts";
import { IndexWriter } from "../../src/block/index-writer.ts";
import { PageCache } from "../../src/block/page-cache.ts";
import { createSeriesEntry, growChunks, type SeriesEntry } from "../../src/block/series-entry.ts";
import { selectPostings } from "../../src/block/select-postings.ts";
import { encodeIndexV1 } from "./index-v1.ts";
import { blockDisk } from "./support.ts";
import { entryLabels, symbolsOf } from "./labels.ts";
import { character } from "../character.ts";

/** Reference, first and last time of each chunk. */
type Chunks = readonly (readonly [ref: number, minMs: number, maxMs: number])[];

function setChunks(entry: SeriesEntry, chunks: Chunks): void {
  entry.chunkCount = chunks.length;
  growChunks(entry, chunks.length);
  chunks.forEach(([ref, minMs, maxMs], i) => {
    entry.chunkRefs[i] = ref;
    entry.minTimesMs[i] = minMs;
    entry.maxTimesMs[i] = maxMs;
  });
}

/** Writes an index of these series and opens it, in version 2 or as version 1. */
function indexOf(series: readonly (readonly [Labels, Chunks])[], version = INDEX_V2): IndexReader {
  const files = blockDisk();
  const writer = new IndexWriter(files, "/data", symbolsOf([["", ""], ...series.map(([labels]) => labels)]));
  const entry = createSeriesEntry();
  for (const [labels, chunks] of series) {
    setChunks(entry, chunks);
    writer.addSeries(labels, entry);
  }
  writer.finish();
  const index = openIndex(files, "/data", new PageCache(0));
  if (version !== INDEX_V1) return index;
  files.writeFileAtomic("/data/index", encodeIndexV1(index));
  return openIndex(files, "/data", new PageCache(0));
}

function readSeries(index: IndexReader, ref: number): [Labels, Chunks] {
  const entry = createSeriesEntry();
  index.readSeries(ref, entry);
  const chunks = Array.from({ length: entry.chunkCount }, (_, i) => {
    return [entry.chunkRefs[i], entry.minTimesMs[i], entry.maxTimesMs[i]] as const;
  });
  return [entryLabels(entry, index.symbols), chunks];
}

const labelText = fc.oneof(fc.string({ unit: character, minLength: 1, maxLength: 6 }), fc.constantFrom("a", "b", "c", "__proto__"));
const labelSet = fc
  .uniqueArray(fc.tuple(labelText, labelText), { selector: ([name]) => name, minLength: 1, maxLength: 5 })
  .map((pairs) => labelsOf(pairs));

/** Chunks that ascend in time and, but for the gaps that another series' chunks fill, in their references. */
const chunks = fc
  .tuple(
    fc.integer({ min: -(2 ** 45), max: 2 ** 45 }),
    fc.maxSafeNat().map((ref) => ref % 2 ** 40),
    fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 2 ** 33 }), fc.nat(2 ** 34)), { maxLength: 5 }),
  )
  .map(([start, firstRef, steps]) => {
    let ms = start;
    let ref = firstRef;
    return steps.map(([length, gap, refStep]) => {
      const chunk = [ref, ms, ms + length] as const;
      ms += length + gap;
      ref += refStep;
      return chunk;
    });
  });

const seriesList = fc
  .uniqueArray(fc.tuple(labelSet, chunks), { selector: ([labels]) => formatLabels(labels), maxLength: 40 })
  .map((list) => list.sort(([a], [b]) => compareLabels(a, b)));

const versions = [INDEX_V2, INDEX_V1];

test.each(versions)("any series come back, in version %d", (version) => {
  fc.assert(
    fc.property(seriesList, (series) => {
      const index = indexOf(series, version);
      expect(index.version).toBe(version);
      expect(Array.from(index.allSeries(), (ref) => readSeries(index, ref))).toEqual(series);
      const names = new Set(series.flatMap(([labels]) => labels.filter((_, i) => i % 2 === 0)));
      expect(index.labelNames).toEqual([...names].sort(compareUtf8));
      expect([...index.symbols.all()]).toEqual(symbolsOf([["", ""], ...series.map(([labels]) => labels)]));
    }),
    { numRuns: 40 },
  );
});

/** 200 series: `n` has 200 values, `mod` 7, `odd` stands on every other one. */
const many = Array.from({ length: 200 }, (_, i): readonly [Labels, Chunks] => [
  labelsOf({ n: `v${i}`, mod: `m${i % 7}`, ...(i % 2 === 1 ? { odd: "yes" } : {}) }),
  [],
]).sort(([a], [b]) => compareLabels(a, b));

test.each(versions)("version %d: labels with more values than are kept in memory", (version) => {
  const index = indexOf(many, version);
  const refs = index.allSeries();
  for (let i = 0; i < 200; i++) {
    const offset = index.findPostings("n", `v${i}`);
    const at = many.findIndex(([labels]) => labels.includes(`v${i}`));
    expect([...index.postingsAt(offset)]).toEqual([refs[at]]);
    expect(index.postingsCountAt(offset)).toBe(1);
  }
  for (const missing of ["", "v", "v200", "v99x", "zz", "a"]) expect(index.findPostings("n", missing)).toBe(-1);
  expect(index.findPostings("nope", "v1")).toBe(-1);
});

test.each(versions)("version %d: values are visited in order, from where they are asked for, until it is enough", (version) => {
  const index = indexOf(many, version);
  const values = (name: string, from: string, most = Infinity): string[] => {
    const seen: string[] = [];
    index.forEachValue(name, from, (value) => seen.push(value) < most);
    return seen;
  };
  const all = Array.from({ length: 200 }, (_, i) => `v${i}`).sort(compareUtf8);
  expect(values("n", "")).toEqual(all);
  expect(values("n", "v15")).toEqual(all.filter((value) => value >= "v15"));
  expect(values("n", "v155x")).toEqual(all.filter((value) => value >= "v155x"));
  expect(values("n", "w")).toEqual([]);
  expect(values("n", "v3", 3)).toEqual(["v3", "v30", "v31"]);
  expect(values("mod", "m5")).toEqual(["m5", "m6"]);
  expect(values("nope", "")).toEqual([]);
});

test.each([1, 299, 300, 1000, 100_000])("gathered %d at a time, the postings are the same", (mostGathered) => {
  const names = Array.from({ length: 15 }, (_, k) => `l${String(k).padStart(2, "0")}`);
  const own = Array.from({ length: 300 }, (_, i) => `x${String(i).padStart(3, "0")}`);
  const files = blockDisk();
  const writer = new IndexWriter(files, "/data", symbolsOf([names, own, ["a", "b"]]), mostGathered);
  const entry = createSeriesEntry();
  own.forEach((value, i) => {
    writer.addSeries(
      names.flatMap((name, k) => [name, k === 0 ? value : (i + k) % 3 === 0 ? "a" : "b"]),
      entry,
    );
  });
  writer.finish();
  const index = openIndex(files, "/data", new PageCache(0));
  const refs = index.allSeries();
  for (let k = 1; k < names.length; k++) {
    const want = [...refs].filter((_, i) => (i + k) % 3 === 0);
    expect([...selectPostings(index, [createMatcher("=", names[k], "a")])]).toEqual(want);
  }
  expect([...selectPostings(index, [createMatcher("=", names[0], "x299")])]).toEqual([refs[299]]);
});

test.each([
  {
    why: "series out of order",
    add: [{ a: "2" }, { a: "1" }],
    message: 'cannot write /data/index: the series {a="1"} comes behind {a="2"}',
  },
  { why: "a series twice", add: [{ a: "1" }, { a: "1" }], message: 'the series {a="1"} comes behind {a="1"}' },
  { why: "a value that is no symbol", add: [{ a: "nope" }], message: '"nope" is not among the symbols' },
])("$why: refused by name", ({ add, message }) => {
  const writer = new IndexWriter(blockDisk(), "/data", ["", "1", "2", "a"]);
  const entry = createSeriesEntry();
  expect(() => {
    for (const labels of add) writer.addSeries(labelsOf(labels), entry);
  }).toThrow(message);
});

test("labels out of order and symbols out of order are refused by name", () => {
  const writer = new IndexWriter(blockDisk(), "/data", ["1", "a", "b"]);
  expect(() => writer.addSeries(["b", "1", "a", "1"], createSeriesEntry())).toThrow('the labels of {b="1", a="1"} are not in order');
  expect(() => new IndexWriter(blockDisk(), "/data", ["b", "a"])).toThrow('the symbol "a" comes behind "b"');
});

test("an index without series has none", () => {
  const index = indexOf([]);
  expect([...index.allSeries()]).toEqual([]);
  expect(index.labelNames).toEqual([]);
});
