import { expect, test } from "@jest/globals";
import { createSharedMemory, MAXIMUM_BYTES, type SharedMemory } from "@ferula/kernels";
import { createSampleBatch, labelsOf, type SampleBatch } from "@ferula/model";
import { Head } from "../../src/head/head.ts";

const MIB = 1 << 20;

/** A memory that says it is nearly full: all but `freeBytes` of it are in use, and what comes on top. */
function nearlyFull(): { readonly shared: SharedMemory; readonly leave: (freeBytes: number) => void } {
  const shared = createSharedMemory();
  let lostBytes = 0;
  const told = Object.create(shared, { usedBytes: { get: () => shared.usedBytes + lostBytes } }) as SharedMemory;
  return { shared: told, leave: (freeBytes) => void (lostBytes = MAXIMUM_BYTES - freeBytes - shared.usedBytes) };
}

function batchOf(head: Head, rows: number, seriesCount: number): SampleBatch {
  const batch = createSampleBatch(rows);
  batch.length = rows;
  for (let row = 0; row < rows; row++) {
    batch.refs[row] = head.seriesRef(labelsOf([["n", String(row % seriesCount)]]));
    batch.timestampsMs[row] = Math.floor(row / seriesCount);
    batch.values[row] = Math.random();
  }
  return batch;
}

test.each([
  { rows: 50_000, seriesCount: 50_000, freeMib: 60, isTaken: true, why: "a large scrape of many series needs little for each" },
  { rows: 50_000, seriesCount: 500, freeMib: 60, isTaken: true, why: "so does one with many samples of each" },
  { rows: 50_000, seriesCount: 50_000, freeMib: 10, isTaken: false, why: "where there may not be room for all, none is taken" },
  { rows: 1, seriesCount: 1, freeMib: 31, isTaken: true, why: "series that there are go on when no others are taken" },
  { rows: 1, seriesCount: 1, freeMib: 3, isTaken: false, why: "not to the last byte" },
])("$why", ({ rows, seriesCount, freeMib, isTaken }) => {
  const { shared, leave } = nearlyFull();
  const head = new Head(shared, { chunkRangeMs: 7_200_000, samplesPerChunk: 120 });
  const logged: number[] = [];
  head.headLog = { log: (_head, { batch }) => void logged.push(batch.length) };
  const batch = batchOf(head, rows, seriesCount);
  leave(freeMib * MIB);
  if (isTaken) {
    expect(head.append(batch).appended).toBe(rows);
    expect(shared.usedBytes).toBeLessThan(MAXIMUM_BYTES);
    return;
  }
  expect(() => head.append(batch)).toThrow(`cannot take ${rows} samples: `);
  // The series are logged before: these there are.
  expect(logged.filter((length) => length > 0)).toEqual([]);
  leave(1000 * MIB);
  expect(head.append(batch).appended).toBe(rows);
});

test("where no room is left, no series is made", () => {
  const { shared, leave } = nearlyFull();
  const head = new Head(shared, { chunkRangeMs: 7_200_000, samplesPerChunk: 120 });
  leave(31 * MIB);
  expect(() => head.seriesRef(labelsOf([["n", "1"]]))).toThrow("cannot take another series: ");
  expect(head.seriesCount).toBe(0);
});

/** Appends `rounds` samples to each of the series, which begin with `round`. */
function fill(head: Head, seriesCount: number, firstRound: number, rounds: number): void {
  const batch = batchOf(head, seriesCount, seriesCount);
  for (let round = firstRound; round < firstRound + rounds; round++) {
    for (let row = 0; row < seriesCount; row++) {
      batch.timestampsMs[row] = round * 15_000;
      batch.values[row] = Math.sin(row * round);
    }
    head.append(batch);
  }
}

test("a head that was full works on once what it held was dropped", async () => {
  const { shared, leave } = nearlyFull();
  const head = new Head(shared, { chunkRangeMs: 7_200_000, samplesPerChunk: 120 });
  head.headLog = { log: () => undefined };
  fill(head, 200, 0, 1);
  leave(6 * MIB);
  expect(() => fill(head, 200, 1, 100_000)).toThrow("bytes of shared memory are in use");
  const full = shared.usedBytes;
  const lastRound = head.maxTimeMs / 15_000;
  expect(lastRound).toBeGreaterThan(300);
  for (let turn = 0; turn < 3; turn++) {
    await head.truncateBefore(head.maxTimeMs - 60_000);
    fill(head, 200, head.maxTimeMs / 15_000 + 1, lastRound / 2);
  }
  expect(shared.usedBytes - full).toBeLessThan(MIB);
});

test("series that come for those that died need no more memory", async () => {
  const { shared, leave } = nearlyFull();
  const head = new Head(shared, { chunkRangeMs: 7_200_000, samplesPerChunk: 120 });
  head.headLog = { log: () => undefined };
  leave(33 * MIB);
  let name = 0;
  const addSeries = (): number =>
    head.seriesRef(
      labelsOf([
        ["instance", `host-${name++}`],
        ["path", "x".repeat(500)],
      ]),
    );
  expect(() => {
    for (;;) addSeries();
  }).toThrow("cannot take another series");
  const before = name;
  head.flushNewSeries();
  await head.truncateBefore(1);
  await head.truncateBefore(2);
  expect(head.liveSeriesCount).toBe(0);
  for (let i = 0; i < before / 2; i++) addSeries();
  expect(head.liveSeriesCount).toBe(Math.ceil(before / 2));
});
