import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { createMatcher, formatLabels, matchesLabels, type Labels, type Matcher, type MatchType } from "@ferula/model";
import { INDEX_V1, INDEX_V2 } from "../../src/block/format.ts";
import { openBlock, type BlockReader } from "../../src/block/open-block.ts";
import { createSeriesEntry } from "../../src/block/series-entry.ts";
import { selectPostings } from "../../src/block/select-postings.ts";
import { encodeIndexV1 } from "./index-v1.ts";
import { blockDisk, sortedLabels, testBlock, writeTestBlock, type TestSeries } from "./support.ts";
import { entryLabels } from "./labels.ts";

/** 120 series; `n` has a value of its own for each, `g` stands on two of three, `e` on one. */
const series = Array.from({ length: 120 }, (_, i): TestSeries => {
  const labels = { __name__: `m${i % 4}`, n: String(i), ...(i % 3 > 0 ? { g: `g${i % 5}` } : {}), ...(i === 7 ? { e: "x" } : {}) };
  return [labels, [[i, i]]];
});

const all = sortedLabels(series);

function blockOf(version: number): BlockReader {
  if (version === INDEX_V2) return testBlock(series);
  const files = blockDisk();
  const dir = writeTestBlock(files, series);
  files.writeFileAtomic(`${dir}/index`, encodeIndexV1(openBlock(files, dir).index));
  return openBlock(files, dir);
}

const blocks = new Map([INDEX_V1, INDEX_V2].map((version) => [version, blockOf(version)]));

function selected(version: number, matchers: readonly Matcher[]): Labels[] {
  const { index } = blocks.get(version) as BlockReader;
  const entry = createSeriesEntry();
  return Array.from(selectPostings(index, matchers), (ref) => {
    index.readSeries(ref, entry);
    return entryLabels(entry, index.symbols);
  });
}

test.each([
  { matchers: ["n", "=", "17"], count: 1, why: "one value" },
  { matchers: ["n", "=", ""], count: 0, why: "the empty value of a label that all have" },
  { matchers: ["g", "=", ""], count: 40, why: "the empty value is that of series without the label" },
  { matchers: ["g", "!=", ""], count: 80, why: "and not having it is not being empty" },
  { matchers: ["g", "!=", "g1"], count: 104, why: "another value, or none" },
  { matchers: ["g", "=~", ".*"], count: 120, why: "anything" },
  { matchers: ["g", "=~", ".+"], count: 80, why: "anything but nothing" },
  { matchers: ["g", "!~", ".+"], count: 40, why: "nothing" },
  { matchers: ["g", "!~", ".*"], count: 0, why: "not anything" },
  { matchers: ["g", "=~", "g1|g2|nope"], count: 32, why: "a set, of which one doesn't occur" },
  { matchers: ["g", "=~", "|g2"], count: 56, why: "a set with the empty value" },
  { matchers: ["g", "!~", "|g2"], count: 64, why: "the contrary of that" },
  { matchers: ["n", "=~", "11."], count: 10, why: "a prefix" },
  { matchers: ["e", "=", "x", "n", "=", "7"], count: 1, why: "two that meet" },
  { matchers: ["e", "=", "x", "n", "=", "8"], count: 0, why: "two that don't" },
  { matchers: ["g", "=~", ".", "g", "!=", "1"], count: 0, why: "one that must be set, and is refused besides" },
  { matchers: ["nope", "=", "x"], count: 0, why: "a label that nobody has" },
  { matchers: ["nope", "!=", "x"], count: 120, why: "which therefore is not that" },
  { matchers: [], count: 120, why: "no matcher takes all" },
])("$why: $matchers", ({ matchers, count }) => {
  const made: Matcher[] = [];
  for (let i = 0; i < matchers.length; i += 3) made.push(createMatcher(matchers[i + 1] as MatchType, matchers[i], matchers[i + 2]));
  for (const version of blocks.keys()) {
    const found = selected(version, made);
    expect(found).toEqual(all.filter((labels) => matchesLabels(made, labels)));
    expect(found).toHaveLength(count);
  }
});

test("any matchers take the series that satisfy each of them, in both versions of the index", () => {
  const matcher = fc
    .tuple(
      fc.constantFrom<MatchType>("=", "!=", "=~", "!~"),
      fc.constantFrom("__name__", "n", "g", "e", "nope"),
      fc.constantFrom("", "m1", "g2", "7", "1.*", ".*", ".+", "|7|g1", "g1|g3", "m[0-2]", ".*1", "x"),
    )
    .map(([type, name, value]) => createMatcher(type, name, value));
  fc.assert(
    fc.property(fc.array(matcher, { maxLength: 4 }), fc.constantFrom(INDEX_V1, INDEX_V2), (matchers, version) => {
      const want = all.filter((labels) => matchesLabels(matchers, labels));
      expect(selected(version, matchers).map(formatLabels)).toEqual(want.map(formatLabels));
    }),
    { numRuns: 400 },
  );
});

test("values are compared in the order of their bytes, not of their UTF-16 units", () => {
  const block = testBlock(["\uffee", "\u{1f600}", "a", "\u{10ffff}"].map((value, i): TestSeries => [{ v: value }, [[i, i]]]));
  const values = block.querier(0, 10).labelValues("v", [], 0).values;
  expect(values).toEqual(["a", "\uffee", "\u{1f600}", "\u{10ffff}"]);
  for (const value of values) expect(selectPostings(block.index, [createMatcher("=", "v", value)])).toHaveLength(1);
});
