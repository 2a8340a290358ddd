import { expect, test } from "@jest/globals";
import type { ExemplarRow } from "@ferula/model";
import type { SeriesMetadataRow } from "../../src/index.ts";
import { NOW_MS, series, startReceiver } from "../support.ts";

const NONE = { outOfOrder: 0, tooLong: 0, unknownSeries: 0 };
const exemplar = { timestampMs: NOW_MS, value: 7, labels: ["trace_id", "x", "a", "b"] };

test("exemplars go to their sink with their series' reference, labels sorted", async () => {
  const taken: ExemplarRow[] = [];
  const { writeV2, storage } = await startReceiver({ exemplars: (rows) => (taken.push(...rows), NONE) });
  const answer = await writeV2([
    series({ __name__: "b" }, [0, 1]),
    { ...series({ __name__: "a" }, [0, 1]), exemplars: [exemplar, exemplar] },
  ]);
  expect(answer).toEqual({ status: 204, text: "", written: [2, 0, 2] });
  const ref = storage.seriesRef(["__name__", "a"]);
  expect(taken).toEqual(Array.from({ length: 2 }, () => ({ ref, timestampMs: NOW_MS, value: 7, labels: ["a", "b", "trace_id", "x"] })));
});

test("1.0 may send exemplars by themselves", async () => {
  const taken: ExemplarRow[] = [];
  const { write } = await startReceiver({ exemplars: (rows) => (taken.push(...rows), NONE) });
  expect(await write([{ labels: ["__name__", "a"], exemplars: [exemplar] }])).toMatchObject({ status: 204 });
  expect(taken).toMatchObject([{ value: 7 }]);
});

test.each([
  { why: "come too late", outcome: { ...NONE, outOfOrder: 1 }, text: 'out of order exemplar for series {__name__="a"}\n', written: 1 },
  { why: "are too long", outcome: { ...NONE, tooLong: 1 }, text: "", written: 1 },
])("exemplars that $why are not written", async ({ outcome, text, written }) => {
  const { writeV2 } = await startReceiver({ exemplars: () => outcome });
  const answer = await writeV2([{ ...series({ __name__: "a" }, [0, 1]), exemplars: [exemplar, exemplar] }]);
  expect(answer).toEqual({ status: text === "" ? 204 : 400, text, written: [1, 0, written] });
});

test.each([
  { why: "the sink fails", timestampMs: NOW_MS },
  { why: "they are of the future", timestampMs: NOW_MS + 600_001 },
])("the samples count when $why", async ({ timestampMs }) => {
  const failing = (): never => {
    throw new Error("disk full");
  };
  const { writeV2, stored } = await startReceiver({ exemplars: failing });
  const answer = await writeV2([{ ...series({ __name__: "a" }, [0, 1]), exemplars: [{ ...exemplar, timestampMs }] }]);
  expect(answer).toEqual({ status: 204, text: "", written: [1, 0, 0] });
  expect(stored()).toHaveLength(1);
});

test("metadata goes to its sink, where something is told", async () => {
  const taken: SeriesMetadataRow[] = [];
  const { writeV2, write, storage } = await startReceiver({ metadata: (rows) => taken.push(...rows) });
  const metadata = { type: "gauge", help: "Größe.", unit: "bytes" } as const;
  await writeV2([{ ...series({ __name__: "a" }, [0, 1]), metadata }, series({ __name__: "b" }, [0, 1])]);
  await write([{ ...series({ __name__: "c" }, [0, 1]), metadata }]);
  expect(taken).toEqual([{ ref: storage.seriesRef(["__name__", "a"]), ...metadata }]);
});
