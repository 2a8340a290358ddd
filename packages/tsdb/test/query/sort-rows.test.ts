import { compareLabels, labelsOf } from "@ferula/model";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { matchSeries } from "../../src/query/match-series.ts";
import { rankLabels } from "../../src/query/rank-labels.ts";
import { sortRows } from "../../src/query/sort-rows.ts";
import { NO_SERIES, type SourceSet } from "../../src/query/source-set.ts";

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
      const labels = rankLabels([setOf(first), setOf(second)]);
      const sorted = Array.from(sortRows(labels, first.length, first.length + second.length), (row) => second[row - first.length]);
      expect(sorted).toEqual(second.toSorted(compareLabels));
    }),
  );
});

test("each label set is matched once, with all that carry it", () => {
  fc.assert(
    fc.property(fc.array(labelSets, { maxLength: 4 }), (sets) => {
      const { count, memberStart, memberSet, memberIndex } = matchSeries(sets.map(setOf));
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
