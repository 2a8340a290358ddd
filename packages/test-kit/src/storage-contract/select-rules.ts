import { expect, test } from "@jest/globals";
import { createMatcher, createSampleColumns, type Matcher } from "@ferula/model";
import { ALL_TIME, batchOf, readAll, selectAll, START_MS, withStorage, type ContractSample, type MakeStorage } from "./fixture.ts";

const T = START_MS;

/** The label `n` tells the series apart. */
const seriesLabels: readonly Readonly<Record<string, string>>[] = [
  { n: "1", job: "node", zone: "a" },
  { n: "2", job: "node", zone: "b" },
  { n: "3", job: "shop", zone: "a" },
  { n: "4", job: "shop" },
  { n: "5", zone: "a\nb" },
  { n: "6", job: "\u{1F525}", "a.b": "x" },
];

const samples: readonly ContractSample[] = seriesLabels.map((labels, i) => [labels, T, i + 1]);
const all = ["1", "2", "3", "4", "5", "6"];

const matcherCases: readonly { readonly why: string; readonly matchers: readonly Matcher[]; readonly want: readonly string[] }[] = [
  { why: "= finds the value", matchers: [createMatcher("=", "job", "node")], want: ["1", "2"] },
  { why: "= of a value that nobody has", matchers: [createMatcher("=", "job", "nod")], want: [] },
  { why: "= of a name that nobody has", matchers: [createMatcher("=", "jobs", "node")], want: [] },
  { why: "= of text past U+FFFF", matchers: [createMatcher("=", "job", "\u{1F525}")], want: ["6"] },
  { why: "a name that is no legacy name", matchers: [createMatcher("=", "a.b", "x")], want: ["6"] },
  { why: '= "" finds series without the label', matchers: [createMatcher("=", "job", "")], want: ["5"] },
  { why: '= "" of a name that nobody has finds all', matchers: [createMatcher("=", "none", "")], want: all },
  { why: '!= "" finds series with the label', matchers: [createMatcher("!=", "zone", "")], want: ["1", "2", "3", "5"] },
  { why: "!= finds series without the label too", matchers: [createMatcher("!=", "job", "node")], want: ["3", "4", "5", "6"] },
  { why: "!= of a name that nobody has finds all", matchers: [createMatcher("!=", "none", "x")], want: all },
  { why: "=~ of one of several texts", matchers: [createMatcher("=~", "n", "1|3|9")], want: ["1", "3"] },
  { why: "=~ of a prefix", matchers: [createMatcher("=~", "job", "s.*")], want: ["3", "4"] },
  { why: "=~ is anchored", matchers: [createMatcher("=~", "job", "ho")], want: [] },
  { why: "=~ has a dot that matches line breaks", matchers: [createMatcher("=~", "zone", "a.b")], want: ["5"] },
  { why: "=~ .+ finds series with the label", matchers: [createMatcher("=~", "job", ".+")], want: ["1", "2", "3", "4", "6"] },
  { why: "=~ .* finds all", matchers: [createMatcher("=~", "job", ".*")], want: all },
  { why: "=~ of a pattern that matches nothing too", matchers: [createMatcher("=~", "zone", "b|")], want: ["2", "4", "6"] },
  { why: "!~ finds series without the label too", matchers: [createMatcher("!~", "zone", "a|b")], want: ["4", "5", "6"] },
  { why: "!~ .+ finds series without the label", matchers: [createMatcher("!~", "job", ".+")], want: ["5"] },
  { why: "!~ .* finds nothing", matchers: [createMatcher("!~", "job", ".*")], want: [] },
  { why: "!~ of a pattern that matches nothing too", matchers: [createMatcher("!~", "zone", "b|")], want: ["1", "3", "5"] },
  { why: "all matchers must hold", matchers: [createMatcher("=", "zone", "a"), createMatcher("!=", "job", "node")], want: ["3"] },
  { why: "two of the same name", matchers: [createMatcher("=~", "n", "[1-4]"), createMatcher("!~", "n", "[23]")], want: ["1", "4"] },
  { why: "only negative ones", matchers: [createMatcher("!=", "job", "node"), createMatcher("!=", "zone", "a")], want: ["4", "5", "6"] },
];

const rangeCases: readonly { readonly why: string; readonly range: readonly [number, number]; readonly want: readonly number[] }[] = [
  { why: "both ends are inclusive", range: [T + 10, T + 30], want: [10, 20, 30] },
  { why: "what lies outside is left out", range: [T + 11, T + 29], want: [20] },
  { why: "one moment", range: [T + 20, T + 20], want: [20] },
  { why: "between two samples", range: [T + 21, T + 29], want: [] },
  { why: "before all", range: [T - 100, T - 1], want: [] },
  { why: "behind all", range: [T + 41, T + 100], want: [] },
  { why: "all of it", range: ALL_TIME, want: [0, 10, 20, 30, 40] },
];

/** Which series and samples a select finds. */
export function selectRules(makeStorage: MakeStorage): void {
  test.each(matcherCases)("select: $why", async ({ matchers, want }) => {
    await withStorage(makeStorage, (storage) => {
      storage.append(batchOf(storage, samples));
      const found = Object.values(selectAll(storage, matchers)).map((rows) => String(rows[0][1]));
      expect(found.toSorted()).toEqual(want);
    });
  });

  test.each(rangeCases)("select: of a range, $why", async ({ range, want }) => {
    await withStorage(makeStorage, (storage) => {
      storage.append(
        batchOf(
          storage,
          [0, 10, 20, 30, 40].map((ms): ContractSample => [{ __name__: "a" }, T + ms, ms]),
        ),
      );
      const rows = selectAll(storage, [createMatcher("=", "__name__", "a")], range);
      expect(rows).toEqual(want.length === 0 ? {} : { '{__name__="a"}': want.map((ms) => [T + ms, ms]) });
    });
  });

  test("select: labels come back as they were, sorted by the UTF-8 bytes of their names", async () => {
    await withStorage(makeStorage, (storage) => {
      storage.append(batchOf(storage, [[{ __name__: "a", "\u{1F525}": "1", "\uFFFD": "2", B: 'x"\n' }, T, 1]]));
      const querier = storage.querier(...ALL_TIME);
      const set = querier.select([createMatcher("=", "__name__", "a")]);
      expect(set.seriesCount).toBe(1);
      expect(set.labels(0)).toEqual(["B", 'x"\n', "__name__", "a", "\uFFFD", "2", "\u{1F525}", "1"]);
      querier.close();
    });
  });

  test("select: reading overwrites the columns, and grows them", async () => {
    await withStorage(makeStorage, (storage) => {
      const long = Array.from({ length: 300 }, (_, i): ContractSample => [{ s: "long" }, T + i, i]);
      storage.append(batchOf(storage, [...long, [{ s: "short" }, T, 7]]));
      const querier = storage.querier(...ALL_TIME);
      const columns = createSampleColumns(0);
      for (const [name, count, last] of [
        ["long", 300, 299],
        ["short", 1, 7],
        ["long", 300, 299],
      ] as const) {
        querier.select([createMatcher("=", "s", name)]).read(0, columns);
        expect([columns.length, columns.values[count - 1], columns.timestampsMs[0]]).toEqual([count, last, T]);
        expect(columns.valueBits.buffer).toBe(columns.values.buffer);
      }
      querier.close();
    });
  });

  test("select: a set does not change when samples are appended, a new select sees them", async () => {
    await withStorage(makeStorage, (storage) => {
      const matchers = [createMatcher("!=", "__name__", "")];
      storage.append(batchOf(storage, [[{ __name__: "a" }, T, 1]]));
      const querier = storage.querier(...ALL_TIME);
      const set = querier.select(matchers);
      storage.append(
        batchOf(storage, [
          [{ __name__: "a" }, T + 1, 2],
          [{ __name__: "b" }, T + 1, 3],
        ]),
      );
      expect(readAll(set)).toEqual({ '{__name__="a"}': [[T, 1]] });
      querier.close();
      expect(selectAll(storage, matchers)).toEqual({
        '{__name__="a"}': [
          [T, 1],
          [T + 1, 2],
        ],
        '{__name__="b"}': [[T + 1, 3]],
      });
    });
  });

  test("select: with the hint that only the latest sample counts, that sample is there", async () => {
    await withStorage(makeStorage, (storage) => {
      storage.append(
        batchOf(
          storage,
          [0, 10, 20, 30].map((ms): ContractSample => [{ __name__: "a" }, T + ms, ms]),
        ),
      );
      for (const [latestAtMs, want] of [
        [T + 25, 20],
        [T + 30, 30],
        [T + 99, 30],
        [T + 10, 10],
      ]) {
        const rows = selectAll(storage, [createMatcher("=", "__name__", "a")], [T, latestAtMs], { latestAtMs });
        expect(rows['{__name__="a"}']?.at(-1)).toEqual([T + want, want]);
      }
    });
  });

  test("select: an empty storage has nothing", async () => {
    await withStorage(makeStorage, (storage) => {
      expect(selectAll(storage, [createMatcher("=", "none", "")])).toEqual({});
    });
  });
}
