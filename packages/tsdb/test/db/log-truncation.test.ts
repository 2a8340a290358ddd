import { expect, test } from "@jest/globals";
import { noLogger } from "@ferula/logging";
import type { JobRunner, TruncatedLog } from "../../src/db/jobs.ts";
import { createLogTruncation } from "../../src/db/log-truncation.ts";
import { MaintenanceCounters } from "../../src/db/maintenance-counters.ts";

const NONE = {
  checkpointCreations: 0,
  checkpointCreationsFailed: 0,
  checkpointDeletions: 0,
  checkpointDeletionsFailed: 0,
  walTruncations: 0,
  walTruncationsFailed: 0,
};
const DONE = { ...NONE, checkpointCreations: 1, checkpointDeletions: 1, walTruncations: 1 };

function replaced(removed: TruncatedLog["removed"]): TruncatedLog {
  return { lastSegment: 3, damages: [], removed };
}

test.each([
  { why: "there is too little to replace", result: undefined, want: NONE },
  { why: "all went well", result: replaced({ checkpoints: true, segments: true }), want: DONE },
  {
    why: "segments had to stay",
    result: replaced({ checkpoints: true, segments: false }),
    want: { ...DONE, walTruncationsFailed: 1 },
  },
  {
    why: "older checkpoints and segments had to stay",
    result: replaced({ checkpoints: false, segments: false }),
    want: { ...DONE, checkpointDeletionsFailed: 1, walTruncationsFailed: 1 },
  },
  {
    why: "there was no checkpoint to be had",
    result: new Error("EIO"),
    want: { ...NONE, checkpointCreations: 1, checkpointCreationsFailed: 1 },
  },
])("what is counted where $why", async ({ result, want }) => {
  const counters = new MaintenanceCounters();
  const run = async (): Promise<TruncatedLog | undefined> => {
    if (result instanceof Error) throw result;
    return result;
  };
  const truncation = createLogTruncation({
    log: { cut: () => undefined },
    runner: { run: run as JobRunner["run"], close: async () => undefined },
    counters,
    logger: noLogger,
    folder: "/data/wal",
    compression: "none",
    segmentBytes: 1,
  });
  const failure = await truncation.truncate(1).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBe(result instanceof Error ? result : undefined);
  expect(counters).toMatchObject(want);
});
