import { expect, test } from "@jest/globals";
import { createMatcher, createSampleBatch, type HistogramRow, labelsOf } from "@ferula/model";
import type { AppendOutcome } from "@ferula/storage";
import {
  batchOf,
  selectAll,
  START_MS,
  withStorage,
  type ContractSample,
  type ContractStorage,
  type ContractValue,
  type MakeStorage,
} from "./fixture.ts";
import {
  type ContractHistogram,
  customHistogram,
  floatHistogram,
  histogramBatch,
  histogramText,
  integerHistogram,
  selectHistograms,
  staleHistogram,
} from "./histograms.ts";

const T = START_MS;
const a = { __name__: "a" };
const b = { __name__: "b" };
const named = [createMatcher("!=", "__name__", "")];

type Floats = readonly (readonly [number, ContractValue])[];
type Histograms = readonly (readonly [number, string])[];

interface HistogramCase {
  readonly why: string;
  /** One batch after another; the outcome is that of the last. */
  readonly batches: readonly { readonly floats?: readonly ContractSample[]; readonly histograms?: readonly ContractHistogram[] }[];
  readonly outcome: Partial<AppendOutcome>;
  readonly floats?: Readonly<Record<string, Floats>>;
  readonly histograms?: Readonly<Record<string, Histograms>>;
}

const one = integerHistogram(1);
const two = integerHistogram(2);
const oneFloat = floatHistogram(1.5);
const oneCustom = customHistogram(3);

const cases: readonly HistogramCase[] = [
  {
    why: "those of whole numbers, of floats and with custom buckets come back as floats",
    batches: [
      {
        histograms: [
          [a, T, one],
          [b, T, oneFloat],
          [{ __name__: "c" }, T, oneCustom],
          [a, T + 1, two],
        ],
      },
    ],
    outcome: { appended: 4 },
    histograms: {
      '{__name__="a"}': [
        [T, histogramText(one)],
        [T + 1, histogramText(two)],
      ],
      '{__name__="b"}': [[T, histogramText(oneFloat)]],
      '{__name__="c"}': [[T, histogramText(oneCustom)]],
    },
  },
  {
    why: "a batch has floats and histograms of different series",
    batches: [{ floats: [[a, T, 1]], histograms: [[b, T, one]] }],
    outcome: { appended: 2 },
    floats: { '{__name__="a"}': [[T, 1]] },
    histograms: { '{__name__="b"}': [[T, histogramText(one)]] },
  },
  {
    why: "a series changes between floats and histograms of both kinds and back",
    batches: [
      { floats: [[a, T, 1]] },
      { histograms: [[a, T + 1, one]] },
      { histograms: [[a, T + 2, oneFloat]] },
      { floats: [[a, T + 3, 2]] },
      { histograms: [[a, T + 4, two]] },
    ],
    outcome: { appended: 1 },
    floats: {
      '{__name__="a"}': [
        [T, 1],
        [T + 3, 2],
      ],
    },
    histograms: {
      '{__name__="a"}': [
        [T + 1, histogramText(one)],
        [T + 2, histogramText(oneFloat)],
        [T + 4, histogramText(two)],
      ],
    },
  },
  {
    why: "of a series that has both in a batch, the floats come first",
    batches: [
      {
        floats: [[a, T + 1, 1]],
        histograms: [
          [a, T, one],
          [a, T + 2, two],
        ],
      },
    ],
    outcome: { appended: 2, outOfOrder: 1 },
    floats: { '{__name__="a"}': [[T + 1, 1]] },
    histograms: { '{__name__="a"}': [[T + 2, histogramText(two)]] },
  },
  {
    why: "the same histogram again counts as appended and is stored once",
    batches: [{ histograms: [[a, T, one]] }, { histograms: [[a, T, integerHistogram(1)]] }],
    outcome: { appended: 1 },
    histograms: { '{__name__="a"}': [[T, histogramText(one)]] },
  },
  {
    why: "the same twice in one batch as well",
    batches: [
      {
        histograms: [
          [a, T, oneFloat],
          [a, T, floatHistogram(1.5)],
        ],
      },
    ],
    outcome: { appended: 2 },
    histograms: { '{__name__="a"}': [[T, histogramText(oneFloat)]] },
  },
  {
    why: "another histogram at the newest timestamp is a duplicate, and the first stays",
    batches: [{ histograms: [[a, T, one]] }, { histograms: [[a, T, two]] }],
    outcome: { duplicate: 1 },
    histograms: { '{__name__="a"}': [[T, histogramText(one)]] },
  },
  {
    why: "so is one of the other kind",
    batches: [{ histograms: [[a, T, one]] }, { histograms: [[a, T, oneFloat]] }],
    outcome: { duplicate: 1 },
    histograms: { '{__name__="a"}': [[T, histogramText(one)]] },
  },
  {
    why: "so is a float at the time of a histogram",
    batches: [{ histograms: [[a, T, one]] }, { floats: [[a, T, 1]] }],
    outcome: { duplicate: 1 },
    histograms: { '{__name__="a"}': [[T, histogramText(one)]] },
  },
  {
    why: "and a histogram at the time of a float",
    batches: [{ floats: [[a, T, 1]] }, { histograms: [[a, T, one]] }],
    outcome: { duplicate: 1 },
    floats: { '{__name__="a"}': [[T, 1]] },
  },
  {
    why: "one older than the newest sample of its series, be that a float, is out of order",
    batches: [
      { histograms: [[a, T + 10, one]], floats: [[b, T + 10, 1]] },
      {
        histograms: [
          [a, T + 9, two],
          [b, T + 9, two],
          [a, T + 11, two],
          [a, T + 10, two],
        ],
      },
    ],
    outcome: { appended: 1, outOfOrder: 3 },
    floats: { '{__name__="b"}': [[T + 10, 1]] },
    histograms: {
      '{__name__="a"}': [
        [T + 10, histogramText(one)],
        [T + 11, histogramText(two)],
      ],
    },
  },
  {
    why: "a float older than the newest histogram is out of order",
    batches: [{ histograms: [[a, T + 10, one]] }, { floats: [[a, T + 9, 1]] }],
    outcome: { outOfOrder: 1 },
    histograms: { '{__name__="a"}': [[T + 10, histogramText(one)]] },
  },
  {
    why: "more than an hour behind the newest histogram is out of bounds",
    batches: [{ histograms: [[a, T + 3_600_000, one]] }, { floats: [[b, T - 1, 1]], histograms: [[b, T - 1, one]] }],
    outcome: { outOfBounds: 2 },
    histograms: { '{__name__="a"}': [[T + 3_600_000, histogramText(one)]] },
  },
  {
    why: "what contradicts itself is invalid and takes nothing else with it",
    batches: [
      {
        histograms: [
          [a, T, { ...integerHistogram(1), count: 99 }],
          [a, T + 1, one],
          [b, T, { ...floatHistogram(1), positiveSpans: Int32Array.of(0, 7) }],
          [b, T, { ...customHistogram(1), customValues: Float64Array.of(2, 1) }],
        ],
      },
    ],
    outcome: { appended: 1, invalid: 3 },
    histograms: { '{__name__="a"}': [[T + 1, histogramText(one)]] },
  },
  {
    why: "a stale histogram is kept as one, and the same again is stored once",
    batches: [
      {
        histograms: [
          [a, T, one],
          [a, T + 1, staleHistogram("integer")],
          [a, T + 1, staleHistogram("integer")],
          [a, T + 2, one],
        ],
      },
    ],
    outcome: { appended: 4 },
    histograms: {
      '{__name__="a"}': [
        [T, histogramText(one)],
        [T + 1, "stale"],
        [T + 2, histogramText(one)],
      ],
    },
  },
  {
    why: "a stale marker behind a histogram is a stale histogram, behind that again",
    batches: [
      {
        histograms: [
          [a, T, one],
          [b, T, oneFloat],
        ],
      },
      {
        floats: [
          [a, T + 1, "stale"],
          [b, T + 1, "stale"],
        ],
      },
      { floats: [[a, T + 2, "stale"]] },
    ],
    outcome: { appended: 1 },
    histograms: {
      '{__name__="a"}': [
        [T, histogramText(one)],
        [T + 1, "stale"],
        [T + 2, "stale"],
      ],
      '{__name__="b"}': [
        [T, histogramText(oneFloat)],
        [T + 1, "stale"],
      ],
    },
  },
  {
    why: "behind a float it is a float's, even where there was a histogram before",
    batches: [
      { histograms: [[a, T, one]] },
      {
        floats: [
          [a, T + 1, 5],
          [a, T + 2, "stale"],
        ],
      },
    ],
    outcome: { appended: 2 },
    floats: {
      '{__name__="a"}': [
        [T + 1, 5],
        [T + 2, "stale"],
      ],
    },
    histograms: { '{__name__="a"}': [[T, histogramText(one)]] },
  },
  {
    why: "a stale marker older than the newest histogram is out of order",
    batches: [{ histograms: [[a, T + 1, one]] }, { floats: [[a, T, "stale"]] }],
    outcome: { outOfOrder: 1 },
    histograms: { '{__name__="a"}': [[T + 1, histogramText(one)]] },
  },
];

/** Which histograms a storage takes, and how they come back. */
export function histogramRules(makeStorage: MakeStorage): void {
  test.each(cases)("histograms: $why", async ({ batches, outcome, floats = {}, histograms = {} }) => {
    await withStorage(makeStorage, (storage) => {
      let got: AppendOutcome | undefined;
      for (const batch of batches) got = storage.append(histogramBatch(storage, batch.floats ?? [], batch.histograms ?? []));
      expect(got).toEqual({ appended: 0, outOfOrder: 0, duplicate: 0, outOfBounds: 0, tooOld: 0, invalid: 0, ...outcome });
      expect(selectAll(storage, named)).toEqual(floats);
      expect(selectHistograms(storage, named)).toEqual(histograms);
    });
  });

  test("histograms: a reference that was never given is out of bounds", async () => {
    await withStorage(makeStorage, (storage) => {
      const row = (ref: number): HistogramRow => ({ ref, timestampMs: T, startTimestampMs: 0, histogram: one });
      const batch = { ...createSampleBatch(0), histograms: [row(0), row(storage.seriesRef(labelsOf(a))), row(4_000_000)] };
      expect(storage.append(batch)).toEqual({ appended: 1, outOfOrder: 0, duplicate: 0, outOfBounds: 2, tooOld: 0, invalid: 0 });
    });
  });

  test("histograms: they are only read, and may be used again at once", async () => {
    await withStorage(makeStorage, (storage) => {
      const mine = integerHistogram(1);
      storage.append(histogramBatch(storage, [], [[a, T, mine]]));
      mine.positiveBuckets.fill(0);
      mine.count = 0;
      mine.sum = 7;
      expect(selectHistograms(storage, named)).toEqual({ '{__name__="a"}': [[T, histogramText(one)]] });
    });
  });

  test("histograms: those that were read belong to the reader", async () => {
    await withStorage(makeStorage, (storage) => {
      storage.append(histogramBatch(storage, [], [[a, T, one]]));
      selectHistograms(storage, named, undefined, (read) => {
        read.positiveBuckets.fill(0);
        read.count = 0;
      });
      expect(selectHistograms(storage, named)).toEqual({ '{__name__="a"}': [[T, histogramText(one)]] });
    });
  });

  test.each([
    { why: "both ends of a range are inclusive", range: [T + 1, T + 2], floats: [T + 1], histograms: [T + 2] },
    { why: "a range may hold floats only", range: [T + 1, T + 1], floats: [T + 1], histograms: [] },
    { why: "a range may hold histograms only", range: [T, T], floats: [], histograms: [T] },
    { why: "a range may hold nothing", range: [T + 4, T + 9], floats: [], histograms: [] },
  ] as const)("histograms: $why", async ({ range, floats, histograms }) => {
    await withStorage(makeStorage, (storage) => {
      mixed(storage);
      const times = (found: Record<string, readonly (readonly [number, unknown])[]>): number[] =>
        Object.values(found).flatMap((rows) => rows.map(([timestampMs]) => timestampMs));
      expect(times(selectAll(storage, named, range))).toEqual(floats);
      expect(times(selectHistograms(storage, named, range))).toEqual(histograms);
    });
  });

  test("histograms: the newest sample alone may be asked for, be it a float or not", async () => {
    await withStorage(makeStorage, (storage) => {
      mixed(storage);
      storage.append(batchOf(storage, [[b, T + 1, 7]]));
      const range = [T - 9, T + 9] as const;
      const hints = { latestAtMs: T + 9 };
      expect(selectAll(storage, named, range, hints)['{__name__="b"}'].at(-1)).toEqual([T + 1, 7]);
      expect(selectHistograms(storage, named, range, undefined, hints)['{__name__="a"}'].at(-1)).toEqual([T + 3, histogramText(two)]);
    });
  });

  test("histograms: a gauge stays one", async () => {
    await withStorage(makeStorage, (storage) => {
      const hints: string[] = [];
      const gauge = (count: number): ContractHistogram[2] => ({ ...integerHistogram(count), counterResetHint: "gauge" });
      storage.append(
        histogramBatch(
          storage,
          [],
          [
            [a, T, gauge(5)],
            [a, T + 1, gauge(1)],
          ],
        ),
      );
      selectHistograms(storage, named, undefined, ({ counterResetHint }) => hints.push(counterResetHint));
      expect(hints).toEqual(["gauge", "gauge"]);
    });
  });

  test("histograms: thousands whose layout changes and whose counters are reset come back whole", async () => {
    await withStorage(makeStorage, (storage) => {
      const want: [number, string][] = [];
      for (let i = 0; i < 2000; i++) {
        const histogram = i % 300 < 150 ? integerHistogram((i % 70) + 1, Math.floor(i / 40) % 9) : floatHistogram((i % 45) + 0.25);
        storage.append(histogramBatch(storage, [], [[a, T + i * 15_000, histogram]]));
        want.push([T + i * 15_000, histogramText(histogram)]);
      }
      expect(selectHistograms(storage, named)).toEqual({ '{__name__="a"}': want });
    });
  });
}

/** A series of histogram, float, histogram, histogram. */
function mixed(storage: ContractStorage): void {
  storage.append(histogramBatch(storage, [], [[a, T, one]]));
  storage.append(batchOf(storage, [[a, T + 1, 1]]));
  storage.append(
    histogramBatch(
      storage,
      [],
      [
        [a, T + 2, one],
        [a, T + 3, two],
      ],
    ),
  );
}
