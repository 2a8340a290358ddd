import { expect, test } from "@jest/globals";
import { expiredBlocks, type RetentionLimits } from "../../src/compact/retention.ts";

const blocks = [
  { ulid: "old", maxTimeMs: 1000, sizeBytes: 40 },
  { ulid: "new", maxTimeMs: 3000, sizeBytes: 10 },
  { ulid: "middle", maxTimeMs: 2000, sizeBytes: 20 },
];

const use = { headBytes: 5, diskBytes: 100 };

test.each<{ why: string; limits: RetentionLimits; diskBytes?: number; byTime?: string[]; bySize?: string[] }>([
  { why: "without limits all is kept", limits: {} },
  { why: "limits of zero are none", limits: { durationMs: 0, sizeBytes: 0, percentage: 0 } },
  { why: "what ends the duration before the newest goes", limits: { durationMs: 1000 }, byTime: ["middle", "old"] },
  { why: "what ends later stays", limits: { durationMs: 1001 }, byTime: ["old"] },
  { why: "the newest stays whatever the duration", limits: { durationMs: 1 }, byTime: ["middle", "old"] },
  { why: "what fits beside the head stays", limits: { sizeBytes: 75 } },
  { why: "from the first that doesn't fit on, the older go", limits: { sizeBytes: 34 }, bySize: ["middle", "old"] },
  { why: "a head that takes all leaves no block", limits: { sizeBytes: 5 }, bySize: ["new", "middle", "old"] },
  { why: "a percentage goes before a size", limits: { sizeBytes: 1, percentage: 35.9 }, bySize: ["old"] },
  { why: "a percentage counts whole bytes", limits: { percentage: 34.9 }, bySize: ["middle", "old"] },
  { why: "where the disk's size is not known the size counts", limits: { sizeBytes: 35, percentage: 1 }, diskBytes: 0, bySize: ["old"] },
  { why: "both limits are told apart", limits: { durationMs: 2000, sizeBytes: 20 }, byTime: ["old"], bySize: ["middle", "old"] },
])("$why", ({ limits, diskBytes = 100, byTime = [], bySize = [] }) => {
  expect(expiredBlocks(blocks, limits, { ...use, diskBytes })).toEqual({ byTime, bySize });
});

test("no blocks, none to go", () => {
  expect(expiredBlocks([], { durationMs: 1, sizeBytes: 1 }, use)).toEqual({ byTime: [], bySize: [] });
});
