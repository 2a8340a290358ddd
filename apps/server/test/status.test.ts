import { expect, test } from "@jest/globals";
import type { RetentionLimits } from "@ferula/tsdb";
import { statusView } from "../src/status.ts";

const replayed = {
  segments: 0,
  nextSegment: 0,
  records: 0,
  samples: 0,
  corruptions: 3,
  skippedRecords: 0,
  unknownRefs: { samples: 0, exemplars: 0, histograms: 0, metadata: 0, tombstones: 0 },
  seconds: 0,
};

interface Given {
  readonly gogc?: number;
  readonly timeMs?: number;
  readonly retention?: RetentionLimits;
}

function runtimeInfo({ gogc = 75, timeMs = 1_500, retention = {} }: Given): unknown {
  const status = statusView({
    db: {
      replayed,
      stats: () => {
        throw new Error("BUG: nobody asked for them");
      },
      blocks: () => [],
    },
    config: () => "",
    flags: new Map(),
    startedMs: 250,
    nowMs: () => 2_000,
    lastReload: () => ({ successful: true, timeMs }),
    gogc: () => gogc,
    retention: () => retention,
    workerCount: 2,
    selfMetrics: () => Promise.resolve([]),
  });
  return status.runtimeInfo();
}

test("the runtime's information has upstream's fields in upstream's order", () => {
  expect(Object.keys(runtimeInfo({}) as object)).toEqual([
    "startTime",
    "CWD",
    "hostname",
    "serverTime",
    "reloadConfigSuccess",
    "lastConfigTime",
    "corruptionCount",
    "goroutineCount",
    "GOMAXPROCS",
    "GOMEMLIMIT",
    "GOGC",
    "GODEBUG",
    "storageRetention",
  ]);
});

test.each([
  { given: {}, want: { storageRetention: "" }, why: "without a limit nothing is said of retention" },
  {
    given: { retention: { durationMs: 15 * 86_400_000, sizeBytes: 2 ** 29, percentage: 12.5 } },
    want: { storageRetention: "15d or 512MiB or 12.5%" },
    why: "every limit of retention is told",
  },
  { given: { timeMs: 1_999 }, want: { lastConfigTime: "1970-01-01T00:00:01Z" }, why: "a reload is told in whole seconds" },
  { given: {}, want: { startTime: "1970-01-01T00:00:00.25Z", serverTime: "1970-01-01T00:00:02Z" }, why: "other times are told whole" },
  { given: { gogc: 50 }, want: { GOGC: "50" }, why: "the collector's setting is that of the configuration" },
  { given: { gogc: -1 }, want: { GOGC: "off" }, why: "a setting below 0 is off" },
  { given: {}, want: { corruptionCount: 3, goroutineCount: 3 }, why: "what was found damaged, and threads, are counted" },
])("$why", ({ given, want }) => {
  expect(runtimeInfo(given)).toMatchObject(want);
});
