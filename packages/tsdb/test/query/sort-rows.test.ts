import { compareLabels, compareUtf8, labelsOf } from "@ferula/model";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { matchSeries } from "../../src/query/match-series.ts";
import { LabelRanker } from "../../src/query/rank-labels.ts";
import { TermTable } from "../../src/query/term-table.ts";
import { sortRows } from "../../src/query/sort-rows.ts";
import { NO_SERIES, type SourceSet } from "../../src/query/source-set.ts";
import { character } from "../character.ts";

/** A set of these label sets as they stand, whose symbols are numbers in no order. */
function setOf(labelSets: readonly (readonly string[])[]): SourceSet {
  const texts = [...new Set(labelSets.flat())].toReversed();
  const start: number[] = [0];
  for (const labels of labelSets) start.push(start[start.length - 1] + labels.length);
  return {
    ...NO_SERIES,
    isSorted: false,
    seriesCount: labelSets.length,
    symbols: Uint32Array.from(labelSets.flat(), (text) => 7 + 3 * texts.indexOf(text)),
    symbolStart: (index) => start[index],
    symbolCount: (index) => start[index + 1] - start[index],
    symbolText: (symbol) => texts[(symbol - 7) / 3],
    symbolSpace: {},
  };
}

const text = fc.constantFrom("a", "b", "aa", "\u00e9", "\uffee", "\u{1f600}", "z");
const labelSets = fc
  .uniqueArray(fc.dictionary(text, text, { minKeys: 1 }).map(labelsOf), {
    maxLength: 200,
    size: "max",
    selector: (labels) => labels.join("\0"),
  })
  .chain((sets) => fc.tuple(fc.constant(sets), fc.nat(sets.length)))
  // A part that is sorted, as series of a scrape often are, and the rest as it comes.
  .map(([sets, sorted]) => [...sets.slice(0, sorted).sort(compareLabels), ...sets.slice(sorted)]);

test("rows are sorted by the UTF-8 bytes of their labels, whatever runs they are in", () => {
  fc.assert(
    fc.property(labelSets, labelSets, (first, second) => {
      const labels = new LabelRanker().rank([setOf(first), setOf(second)]);
      const sorted = Array.from(sortRows(labels, first.length, first.length + second.length), (row) => second[row - first.length]);
      expect(sorted).toEqual(second.toSorted(compareLabels));
    }),
  );
});

test("texts that come later are ranked among those that were there", () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.oneof(text, fc.string({ unit: character })), { maxLength: 30 }), { maxLength: 6 }), (rounds) => {
      const terms = new TermTable();
      const seen = new Set<string>();
      for (const round of rounds) {
        for (const one of round) {
          terms.add(one);
          seen.add(one);
        }
        const ranks = terms.ranks();
        const sorted = [...seen].sort(compareUtf8);
        expect(sorted.map((one) => ranks[terms.add(one)])).toEqual(sorted.map((_one, rank) => rank));
      }
    }),
  );
});

test("each text of a symbol space is read once, until there are too many", () => {
  let readCount = 0;
  const spaceOf = (count: number): SourceSet => ({
    ...NO_SERIES,
    seriesCount: count,
    symbols: Uint32Array.from({ length: 2 * count }, (_, i) => i),
    symbolStart: (index) => 2 * index,
    symbolCount: () => 2,
    symbolText(symbol) {
      readCount++;
      return String(symbol);
    },
    symbolSpace: {},
  });
  const ranker = new LabelRanker();
  const small = spaceOf(3);
  ranker.rank([small]);
  expect(ranker.rank([small])).toEqual(ranker.rank([small]));
  expect(readCount).toBe(6);
  ranker.rank([spaceOf(200_000)]);
  readCount = 0;
  ranker.rank([small]);
  expect(readCount).toBe(6);
});

test("each label set is matched once, with all that carry it, whatever a ranker has ranked before", () => {
  const ranker = new LabelRanker();
  fc.assert(
    fc.property(fc.array(labelSets, { maxLength: 4 }), (sets) => {
      const { count, memberStart, memberSet, memberIndex } = matchSeries(sets.map(setOf), ranker);
      const found = Array.from({ length: count }, (_, i) =>
        Array.from({ length: memberStart[i + 1] - memberStart[i] }, (_member, k) => {
          const member = memberStart[i] + k;
          return sets[memberSet[member]][memberIndex[member]];
        }),
      );
      const distinct = new Map(sets.flat().map((labels) => [labels.join("\0"), labels]));
      expect(found.map(([labels]) => labels)).toEqual([...distinct.values()].sort(compareLabels));
      for (const [labels, ...others] of found) for (const other of others) expect(other).toEqual(labels);
      expect(memberStart[count]).toBe(sets.flat().length);
    }),
  );
});
