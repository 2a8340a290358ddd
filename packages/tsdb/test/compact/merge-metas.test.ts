import { expect, test } from "@jest/globals";
import { mergedCompaction, mergedRange } from "../../src/compact/merge-metas.ts";
import { metaOf } from "./support.ts";

const OUT_OF_ORDER = "from-out-of-order";
const STALE = "from-stale-series";
const SELECTED = "from-selected-series";

test("a block of others takes the time of all, is a level above them and knows their sources once each", () => {
  const metas = [
    metaOf({ ulid: "B", minTime: 10, maxTime: 50, level: 2, sources: ["Y", "X"] }),
    metaOf({ ulid: "A", minTime: 20, maxTime: 40, level: 1, sources: ["X", "W"] }),
  ];
  expect(mergedRange(metas)).toEqual({ minTimeMs: 10, maxTimeMs: 50 });
  expect(mergedCompaction(metas)).toEqual({
    level: 3,
    sources: ["W", "X", "Y"],
    parents: [
      { ulid: "B", minTime: 10, maxTime: 50 },
      { ulid: "A", minTime: 20, maxTime: 40 },
    ],
    deletable: false,
    failed: false,
    hints: [],
  });
});

test.each([
  { why: "out of order stays where all are", of: [[OUT_OF_ORDER], [OUT_OF_ORDER]], hints: [OUT_OF_ORDER] },
  { why: "it goes where one is not", of: [[OUT_OF_ORDER], []], hints: [] },
  { why: "stale and selected series stay where one is", of: [[STALE], [SELECTED]], hints: [SELECTED, STALE] },
  {
    why: "each stands once, in order",
    of: [
      [STALE, OUT_OF_ORDER],
      [OUT_OF_ORDER, STALE],
    ],
    hints: [OUT_OF_ORDER, STALE],
  },
])("$why", ({ of, hints }) => {
  expect(mergedCompaction(of.map((own) => metaOf({ ulid: "A", minTime: 0, maxTime: 1, hints: own }))).hints).toEqual(hints);
});
