import { expect, test } from "@jest/globals";
import { createMatcher, labelsOf, type SampleBatch } from "@ferula/model";
import { memoryStorage, storageContract, type ContractStorage } from "../src/index.ts";
import { ALL_TIME, batchOf, readAll, selectAll, START_MS } from "../src/storage-contract/fixture.ts";

storageContract("memoryStorage", memoryStorage);

// The suite would be worth nothing if a storage that breaks a rule gave the same answers; so its instruments are held to faults.
const everything = [createMatcher("!=", "__name__", "")];

function filled(): ContractStorage {
  const storage = memoryStorage();
  storage.append(
    batchOf(storage, [
      [{ __name__: "a" }, START_MS, 1],
      [{ __name__: "a" }, START_MS + 1, "stale"],
    ]),
  );
  return storage;
}

test("the suite's reader tells a stale marker from a NaN", () => {
  expect(selectAll(filled(), everything)).toEqual({
    '{__name__="a"}': [
      [START_MS, 1],
      [START_MS + 1, "stale"],
    ],
  });
  const careless = memoryStorage();
  const batch: SampleBatch = batchOf(careless, [[{ __name__: "a" }, START_MS, "stale"]]);
  batch.values[0] = NaN;
  careless.append(batch);
  expect(selectAll(careless, everything)).toEqual({ '{__name__="a"}': [[START_MS, NaN]] });
});

test("the suite's reader refuses a set that holds a series twice", () => {
  const set = filled()
    .querier(...ALL_TIME)
    .select(everything);
  const twice = {
    seriesCount: 2,
    labels: () => set.labels(0),
    read: (_index: number, out: Parameters<typeof set.read>[1]) => set.read(0, out),
    readHistograms: (_index: number, out: Parameters<typeof set.readHistograms>[1]) => set.readHistograms(0, out),
  };
  expect(() => readAll(twice)).toThrow("twice");
});

test("an empty storage takes its window from the first sample of the first batch", () => {
  const storage = memoryStorage();
  const samples = [START_MS, START_MS - 3_600_000, START_MS - 3_600_001].map((t, i) => [{ s: String(i) }, t, 1] as const);
  expect(storage.append(batchOf(storage, samples))).toMatchObject({ appended: 2, outOfBounds: 1 });
});

test("labels given to a storage may be used again", () => {
  const storage = memoryStorage();
  const labels = [...labelsOf({ a: "1" })];
  const ref = storage.seriesRef(labels);
  labels[1] = "2";
  expect(storage.seriesRef(["a", "1"])).toBe(ref);
});
