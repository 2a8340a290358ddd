import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { SelectedSeries } from "../../src/block/selected-series.ts";
import { createSeriesEntry, growChunks } from "../../src/block/series-entry.ts";

test("what was added stands there, however unlike the series are", () => {
  const anySeries = fc.record({ labelCount: fc.nat(30), chunkCount: fc.oneof(fc.nat(3), fc.nat(200)) });
  fc.assert(
    fc.property(fc.array(anySeries, { maxLength: 200 }), fc.nat(50), (series, missing) => {
      const selected = new SelectedSeries(series.length + missing);
      const entry = createSeriesEntry();
      entry.labelSymbols = new Uint32Array(60);
      growChunks(entry, 200);
      series.forEach(({ labelCount, chunkCount }, i) => {
        entry.labelCount = labelCount;
        entry.chunkCount = chunkCount;
        for (let k = 0; k < 2 * labelCount; k++) entry.labelSymbols[k] = i + k;
        for (let k = 0; k < chunkCount; k++) {
          entry.chunkRefs[k] = i * 1000 + k;
          entry.minTimesMs[k] = k;
          entry.maxTimesMs[k] = k + i;
        }
        selected.add(i, entry);
      });
      expect(selected.count).toBe(series.length);
      const { chunkStart, labelStart, refs, entries } = selected;
      series.forEach(({ labelCount, chunkCount }, i) => {
        const chunks = Array.from({ length: chunkCount }, (_, k) => k);
        const first = chunkStart[i];
        expect([refs[i], chunkStart[i + 1] - first, labelStart[i + 1] - labelStart[i]]).toEqual([i, chunkCount, labelCount]);
        expect([...entries.chunkRefs.subarray(first, first + chunkCount)]).toEqual(chunks.map((k) => i * 1000 + k));
        expect([...entries.minTimesMs.subarray(first, first + chunkCount)]).toEqual(chunks);
        expect([...entries.maxTimesMs.subarray(first, first + chunkCount)]).toEqual(chunks.map((k) => k + i));
        expect([...entries.labelSymbols.subarray(2 * labelStart[i], 2 * labelStart[i + 1])]).toEqual(
          Array.from({ length: 2 * labelCount }, (_, k) => i + k),
        );
      });
    }),
    { numRuns: 30 },
  );
});
