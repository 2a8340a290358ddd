import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { mergeChunkSets, mergeSets } from "../../src/query/merge-sets.ts";
import { LabelRanker } from "../../src/query/rank-labels.ts";
import { chunkTextsOf, listedSet, listOf, textsOf, type ListedSample } from "./support.ts";

type Lists = Readonly<Record<string, readonly ListedSample[]>>;

interface MergeCase {
  readonly why: string;
  readonly sets: readonly Lists[];
  readonly want: Lists;
}

// What storage/merge.go makes of the same, of samples of one time too.
const cases: readonly MergeCase[] = [
  {
    why: "sets that follow each other are joined",
    sets: [
      {
        a: [
          [3, 3],
          [4, 4],
        ],
      },
      {
        a: [
          [1, 1],
          [2, 2],
        ],
      },
    ],
    want: {
      a: [
        [1, 1],
        [2, 2],
        [3, 3],
        [4, 4],
      ],
    },
  },
  {
    why: "sets that lie in each other are merged",
    sets: [
      {
        a: [
          [1, 1],
          [3, 3],
        ],
      },
      {
        a: [
          [2, 2],
          [4, 4],
        ],
      },
    ],
    want: {
      a: [
        [1, 1],
        [2, 2],
        [3, 3],
        [4, 4],
      ],
    },
  },
  {
    why: "series that only one has stay as they are, and all are sorted",
    sets: [{ b: [[1, 1, "not_reset"]] }, { a: [[1, 2]], c: [[5, 5]] }],
    want: { a: [[1, 2]], b: [[1, 1, "not_reset"]], c: [[5, 5]] },
  },
  {
    why: "of two samples of a time that of the later set counts",
    sets: [
      {
        a: [
          [1, 10],
          [2, 20],
          [3, 30],
        ],
      },
      {
        a: [
          [1, 11],
          [2, 21],
          [3, 31],
        ],
      },
    ],
    want: {
      a: [
        [1, 11],
        [2, 21],
        [3, 31],
      ],
    },
  },
  {
    why: "but that of the first, once it had a series for itself",
    sets: [
      {
        a: [
          [1, 10],
          [2, 20],
        ],
        b: [
          [1, 12],
          [2, 22],
        ],
      },
      {
        b: [
          [1, 13],
          [2, 23],
        ],
      },
    ],
    want: {
      a: [
        [1, 10],
        [2, 20],
      ],
      b: [
        [1, 12],
        [2, 22],
      ],
    },
  },
  {
    why: "of three that of the last",
    sets: [
      { a: [[1, 10]] },
      { a: [[1, 11]] },
      {
        a: [
          [1, 12],
          [2, 22],
        ],
      },
    ],
    want: {
      a: [
        [1, 12],
        [2, 22],
      ],
    },
  },
  {
    why: "a float may stand in the way of a histogram",
    sets: [
      { a: [[1, 10, "gauge"]] },
      {
        a: [
          [1, 11],
          [2, 21],
        ],
      },
    ],
    want: {
      a: [
        [1, 11],
        [2, 21],
      ],
    },
  },
  {
    why: "what a histogram says of resets is forgotten where the set changes",
    sets: [
      {
        a: [
          [1, 10, "not_reset"],
          [2, 20, "not_reset"],
        ],
      },
      {
        a: [
          [3, 30, "not_reset"],
          [4, 40, "not_reset"],
        ],
      },
    ],
    want: {
      a: [
        [1, 10, "unknown"],
        [2, 20, "not_reset"],
        [3, 30, "unknown"],
        [4, 40, "not_reset"],
      ],
    },
  },
  {
    why: "also where sets lie in each other",
    sets: [
      {
        a: [
          [1, 10, "not_reset"],
          [4, 40, "not_reset"],
          [5, 50, "not_reset"],
        ],
      },
      {
        a: [
          [2, 20, "not_reset"],
          [3, 30, "not_reset"],
        ],
      },
    ],
    want: {
      a: [
        [1, 10, "unknown"],
        [2, 20, "unknown"],
        [3, 30, "not_reset"],
        [4, 40, "unknown"],
        [5, 50, "not_reset"],
      ],
    },
  },
  {
    why: "but not behind a float of the same set",
    sets: [
      { a: [[1, 10, "not_reset"]] },
      {
        a: [
          [3, 3],
          [4, 40, "not_reset"],
        ],
      },
    ],
    want: {
      a: [
        [1, 10, "unknown"],
        [3, 3],
        [4, 40, "not_reset"],
      ],
    },
  },
  {
    why: "gauges stay gauges",
    sets: [{ a: [[1, 10, "gauge"]] }, { a: [[3, 30, "gauge"]] }],
    want: {
      a: [
        [1, 10, "gauge"],
        [3, 30, "gauge"],
      ],
    },
  },
  {
    why: "a series of which one set has no sample in the range",
    sets: [
      { a: [] },
      {
        a: [
          [1, 1, "not_reset"],
          [2, 2, "not_reset"],
        ],
      },
    ],
    want: {
      a: [
        [1, 1, "unknown"],
        [2, 2, "not_reset"],
      ],
    },
  },
  { why: "nothing", sets: [{}, {}], want: {} },
];

test.each(cases)("$why", ({ sets, want }) => {
  expect(listOf(mergeSets(sets.map(listedSet), new LabelRanker()))).toEqual(want);
});

test("the histograms of a series may be read before its floats, and again", () => {
  const set = mergeSets(
    [
      listedSet({
        a: [
          [1, 1],
          [2, 20, "reset"],
        ],
      }),
      listedSet({
        a: [
          [3, 30, "reset"],
          [4, 4],
        ],
      }),
    ],
    new LabelRanker(),
  );
  const once = listOf({
    ...set,
    read: (index, out) => {
      set.readHistograms(index, { length: 0, timestampsMs: new Float64Array(0), histograms: [] });
      set.read(index, out);
    },
  });
  expect(once).toEqual({
    a: [
      [1, 1],
      [2, 20, "reset"],
      [3, 30, "unknown"],
      [4, 4],
    ],
  });
  expect(listOf(set)).toEqual(once);
});

/** A source has a part of the samples of some series; the value tells the time, so that it does not matter who has it. */
const lists = fc.dictionary(
  fc.constantFrom("a", "b", "\u00e9", "\uffee", "\u{1f600}", "ab"),
  fc
    .uniqueArray(fc.integer({ min: 0, max: 300 }), { maxLength: 40 })
    .map((times) => times.sort((a, b) => a - b).map((ms): ListedSample => (ms % 7 === 0 ? [ms, ms, "unknown"] : [ms, ms]))),
);

test("any sets together have what they have one by one, sample by sample and chunk by chunk", () => {
  const ranker = new LabelRanker();
  fc.assert(
    fc.property(fc.array(lists, { maxLength: 5 }), (sets) => {
      const union = new Map<string, Map<number, ListedSample>>();
      for (const [name, samples] of sets.flatMap((set) => Object.entries(set))) {
        const known = union.get(name) ?? new Map<number, ListedSample>();
        for (const sample of samples) known.set(sample[0], sample);
        union.set(name, known);
      }
      const want = Object.fromEntries(Array.from(union, ([name, samples]) => [name, [...samples.values()].sort(([a], [b]) => a - b)]));
      const whole = listedSet(want);
      const merged = mergeSets(sets.map(listedSet), ranker);
      expect(textsOf(merged)).toEqual(textsOf(whole));
      expect(chunkTextsOf(mergeChunkSets(sets.map(listedSet), ranker))).toEqual(textsOf(whole));
    }),
  );
});
