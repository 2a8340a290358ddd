import { expect, test } from "@jest/globals";
import { createSharedMemory } from "@ferula/kernels";
import { createSampleBatch, labelsOf } from "@ferula/model";
import { Head } from "../../src/head/head.ts";

test("series that are made in large numbers are logged on the way, each once; where that fails, with the next", () => {
  const head = new Head(createSharedMemory(), { chunkRangeMs: 7_200_000, samplesPerChunk: 120 });
  const logged: number[] = [];
  let isFull = false;
  head.headLog = {
    log(_head, { newSeries, newSeriesCount }) {
      if (isFull) throw new Error("no space left");
      logged.push(...newSeries.subarray(0, newSeriesCount));
    },
  };
  const make = (i: number): number => head.seriesRef(labelsOf({ n: String(i) }));
  const batch = createSampleBatch(3000);
  for (let i = 0; i < 1500; i++) batch.refs[batch.length++] = make(i);
  expect(logged.length).toBe(1024);
  isFull = true;
  expect(() => {
    for (let i = 1500; i < 3000; i++) make(i);
  }).toThrow("no space left");
  isFull = false;
  for (let i = 1500; i < 3000; i++) batch.refs[batch.length++] = make(i);
  batch.timestampsMs.fill(1000);
  expect(head.append(batch).appended).toBe(3000);
  expect(logged.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 3000 }, (_, i) => i + 1));
});
