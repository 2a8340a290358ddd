import { expect, test } from "@jest/globals";
import { createMatcher, type Matcher } from "@ferula/model";
import type { LabelListing, Querier } from "@ferula/storage";
import { ALL_TIME, batchOf, START_MS, withStorage, type MakeStorage } from "./fixture.ts";

const T = START_MS;
const NONE: readonly Matcher[] = [];
const shop = [createMatcher("=", "job", "shop")];

interface ListingCase {
  readonly why: string;
  readonly list: (querier: Querier) => LabelListing;
  readonly want: readonly string[];
  readonly truncated?: boolean;
}

const cases: readonly ListingCase[] = [
  { why: "all names", list: (q) => q.labelNames(NONE, 0), want: ["Z", "__name__", "job", "zone", "\uFFFD", "\u{1F525}"] },
  { why: "names of matching series", list: (q) => q.labelNames(shop, 0), want: ["Z", "__name__", "job"] },
  { why: "no names without a match", list: (q) => q.labelNames([createMatcher("=", "job", "no")], 0), want: [] },
  { why: "a limit cuts names", list: (q) => q.labelNames(NONE, 2), want: ["Z", "__name__"], truncated: true },
  { why: "a limit of just as many cuts nothing", list: (q) => q.labelNames(shop, 3), want: ["Z", "__name__", "job"] },
  {
    why: "all values, sorted by their UTF-8 bytes",
    list: (q) => q.labelValues("job", NONE, 0),
    want: ["Shop", "node", "shop", "\uFFFD", "\u{1F525}"],
  },
  { why: "values of matching series", list: (q) => q.labelValues("__name__", shop, 0), want: ["up"] },
  {
    why: "values of series without another label",
    list: (q) => q.labelValues("job", [createMatcher("=", "zone", "")], 0),
    want: ["Shop", "shop", "\uFFFD", "\u{1F525}"],
  },
  {
    why: "values that a matcher on the same label lets through",
    list: (q) => q.labelValues("job", [createMatcher("=~", "job", "s.+|S.+")], 0),
    want: ["Shop", "shop"],
  },
  { why: "no values of a name that nobody has", list: (q) => q.labelValues("none", NONE, 0), want: [] },
  { why: "an empty value is none", list: (q) => q.labelValues("zone", NONE, 0), want: ["a"] },
  { why: "a limit cuts values", list: (q) => q.labelValues("job", NONE, 2), want: ["Shop", "node"], truncated: true },
  {
    why: "a limit cuts what matches",
    list: (q) => q.labelValues("job", [createMatcher("!=", "job", "node")], 1),
    want: ["Shop"],
    truncated: true,
  },
  {
    why: "a limit above all cuts nothing",
    list: (q) => q.labelValues("job", NONE, 99),
    want: ["Shop", "node", "shop", "\uFFFD", "\u{1F525}"],
  },
];

/** Which names and values a storage lists. */
export function listingRules(makeStorage: MakeStorage): void {
  test.each(cases)("list: $why", async ({ list, want, truncated = false }) => {
    await withStorage(makeStorage, (storage) => {
      storage.append(
        batchOf(storage, [
          [{ __name__: "up", job: "node", zone: "a" }, T, 1],
          [{ __name__: "up", job: "shop", Z: "1" }, T, 1],
          [{ __name__: "down", job: "Shop" }, T, 1],
          [{ job: "\u{1F525}", "\u{1F525}": "x" }, T, 1],
          [{ job: "\uFFFD", "\uFFFD": "x" }, T, 1],
        ]),
      );
      const querier = storage.querier(...ALL_TIME);
      expect(list(querier)).toEqual({ values: want, truncated });
      querier.close();
    });
  });

  test("list: an empty storage has nothing", async () => {
    await withStorage(makeStorage, (storage) => {
      const querier = storage.querier(...ALL_TIME);
      expect([querier.labelNames(NONE, 0), querier.labelValues("job", NONE, 0)]).toEqual([
        { values: [], truncated: false },
        { values: [], truncated: false },
      ]);
      querier.close();
    });
  });
}
