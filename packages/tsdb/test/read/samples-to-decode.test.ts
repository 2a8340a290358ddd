import { expect, test } from "@jest/globals";
import { FILE_PLACES, type HeadSelection, samplesToDecode } from "../../src/read/head-selection.ts";

/** A selection of two series, with as many chunks in memory as there are counts, and what is said otherwise. */
function selection(counts: readonly number[], more: Partial<HeadSelection> = {}): HeadSelection {
  return {
    pin: 0,
    minTimeMs: 0,
    maxTimeMs: 0,
    seriesCount: 2,
    labelAddresses: new Uint32Array(2),
    symbolGeneration: 0,
    chunkStart: Uint32Array.of(0, 1, counts.length),
    chunkPlaces: new Float64Array(counts.length),
    chunkSampleCounts: Uint16Array.from(counts),
    oldestFile: 0,
    ...more,
  };
}

test.each([
  { why: "all samples of all chunks count", given: selection([3, 120, 7]), want: 130 },
  { why: "newest samples are not decoded", given: selection([3, 120], { latestAtMs: 5 }), want: 0 },
  { why: "a chunk in a file is not in memory", given: selection([3, 0], { chunkPlaces: Float64Array.of(0, FILE_PLACES) }), want: Infinity },
  { why: "nor is a copied one", given: selection([3, 0], { chunkPlaces: Float64Array.of(0, -1) }), want: Infinity },
  { why: "what stands behind the last series is not read", given: selection([3, 4, 5], { chunkStart: Uint32Array.of(0, 1, 2) }), want: 7 },
])("$why", ({ given, want }) => {
  expect(samplesToDecode(given)).toBe(want);
});
