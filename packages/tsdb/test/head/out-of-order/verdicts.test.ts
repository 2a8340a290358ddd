import { expect, test } from "@jest/globals";
import { createFaultyFiles } from "@ferula/files";
import { append, histogramOf, openLate, type Row } from "./support.ts";

/** What the head has: its newest sample is at 100 min, that of series `b` at 90 min, `c` has none. */
const MIN = 60_000;
const before: Row[] = [
  ["b", 90 * MIN, 1],
  ["a", 100 * MIN, 1],
];

/*
 * The verdicts are those of upstream's head (3.14, range 2 h) for the same appends: with no window, with one of 30 min, which ends before
 * the last hour does, and with one of 2 h.
 */
test.each([
  { row: ["b", 95 * MIN, 2], none: "appended", short: "appended", long: "appended", why: "newer than its series" },
  { row: ["b", 90 * MIN, 1], none: "appended", short: "appended", long: "appended", why: "the newest of its series again" },
  { row: ["b", 90 * MIN, 2], none: "duplicate", short: "duplicate", long: "duplicate", why: "another value at the time of the newest" },
  { row: ["b", 80 * MIN, 2], none: "outOfOrder", short: "late", long: "late", why: "older than its series, within all windows" },
  { row: ["b", 70 * MIN, 2], none: "outOfOrder", short: "late", long: "late", why: "at the beginning of the window" },
  { row: ["b", 70 * MIN - 1, 2], none: "outOfOrder", short: "tooOld", long: "late", why: "just before the beginning of the window" },
  { row: ["b", 41 * MIN, 2], none: "outOfOrder", short: "tooOld", long: "late", why: "older than its series, younger than an hour" },
  { row: ["b", 39 * MIN, 2], none: "outOfBounds", short: "tooOld", long: "late", why: "older than an hour" },
  { row: ["c", 41 * MIN, 2], none: "appended", short: "appended", long: "appended", why: "the first of a series, younger than an hour" },
  { row: ["c", 39 * MIN, 2], none: "outOfBounds", short: "tooOld", long: "late", why: "the first of a series, older than an hour" },
  { row: ["c", 40 * MIN, 2], none: "appended", short: "appended", long: "appended", why: "the first of a series, an hour old" },
  { row: ["b", -30 * MIN, 2], none: "outOfBounds", short: "tooOld", long: "tooOld", why: "older than every window" },
  { row: ["b", 80 * MIN, histogramOf(1)], none: "outOfOrder", short: "late", long: "late", why: "a histogram among floats" },
  { row: ["c", 39 * MIN, histogramOf(1)], none: "outOfBounds", short: "tooOld", long: "late", why: "a histogram older than an hour" },
] satisfies { row: Row; none: string; short: string; long: string; why: string }[])("$why", async ({ row, none, short, long }) => {
  for (const [windowMs, want] of [
    [0, none],
    [30 * MIN, short],
    [120 * MIN, long],
  ] as const) {
    const { head } = await openLate(createFaultyFiles(), { windowMs });
    append(head, before);
    const { stored, ...outcome } = append(head, [row]);
    expect({ windowMs, ...outcome }).toEqual({ windowMs, ...(want === "late" ? { appended: 1, late: 1 } : { [want]: 1 }) });
    expect(stored ?? 0).toBe(want === "appended" && row[1] !== 90 * MIN ? 1 : 0);
  }
});

test("samples that lie behind are told of, taken or not, but for those out of bounds", async () => {
  const { head } = await openLate(createFaultyFiles(), { windowMs: 30 * MIN });
  append(head, before);
  append(head, [
    ["b", 80 * MIN, 1],
    ["b", 50 * MIN, 1],
    ["b", 90 * MIN, 1],
  ]);
  head.outOfOrder.windowMs = 0;
  append(head, [
    ["b", 60 * MIN, 1],
    ["b", 10 * MIN, 1],
  ]);
  const { lateDeltas } = head.counters;
  expect({ ...lateDeltas, counts: [...lateDeltas.counts] }).toMatchObject({
    sum: 1200 + 3000 + 2400,
    count: 3,
    counts: [0, 1, 2, 0, 0, 0, 0],
  });
});

test("what comes of samples is counted for floats and histograms", async () => {
  const { head } = await openLate(createFaultyFiles(), { windowMs: 30 * MIN });
  append(head, before);
  append(head, [
    ["b", 80 * MIN, 1],
    ["b", 80 * MIN, 1],
    ["b", 10 * MIN, 1],
    ["b", 90 * MIN, 1],
    ["b", 81 * MIN, histogramOf(1)],
    ["b", 95 * MIN, histogramOf(1)],
    ["b", 10 * MIN, histogramOf(1)],
  ]);
  const { floats, histograms } = head.counters;
  expect({ ...floats }).toEqual({ appended: 3, late: 1, outOfOrder: 0, outOfBounds: 0, tooOld: 1 });
  expect({ ...histograms }).toEqual({ appended: 2, late: 1, outOfOrder: 0, outOfBounds: 0, tooOld: 1 });
});
