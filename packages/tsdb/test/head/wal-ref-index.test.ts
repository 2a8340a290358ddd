import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { SeriesTable } from "../../src/head/series-table.ts";
import { WalRefIndex } from "../../src/head/wal-ref-index.ts";
import { WalRefSet } from "../../src/head/wal-ref-set.ts";

/** Close together, as the log counts them, and far apart, as a folder of years has them. */
const walRef = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }));

test("an index has the references of the series that were added, and of no others", () => {
  fc.assert(
    fc.property(fc.array(walRef, { maxLength: 300 }), fc.array(walRef, { maxLength: 300 }), (added, others) => {
      const series = new SeriesTable();
      const index = new WalRefIndex(series, added.length);
      for (const one of added) index.add(series.add(one, 0));
      for (const one of others) series.add(one, 0);
      for (const one of [...added, ...others]) expect(index.has(one)).toBe(added.includes(one));
    }),
  );
});

test("a set has what was added, whether it was expected or not", () => {
  fc.assert(
    fc.property(fc.array(walRef, { maxLength: 500 }), fc.nat(600), walRef, (added, expected, other) => {
      const set = new WalRefSet(expected);
      for (const one of added) set.add(one);
      expect(added.every((one) => set.has(one))).toBe(true);
      expect(set.has(other)).toBe(added.includes(other));
    }),
  );
});
