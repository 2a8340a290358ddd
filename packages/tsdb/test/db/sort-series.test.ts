import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { createSharedMemory } from "@ferula/kernels";
import { compareLabels, labelsOf } from "@ferula/model";
import { sortSeries } from "../../src/db/sort-series.ts";
import { Head } from "../../src/head/head.ts";

const text = fc.oneof(fc.string({ minLength: 1, maxLength: 4 }), fc.constantFrom("a", "ab", "\u{ffff}", "\u{1f600}", "é"));

test("series are sorted by the bytes of their labels, and symbols by their own", () => {
  fc.assert(
    fc.property(fc.array(fc.dictionary(text, text, { minKeys: 1, maxKeys: 4 }), { minLength: 1, maxLength: 40 }), (sets) => {
      const head = new Head(createSharedMemory(), { chunkRangeMs: 7_200_000, samplesPerChunk: 120 });
      const refs = [...new Set(sets.map((set) => head.seriesRef(labelsOf(Object.entries(set)))))];
      const addresses = Uint32Array.from(refs, (ref) => head.labelSets.address(ref));
      const { order, symbols, ranks, rowStart } = sortSeries(head.shared, addresses);
      const sorted = Array.from(order, (index) => head.symbolReader.labels(addresses[index]));
      expect(sorted).toEqual([...sorted].sort(compareLabels));
      expect(new Set(order).size).toBe(refs.length);
      const texts = Array.from(symbols, head.symbolReader.text);
      order.forEach((index, i) => {
        expect(Array.from(ranks.subarray(rowStart[index], rowStart[index + 1]), (rank) => texts[rank])).toEqual(sorted[i]);
      });
    }),
  );
});
