import { expect, test } from "@jest/globals";
import { createMatcher, createSampleBatch, labelsOf } from "@ferula/model";
import type { AppendOutcome } from "@ferula/storage";
import { batchOf, selectAll, START_MS, withStorage, type ContractSample, type ContractValue, type MakeStorage } from "./fixture.ts";

const T = START_MS;
const a = { __name__: "a" };
const b = { __name__: "b" };
const named = [createMatcher("!=", "__name__", "")];

interface AppendCase {
  readonly why: string;
  /** One batch after another; the outcome is that of the last. */
  readonly batches: readonly (readonly ContractSample[])[];
  readonly outcome: Partial<AppendOutcome>;
  readonly want: Readonly<Record<string, readonly (readonly [number, ContractValue])[]>>;
}

const cases: readonly AppendCase[] = [
  { why: "an empty batch changes nothing", batches: [[]], outcome: {}, want: {} },
  {
    why: "samples of several series in one batch",
    batches: [
      [
        [a, T, 1],
        [b, T, 2],
        [a, T + 1, 3],
      ],
    ],
    outcome: { appended: 3 },
    want: {
      '{__name__="a"}': [
        [T, 1],
        [T + 1, 3],
      ],
      '{__name__="b"}': [[T, 2]],
    },
  },
  {
    why: "a sample older than the newest of its series is out of order",
    batches: [
      [[a, T + 10, 1]],
      [
        [a, T + 9, 2],
        [a, T + 11, 3],
      ],
    ],
    outcome: { appended: 1, outOfOrder: 1 },
    want: {
      '{__name__="a"}': [
        [T + 10, 1],
        [T + 11, 3],
      ],
    },
  },
  {
    why: "so is one behind a newer sample in the same batch",
    batches: [
      [
        [a, T + 10, 1],
        [a, T + 9, 2],
      ],
    ],
    outcome: { appended: 1, outOfOrder: 1 },
    want: { '{__name__="a"}': [[T + 10, 1]] },
  },
  {
    why: "series have orders of their own",
    batches: [[[a, T + 10, 1]], [[b, T + 9, 2]]],
    outcome: { appended: 1 },
    want: { '{__name__="a"}': [[T + 10, 1]], '{__name__="b"}': [[T + 9, 2]] },
  },
  {
    why: "the same sample again counts as appended and is stored once",
    batches: [[[a, T, 1]], [[a, T, 1]]],
    outcome: { appended: 1 },
    want: { '{__name__="a"}': [[T, 1]] },
  },
  {
    why: "the same sample twice in one batch as well",
    batches: [
      [
        [a, T, 1],
        [a, T, 1],
      ],
    ],
    outcome: { appended: 2 },
    want: { '{__name__="a"}': [[T, 1]] },
  },
  {
    why: "another value at the newest timestamp is a duplicate, and the first stays",
    batches: [[[a, T, 1]], [[a, T, 2]]],
    outcome: { duplicate: 1 },
    want: { '{__name__="a"}': [[T, 1]] },
  },
  {
    why: "values are compared by their bits: 0 and -0 are not the same",
    batches: [[[a, T, 0]], [[a, T, -0]]],
    outcome: { duplicate: 1 },
    want: { '{__name__="a"}': [[T, 0]] },
  },
  {
    why: "a NaN is the same as itself",
    batches: [[[a, T, NaN]], [[a, T, NaN]]],
    outcome: { appended: 1 },
    want: { '{__name__="a"}': [[T, NaN]] },
  },
  {
    why: "a stale marker is not the same as a NaN",
    batches: [[[a, T, NaN]], [[a, T, "stale"]]],
    outcome: { duplicate: 1 },
    want: { '{__name__="a"}': [[T, NaN]] },
  },
  {
    why: "a stale marker is kept as one, between values and NaNs",
    batches: [
      [
        [a, T, 1],
        [a, T + 1, "stale"],
        [a, T + 2, NaN],
        [a, T + 3, "stale"],
        [a, T + 4, 2],
      ],
    ],
    outcome: { appended: 5 },
    want: {
      '{__name__="a"}': [
        [T, 1],
        [T + 1, "stale"],
        [T + 2, NaN],
        [T + 3, "stale"],
        [T + 4, 2],
      ],
    },
  },
  {
    why: "any double is kept",
    batches: [
      [
        [a, T, Infinity],
        [a, T + 1, -Infinity],
        [a, T + 2, -0],
        [a, T + 3, 5e-324],
        [a, T + 4, Number.MAX_VALUE],
        [a, T + 5, 0.1],
      ],
    ],
    outcome: { appended: 6 },
    want: {
      '{__name__="a"}': [
        [T, Infinity],
        [T + 1, -Infinity],
        [T + 2, -0],
        [T + 3, 5e-324],
        [T + 4, Number.MAX_VALUE],
        [T + 5, 0.1],
      ],
    },
  },
  {
    why: "an hour behind the newest sample is in bounds, more is not",
    batches: [
      [[a, T + 3_600_000, 1]],
      [[b, T - 1, 2]],
      [
        [b, T, 3],
        [{ __name__: "c" }, T - 1, 4],
      ],
    ],
    outcome: { appended: 1, outOfBounds: 1 },
    want: { '{__name__="a"}': [[T + 3_600_000, 1]], '{__name__="b"}': [[T, 3]] },
  },
  {
    why: "what is refused takes nothing else of the batch with it",
    batches: [
      [
        [a, T, 1],
        [b, T, 1],
      ],
      [
        [a, T - 1, 2],
        [b, T, 2],
        [a, T + 1, 3],
        [b, T + 1, 3],
      ],
    ],
    outcome: { appended: 2, outOfOrder: 1, duplicate: 1 },
    want: {
      '{__name__="a"}': [
        [T, 1],
        [T + 1, 3],
      ],
      '{__name__="b"}': [
        [T, 1],
        [T + 1, 3],
      ],
    },
  },
];

/** Which samples a storage takes, and what it says of the others. */
export function appendRules(makeStorage: MakeStorage): void {
  test.each(cases)("append: $why", async ({ batches, outcome, want }) => {
    await withStorage(makeStorage, (storage) => {
      let got: AppendOutcome | undefined;
      for (const samples of batches) got = storage.append(batchOf(storage, samples));
      expect(got).toEqual({ appended: 0, outOfOrder: 0, duplicate: 0, outOfBounds: 0, tooOld: 0, invalid: 0, ...outcome });
      expect(selectAll(storage, named)).toEqual(want);
    });
  });

  test("append: the reference of a series stays, and is told by labels alone", async () => {
    await withStorage(makeStorage, (storage) => {
      const ref = storage.seriesRef(labelsOf({ __name__: "a", x: "1" }));
      expect(ref).toBeGreaterThan(0);
      storage.append(batchOf(storage, [[a, T, 1]]));
      expect(storage.seriesRef(labelsOf({ x: "1", __name__: "a" }))).toBe(ref);
      expect(storage.seriesRef(labelsOf({ __name__: "a", x: "2" }))).not.toBe(ref);
      expect(storage.seriesRef(labelsOf({ __name__: "a" }))).not.toBe(ref);
    });
  });

  test("append: a reference that was never given is out of bounds", async () => {
    await withStorage(makeStorage, (storage) => {
      const batch = createSampleBatch(3);
      batch.length = 3;
      batch.refs.set([0, storage.seriesRef(labelsOf(a)), 4_000_000]);
      batch.timestampsMs.fill(T);
      expect(storage.append(batch)).toEqual({ appended: 1, outOfOrder: 0, duplicate: 0, outOfBounds: 2, tooOld: 0, invalid: 0 });
    });
  });

  test("append: the batch is only read, and may be used again at once", async () => {
    await withStorage(makeStorage, (storage) => {
      const batch = batchOf(storage, [
        [a, T, 1],
        [b, T, 2],
      ]);
      const refs = [...batch.refs];
      storage.append(batch);
      expect([batch.length, [...batch.refs], [...batch.timestampsMs], [...batch.values]]).toEqual([2, refs, [T, T], [1, 2]]);
      batch.timestampsMs.fill(T + 5);
      batch.values.fill(9);
      expect(selectAll(storage, named)).toEqual({ '{__name__="a"}': [[T, 1]], '{__name__="b"}': [[T, 2]] });
    });
  });

  test("append: rows behind the batch's length don't count", async () => {
    await withStorage(makeStorage, (storage) => {
      const batch = batchOf(storage, [
        [a, T, 1],
        [a, T + 1, 2],
      ]);
      batch.length = 1;
      expect(storage.append(batch).appended).toBe(1);
      expect(selectAll(storage, named)).toEqual({ '{__name__="a"}': [[T, 1]] });
    });
  });

  test("append: a series of thousands of samples comes back whole", async () => {
    await withStorage(makeStorage, (storage) => {
      const want: [number, ContractValue][] = [];
      for (let i = 0; i < 3000; i++) want.push([T + i * 15_000, i % 100 === 99 ? "stale" : Math.sin(i) * 1000]);
      for (let i = 0; i < want.length; i += 7)
        storage.append(
          batchOf(
            storage,
            want.slice(i, i + 7).map(([t, v]): ContractSample => [a, t, v]),
          ),
        );
      expect(selectAll(storage, named)).toEqual({ '{__name__="a"}': want });
    });
  });
}
