import { expect, test } from "@jest/globals";
import { createRateLimit } from "../../src/web-file/rate-limit.ts";

test.each([
  { why: "no interval is no limit", limit: { intervalMs: 0, burst: 0 }, atMs: [0, 0, 0], want: [true, true, true] },
  { why: "a burst of none lets nobody in", limit: { intervalMs: 10, burst: 0 }, atMs: [0, 1000], want: [false, false] },
  { why: "the bucket is full at first", limit: { intervalMs: 10, burst: 2 }, atMs: [0, 0, 0], want: [true, true, false] },
  {
    why: "one more in each interval",
    limit: { intervalMs: 10, burst: 1 },
    atMs: [0, 9, 10, 15, 20],
    want: [true, false, true, false, true],
  },
  {
    why: "it holds no more than the burst",
    limit: { intervalMs: 10, burst: 2 },
    atMs: [0, 900, 900, 900],
    want: [true, true, true, false],
  },
])("$why", ({ limit, atMs, want }) => {
  const admit = createRateLimit(limit);
  expect(atMs.map(admit)).toEqual(want);
});
