import { describe, expect, test } from "@jest/globals";
import { createMatcher, formatLabels, labelsOf, type Matcher } from "@ferula/model";
import type { Db, ExemplarOutcome, NewExemplar, SeriesExemplars } from "../../src/index.ts";
import { batchOf, openTestDb, readAll, testDisk } from "../support.ts";

const all: readonly (readonly Matcher[])[] = [[createMatcher("=~", "__name__", ".*")]];

function exemplar(db: Db, name: string, timestampMs: number, labels: Record<string, string>, value = 1): NewExemplar {
  return { ref: db.seriesRef(labelsOf({ __name__: name })), timestampMs, value, labels: labelsOf(labels) };
}

function outcome(parts: Partial<ExemplarOutcome>): ExemplarOutcome {
  return { stored: 0, duplicate: 0, outOfOrder: 0, tooLong: 0, unknownSeries: 0, disabled: 0, ...parts };
}

function texts(found: readonly SeriesExemplars[]): string[] {
  return found.map(({ seriesLabels, exemplars }) =>
    [formatLabels(seriesLabels), ...exemplars.map(({ timestampMs, value, labels }) => `${timestampMs}:${value}:${labels[1]}`)].join(" "),
  );
}

function metric(db: Db, name: string): number | undefined {
  const source = db.metrics.find((one) => one.name === `prometheus_tsdb_exemplar_${name}`);
  return source !== undefined && "value" in source ? source.value() : undefined;
}

describe("what is taken", () => {
  test.each<{ labels: Record<string, string>; want: Partial<ExemplarOutcome>; why: string }>([
    { labels: { trace: "x".repeat(123) }, want: { stored: 1 }, why: "128 characters of names and values" },
    { labels: { trace: "x".repeat(124) }, want: { tooLong: 1 }, why: "one more is too long" },
    { labels: { trace: "ä".repeat(123) }, want: { stored: 1 }, why: "characters are counted, not bytes" },
    { labels: { trace: "😀".repeat(123) }, want: { stored: 1 }, why: "nor units of UTF-16" },
    { labels: { trace: "😀".repeat(124) }, want: { tooLong: 1 }, why: "one of them more is too long" },
    { labels: {}, want: { stored: 1 }, why: "no label at all" },
  ])("$why", async ({ labels, want }) => {
    const db = await openTestDb(testDisk(), { exemplarLimit: 5 });
    expect(db.appendExemplars([exemplar(db, "a", 1, labels)])).toEqual(outcome(want));
    await db.close();
  });

  test("each row is told of once, also where two of a batch are of one series", async () => {
    const db = await openTestDb(testDisk(), { exemplarLimit: 5 });
    db.appendExemplars([exemplar(db, "a", 10, { trace: "x" })]);
    const rows = [
      exemplar(db, "a", 20, { trace: "y" }),
      exemplar(db, "a", 20, { trace: "y" }),
      exemplar(db, "a", 15, { trace: "z" }),
      exemplar(db, "a", 5, { trace: "z" }),
      { ref: 99, timestampMs: 1, value: 1, labels: [] },
      { ref: 0, timestampMs: 1, value: 1, labels: [] },
    ];
    expect(db.appendExemplars(rows)).toEqual(outcome({ stored: 1, duplicate: 1, outOfOrder: 2, unknownSeries: 2 }));
    expect(texts(db.exemplars(0, 100, all))).toEqual(['{__name__="a"} 10:1:x 20:1:y']);
    expect(metric(db, "exemplars_appended_total")).toBe(2);
    expect(metric(db, "out_of_order_exemplars_total")).toBe(2);
    await db.close();
  });

  test("a label without a value is none", async () => {
    const db = await openTestDb(testDisk(), { exemplarLimit: 5 });
    const ref = db.seriesRef(labelsOf({ __name__: "a" }));
    db.appendExemplars([{ ref, timestampMs: 1, value: 1, labels: ["span", "", "trace", "x"] }]);
    expect(db.exemplars(0, 9, all)[0].exemplars).toEqual([{ labels: ["trace", "x"], value: 1, timestampMs: 1 }]);
    await db.close();
  });

  test("where none are kept, all are left out without harm", async () => {
    const db = await openTestDb(testDisk());
    expect(db.appendExemplars([exemplar(db, "a", 1, {}), exemplar(db, "a", 2, {})])).toEqual(outcome({ disabled: 2 }));
    expect(db.exemplars(0, 9, all)).toEqual([]);
    await db.close();
  });
});

describe("what is found", () => {
  const open = async (): Promise<Db> => {
    const db = await openTestDb(testDisk(), { exemplarLimit: 10 });
    db.appendExemplars([
      exemplar(db, "b", 10, { trace: "1" }),
      exemplar(db, "a", 20, { trace: "2" }),
      exemplar(db, "b", 30, { trace: "3" }),
      exemplar(db, "b", 40, { trace: "4" }),
    ]);
    return db;
  };
  const a = createMatcher("=", "__name__", "a");
  const b = createMatcher("=", "__name__", "b");

  test.each<{ sets: readonly (readonly Matcher[])[]; min?: number; max?: number; want: string[]; why: string }>([
    { sets: [[a], [b]], want: ['{__name__="a"} 20:1:2', '{__name__="b"} 10:1:1 30:1:3 40:1:4'], why: "series of any set, by their labels" },
    { sets: [[a, b]], want: [], why: "all matchers of a set must hold" },
    { sets: [], want: [], why: "without a set none" },
    { sets: [[]], want: ['{__name__="a"} 20:1:2', '{__name__="b"} 10:1:1 30:1:3 40:1:4'], why: "an empty set takes all" },
    {
      sets: [[createMatcher("=", "job", "")]],
      min: 20,
      max: 30,
      want: ['{__name__="a"} 20:1:2', '{__name__="b"} 30:1:3'],
      why: "both ends count",
    },
    { sets: [[b]], min: 11, max: 29, want: [], why: "a series with none in between is left out" },
    { sets: [[createMatcher("!=", "__name__", "b")]], want: ['{__name__="a"} 20:1:2'], why: "matchers of all kinds" },
    { sets: [[createMatcher("!~", "__name__", "a|c")]], min: 35, want: ['{__name__="b"} 40:1:4'], why: "expressions, too" },
  ])("$why", async ({ sets, min = 0, max = 100, want }) => {
    const db = await open();
    expect(texts(db.exemplars(min, max, sets))).toEqual(want);
    await db.close();
  });
});

test("exemplars are there after a start, also those of series that had no sample", async () => {
  const files = testDisk();
  const db = await openTestDb(files, { exemplarLimit: 10 });
  db.append(batchOf(db, [["__name__=a", 1000, 1]]));
  db.appendExemplars([exemplar(db, "a", 1000, { trace: "x" }), exemplar(db, "new", 2000, { trace: "y" }, -0.5)]);
  // Killed, not closed.
  const again = await openTestDb(files, { exemplarLimit: 10 });
  expect(texts(again.exemplars(0, 9000, all))).toEqual(['{__name__="a"} 1000:1:x', '{__name__="new"} 2000:-0.5:y']);
  expect(metric(again, "exemplars_in_storage")).toBe(2);
  expect(metric(again, "exemplars_appended_total")).toBe(0);
  // A scrape that finds the same exemplar again, without a time of its own, adds nothing.
  expect(again.appendExemplars([{ ...exemplar(again, "a", 5000, { trace: "x" }), hasTimestamp: false }])).toEqual(
    outcome({ duplicate: 1 }),
  );
  await again.close();
  await db.close();
});

test("what the log can't take is not taken", async () => {
  const files = testDisk();
  const db = await openTestDb(files, { exemplarLimit: 10 });
  db.append(batchOf(db, [["__name__=a", 1000, 1]]));
  files.failAt(files.operationCount + 1, { code: "ENOSPC" });
  expect(() => db.appendExemplars([exemplar(db, "a", 1000, { trace: "x" })])).toThrow("cannot write segment");
  expect(db.exemplars(0, 9000, all)).toEqual([]);
  expect(db.appendExemplars([exemplar(db, "a", 1000, { trace: "x" })])).toEqual(outcome({ stored: 1 }));
  await db.close();
});

test("the exemplars of a series stay when the head drops it, and are its own again when it comes back", async () => {
  const files = testDisk();
  const hour = 3_600_000;
  const db = await openTestDb(files, { exemplarLimit: 10, chunkRangeMs: hour, maintainsItself: false });
  db.append(batchOf(db, [["__name__=gone", 1000, 1]]));
  db.appendExemplars([exemplar(db, "gone", 1000, { trace: "x" })]);
  for (let ms = 0; ms <= 4 * hour; ms += hour / 4) db.append(batchOf(db, [["__name__=stays", ms, 1]]));
  for (let round = 0; round < 3; round++) await db.maintain();
  // References of dropped series are other series' now.
  for (let i = 0; i < 5; i++) db.append(batchOf(db, [[`__name__=other${i}`, 4 * hour, 1]]));
  expect(readAll(db, [createMatcher("=", "__name__", "gone")], 3 * hour)).toEqual({});
  expect(texts(db.exemplars(0, 9 * hour, all))).toEqual(['{__name__="gone"} 1000:1:x']);
  db.append(batchOf(db, [["__name__=gone", 4 * hour, 1]]));
  expect(db.appendExemplars([exemplar(db, "gone", 500, { trace: "late" }), exemplar(db, "gone", 4 * hour, { trace: "y" })])).toEqual(
    outcome({ stored: 1, outOfOrder: 1 }),
  );
  expect(texts(db.exemplars(0, 9 * hour, all))).toEqual([`{__name__="gone"} 1000:1:x ${4 * hour}:1:y`]);
  expect(metric(db, "series_with_exemplars_in_storage")).toBe(1);
  await db.close();
});

test("the limit and the window may change while the database is open", async () => {
  const db = await openTestDb(testDisk(), { exemplarLimit: 3 });
  db.appendExemplars([1, 2, 3].map((ms) => exemplar(db, "a", ms * 1000, { trace: `${ms}` })));
  db.configure({ exemplarLimit: 2 });
  expect(texts(db.exemplars(0, 9000, all))).toEqual(['{__name__="a"} 2000:1:2 3000:1:3']);
  db.configure({ exemplarLimit: 4, outOfOrderWindowMs: 2000 });
  expect(db.appendExemplars([exemplar(db, "a", 2500, { trace: "late" })])).toEqual(outcome({ stored: 1 }));
  expect(texts(db.exemplars(0, 9000, all))).toEqual(['{__name__="a"} 2000:1:2 2500:1:late 3000:1:3']);
  await db.close();
});
