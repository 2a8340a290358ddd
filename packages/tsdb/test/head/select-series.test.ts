import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createSharedMemory } from "@ferula/kernels";
import { createMatcher, labelsOf, matchesLabels, type Labels, type Matcher, type MatchType } from "@ferula/model";
import { Head } from "../../src/head/head.ts";
import { selectSeries } from "../../src/head/select-series.ts";

function headWith(series: readonly Labels[]): Head {
  const head = new Head(createSharedMemory(), { chunkRangeMs: 7_200_000, samplesPerChunk: 120 });
  for (const labels of series) head.seriesRef(labels);
  return head;
}

const series = [
  labelsOf({ n: "1" }),
  labelsOf({ n: "1", i: "a" }),
  labelsOf({ n: "1", i: "b" }),
  labelsOf({ n: "1", i: "\n" }),
  labelsOf({ n: "2" }),
  labelsOf({ n: "2.5" }),
];

/** Cases after tsdb/querier_test.go: what each matcher says of labels that are absent. `want` are indexes of `series`. */
const cases: { matchers: [MatchType, string, string][]; want: number[] }[] = [
  { matchers: [], want: [0, 1, 2, 3, 4, 5] },
  { matchers: [["=", "n", "1"]], want: [0, 1, 2, 3] },
  { matchers: [["=", "n", "none"]], want: [] },
  { matchers: [["=", "none", "x"]], want: [] },
  { matchers: [["=", "missing", ""]], want: [0, 1, 2, 3, 4, 5] },
  { matchers: [["=", "i", ""]], want: [0, 4, 5] },
  {
    matchers: [
      ["=", "n", "1"],
      ["=", "i", ""],
    ],
    want: [0],
  },
  { matchers: [["!=", "n", "1"]], want: [4, 5] },
  { matchers: [["!=", "i", ""]], want: [1, 2, 3] },
  { matchers: [["!=", "missing", ""]], want: [] },
  { matchers: [["!=", "i", "a"]], want: [0, 2, 3, 4, 5] },
  {
    matchers: [
      ["=", "n", "1"],
      ["!=", "i", "a"],
    ],
    want: [0, 2, 3],
  },
  { matchers: [["=~", "n", "^1$"]], want: [0, 1, 2, 3] },
  { matchers: [["=~", "n", "1|2"]], want: [0, 1, 2, 3, 4] },
  { matchers: [["=~", "n", "2.*"]], want: [4, 5] },
  {
    matchers: [
      ["=~", "i", "a|b"],
      ["=", "n", "1"],
    ],
    want: [1, 2],
  },
  { matchers: [["=~", "i", ".*"]], want: [0, 1, 2, 3, 4, 5] },
  { matchers: [["=~", "i", ".+"]], want: [1, 2, 3] },
  { matchers: [["=~", "i", ""]], want: [0, 4, 5] },
  { matchers: [["=~", "i", "a|"]], want: [0, 1, 4, 5] },
  { matchers: [["!~", "i", ".+"]], want: [0, 4, 5] },
  { matchers: [["!~", "i", ".*"]], want: [] },
  { matchers: [["!~", "i", ""]], want: [1, 2, 3] },
  { matchers: [["!~", "i", "a|b"]], want: [0, 3, 4, 5] },
  {
    matchers: [
      ["!~", "n", "2.*"],
      ["!=", "i", "b"],
      ["!=", "i", ""],
    ],
    want: [1, 3],
  },
  {
    matchers: [
      ["=", "n", "1"],
      ["!=", "n", "1"],
    ],
    want: [],
  },
];

describe("absent labels have the empty value", () => {
  const head = headWith(series);
  test.each(cases)("$matchers", ({ matchers, want }) => {
    const found = selectSeries(
      head,
      matchers.map(([type, name, value]) => createMatcher(type, name, value)),
    );
    expect([...found].map((ref) => ref - 1)).toEqual(want);
  });
});

test("a regular expression is asked once for each distinct value, and not of series that are out already", () => {
  const head = headWith(
    Array.from({ length: 1000 }, (_, i) => labelsOf({ i: String(i), job: i % 2 === 0 ? "a" : "b", pod: `p${i % 20}` })),
  );
  const matcher = createMatcher("=~", "pod", "p1.*");
  const asked: string[] = [];
  const counting: Matcher = {
    ...matcher,
    setMatches: undefined,
    prefix: "",
    matches: (value) => {
      asked.push(value);
      return matcher.matches(value);
    },
  };
  expect(selectSeries(head, [createMatcher("=", "job", "a"), counting])).toHaveLength(250);
  expect(asked.length).toBe(10);
  asked.length = 0;
  expect(selectSeries(head, [counting])).toHaveLength(550);
  expect(asked.length).toBe(20);
});

test("sparse lists, dense ones with bitmaps, and ones that grew since select as asking every series would", () => {
  const matcher = fc
    .record({
      type: fc.constantFrom<MatchType>("=", "!=", "=~", "!~"),
      name: fc.constantFrom("dense", "half", "rare", "own", "none"),
      value: fc.constantFrom("", "x", "0", "1", "7", "1|7", ".*", ".+", "1.*", "x|"),
    })
    .map(({ type, name, value }) => createMatcher(type, name, value));
  const all: Labels[] = [];
  const head = headWith([]);
  const add = (count: number): void => {
    for (let end = all.length + count; all.length < end;) {
      const i = all.length;
      const labels = labelsOf({ dense: "x", half: String(i % 2), own: String(i), ...(i % 97 === 0 ? { rare: String(i % 7) } : {}) });
      all.push(labels);
      head.seriesRef(labels);
    }
  };
  add(1500);
  let runs = 0;
  fc.assert(
    fc.property(fc.array(matcher, { maxLength: 4 }), (matchers) => {
      if (++runs % 50 === 0) add(300);
      const want = all.flatMap((labels, i) => (matchesLabels(matchers, labels) ? [i + 1] : []));
      expect([...selectSeries(head, matchers)]).toEqual(want);
    }),
    { numRuns: 250 },
  );
});
