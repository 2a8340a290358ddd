import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { attachSharedMemory } from "@ferula/kernels";
import { createMatcher, createSampleBatch, formatLabels, type Labels, labelsOf, type Matcher } from "@ferula/model";
import type { Head } from "../../src/head/head.ts";
import { selectSeries } from "../../src/head/select-series.ts";
import { takeSelection } from "../../src/head/take-selection.ts";
import { openHeadSelection as openSelection } from "../../src/read/open-head-selection.ts";
import type { HeadSelection } from "../../src/read/head-selection.ts";
import { createSymbolReader } from "../../src/read/symbol-reader.ts";
import { append, newHead } from "./collect-support.ts";

const EVERYTHING = createMatcher("=~", "n", ".*");

function select(head: Head, matchers: readonly Matcher[]): HeadSelection {
  return takeSelection(head, selectSeries(head, matchers), -Infinity, Infinity);
}

function found(head: Head, matchers: readonly Matcher[] = [EVERYTHING]): string[] {
  const { labelSets, symbolReader } = head;
  return Array.from(selectSeries(head, matchers), (ref) => formatLabels(symbolReader.labels(labelSets.address(ref)))).toSorted();
}

describe("what a collection ends", () => {
  const [a, b] = [labelsOf({ n: "a" }), labelsOf({ n: "b" })];

  test("series whose newest sample is before the time, and no others", async () => {
    const head = newHead();
    append(head, [
      [a, 100, 1],
      [b, 499, 1],
      [b, 500, 2],
    ]);
    expect(await head.truncateBefore(500)).toMatchObject({ removedSeries: 1, removedChunks: 1 });
    expect(found(head)).toEqual(['{n="b"}']);
    expect(head.liveSeriesCount).toBe(1);
    expect(head.counters.seriesRemoved).toBe(1);
  });

  test("a series that was just made waits for its samples, one that never got any goes", async () => {
    const head = newHead();
    const waiting = head.seriesRef(a);
    await head.truncateBefore(0);
    expect(head.isLive(waiting)).toBe(true);
    append(head, [[b, 100, 1]]);
    await head.truncateBefore(100);
    expect(head.isLive(waiting)).toBe(false);
    expect(found(head)).toEqual(['{n="b"}']);
  });

  test("the head's oldest time moves on to what is there, and older samples are refused", async () => {
    const head = newHead();
    head.headLog = { log: () => undefined };
    append(head, [
      [a, 100, 1],
      [b, 480, 1],
      [b, 600, 1],
    ]);
    await head.truncateBefore(300);
    expect(head.minTimeMs).toBe(300);
    const batch = createSampleBatch(1);
    batch.length = 1;
    batch.refs[0] = head.seriesRef(a);
    batch.timestampsMs[0] = 299;
    expect(head.append(batch)).toMatchObject({ outOfBounds: 1, appended: 0 });
    batch.timestampsMs[0] = 300;
    expect(head.append(batch)).toMatchObject({ appended: 1 });
  });

  test("samples for a series that ended are refused, in order or not", async () => {
    const head = newHead();
    const { refs } = append(head, [
      [a, 100, 1],
      [b, 900, 1],
    ]);
    await head.truncateBefore(500);
    const batch = createSampleBatch(2);
    batch.length = 2;
    batch.refs.fill(refs[0]);
    batch.timestampsMs.set([901, 600]);
    expect(head.append(batch)).toMatchObject({ appended: 0, outOfBounds: 2, outOfOrder: 0, tooOld: 0 });
  });

  test("stale series are dropped with all their chunks, unless they went on", async () => {
    const head = newHead();
    for (let t = 0; t < 40; t++) {
      append(head, [
        [a, t, t % 3],
        [b, t, t % 3],
      ]);
    }
    append(head, [
      [a, 50, "stale"],
      [b, 50, "stale"],
    ]);
    expect(head.staleSeriesCount).toBe(2);
    const refs = head.staleRefs();
    append(head, [[b, 55, 1]]);
    append(head, [[b, 60, "stale"]]);
    const { chunkCount } = head;
    expect(await head.dropStaleSeries(refs, Float64Array.of(50, 50))).toMatchObject({ removedSeries: 1, removedChunks: chunkCount / 2 });
    expect(found(head)).toEqual(['{n="b"}']);
    expect(head.staleSeriesCount).toBe(1);
    expect(head.chunkCount).toBe(chunkCount / 2);
  });

  test("of those that are to end, many at a time do, and whoever can't be told of one part leaves it and the rest live", async () => {
    const head = newHead();
    const many = Array.from({ length: 4500 }, (_, i) => labelsOf({ n: String(i), of: "many" }));
    append(
      head,
      many.map((labels) => [labels, 50, "stale"]),
    );
    const refs = head.staleRefs();
    const newestMs = new Float64Array(refs.length).fill(50);
    const told: number[] = [];
    const tell = (ending: Uint32Array): void => {
      if (told.length === 1) throw new Error("the log is full");
      told.push(ending.length);
    };
    await expect(head.dropStaleSeries(refs, newestMs, tell)).rejects.toThrow("the log is full");
    expect(told).toEqual([2000]);
    expect([head.liveSeriesCount, head.counters.seriesRemoved, head.hasDeadPostings]).toEqual([2500, 2000, false]);
    expect(found(head)).toHaveLength(2500);
    expect(head.seriesRef(many[0])).toBeGreaterThan(4500);
    const rest = head.staleRefs();
    expect(await head.dropStaleSeries(rest, newestMs, (ending) => void told.push(ending.length))).toMatchObject({ removedSeries: 2500 });
    expect(told).toEqual([2000, 2000, 500]);
  });

  test("collections that overlap follow each other", async () => {
    const head = newHead();
    append(head, [
      [a, 100, 1],
      [b, 500, 1],
    ]);
    const outcomes = await Promise.all([head.truncateBefore(200), head.truncateBefore(600), head.truncateBefore(700)]);
    expect(outcomes.map(({ removedSeries }) => removedSeries)).toEqual([1, 1, 0]);
    expect(head.liveSeriesCount).toBe(0);
  });
});

describe("references", () => {
  const [a, b, c] = [labelsOf({ n: "a" }), labelsOf({ n: "b" }), labelsOf({ n: "c" })];

  test("are used again one collection after their series ended, and tell the two series apart by the epoch", async () => {
    const head = newHead();
    const { refs } = append(head, [
      [a, 100, 1],
      [b, 500, 1],
    ]);
    const [old] = refs;
    const epoch = head.epoch;
    await head.truncateBefore(300);
    expect(head.epoch).toBe(epoch + 1);
    expect([head.isLive(old), head.isLive(old, epoch), head.isLive(refs[1], epoch)]).toEqual([false, false, true]);
    expect(head.seriesRef(c)).not.toBe(old);
    append(head, [[c, 500, 1]]);
    await head.truncateBefore(300);
    expect(head.epoch).toBe(epoch + 2);
    expect(append(head, [[a, 600, 1]]).refs[0]).toBe(old);
    expect([head.isLive(old), head.isLive(old, epoch), head.isLive(old, epoch + 2)]).toEqual([true, false, true]);
  });

  test("the epoch stands still when nothing ended", async () => {
    const head = newHead();
    append(head, [[a, 100, 1]]);
    await head.truncateBefore(50);
    expect(head.epoch).toBe(0);
  });

  test("unknown ones are not live", () => {
    const head = newHead();
    expect([0, 1, 5000, 2 ** 31].map((ref) => head.isLive(ref))).toEqual([false, false, false, false]);
  });
});

describe("a reader in another thread", () => {
  test("keeps its labels for as long as it is pinned, and then takes no old string for a new one", async () => {
    const head = newHead();
    const worker = attachSharedMemory(head.shared.memory);
    const symbolReader = createSymbolReader(worker);
    const labelsIn = (selection: HeadSelection): string => {
      const set = openSelection(worker, selection, { symbolReader });
      return Array.from({ length: set.seriesCount }, (_, i) => formatLabels(set.labels(i))).join();
    };
    const round = (value: string, timeMs: number): void => void append(head, [[labelsOf({ n: value, keep: value + value }), timeMs, 1]]);
    round("aaaa", 100);
    expect(found(head)).toEqual(['{keep="aaaaaaaa", n="aaaa"}']);
    const first = select(head, [EVERYTHING]);
    expect(labelsIn(first)).toBe('{keep="aaaaaaaa", n="aaaa"}');
    round("bbbb", 500);
    await head.truncateBefore(300);
    await head.truncateBefore(301);
    round("cccc", 501);
    // The pinned selection is read as it was, whatever was made since.
    expect(labelsIn(first)).toBe('{keep="aaaaaaaa", n="aaaa"}');
    const usedBytes = head.shared.usedBytes;
    head.release(first.pin);
    await head.truncateBefore(302);
    round("dddd", 502);
    expect(head.shared.usedBytes).toBe(usedBytes);
    const second = select(head, [createMatcher("=", "n", "dddd")]);
    expect(second.labelAddresses[0]).toBe(first.labelAddresses[0]);
    expect(second.symbolGeneration).toBeGreaterThan(first.symbolGeneration);
    expect(labelsIn(second)).toBe('{keep="dddddddd", n="dddd"}');
    // Nor does the thread that owns the head.
    expect(found(head)).toEqual(['{keep="bbbbbbbb", n="bbbb"}', '{keep="cccccccc", n="cccc"}', '{keep="dddddddd", n="dddd"}']);
    head.release(second.pin);
  });

  test("a selection that is older than another reads as well behind it", async () => {
    const head = newHead();
    const worker = attachSharedMemory(head.shared.memory);
    const symbolReader = createSymbolReader(worker);
    append(head, [[labelsOf({ n: "gone" }), 100, 1]]);
    append(head, [[labelsOf({ n: "here" }), 500, 1]]);
    await head.truncateBefore(300);
    const older = select(head, [EVERYTHING]);
    await head.truncateBefore(301);
    append(head, [[labelsOf({ n: "next" }), 501, 1]]);
    const newer = select(head, [EVERYTHING]);
    const read = (selection: HeadSelection): string[] => {
      const set = openSelection(worker, selection, { symbolReader });
      return Array.from({ length: set.seriesCount }, (_, i) => formatLabels(set.labels(i))).toSorted();
    };
    expect(read(newer)).toEqual(['{n="here"}', '{n="next"}']);
    expect(read(older)).toEqual(['{n="here"}']);
    expect(read(newer)).toEqual(['{n="here"}', '{n="next"}']);
  });
});

describe("records that a checkpoint keeps", () => {
  const [a, b] = [labelsOf({ n: "a" }), labelsOf({ n: "b" })];

  function loggedHead(currentSegment: number): { head: Head; log: { currentSegment: number } } {
    const head = newHead();
    const log = { log: () => undefined, currentSegment };
    head.headLog = log;
    return { head, log };
  }

  test("those of live series, and of dead ones as long as segments behind it may name them", async () => {
    const { head, log } = loggedHead(3);
    append(head, [
      [a, 100, 1],
      [b, 500, 1],
    ]);
    await head.truncateBefore(300);
    expect([1, 2, 3].map((walRef) => head.keepsWalRef(walRef, 2))).toEqual([true, true, false]);
    log.currentSegment = 7;
    await head.truncateBefore(300);
    expect([1, 2, 3].map((walRef) => head.keepsWalRef(walRef, 3))).toEqual([false, true, false]);
    await head.truncateBefore(600);
    expect([1, 2, 3].map((walRef) => head.keepsWalRef(walRef, 6))).toEqual([false, true, false]);
    log.currentSegment = 9;
    await head.truncateBefore(600);
    expect([1, 2, 3].map((walRef) => head.keepsWalRef(walRef, 8))).toEqual([false, false, false]);
  });

  test("all, where segments are asked about that may tell of series that came since", async () => {
    const { head } = loggedHead(3);
    expect(head.keepsWalRef(9, 0)).toBe(true);
    await head.truncateBefore(300);
    append(head, [[a, 500, 1]]);
    expect([head.keepsWalRef(1, 3), head.keepsWalRef(9, 3), head.keepsWalRef(1, 2)]).toEqual([true, true, false]);
  });

  test("those of series that were dropped early, as long as the checkpoint keeps their samples", async () => {
    const { head, log } = loggedHead(4);
    append(head, [[a, 500, "stale"]]);
    await head.dropStaleSeries(head.staleRefs(), Float64Array.of(500));
    log.currentSegment = 6;
    await head.truncateBefore(500);
    expect([head.keepsWalRef(1, 5), head.keepsWalRef(2, 5)]).toEqual([true, false]);
    await head.truncateBefore(501);
    expect(head.keepsWalRef(1, 5)).toBe(false);
  });

  test("those of second references that the log had for a series", async () => {
    const head = newHead();
    const refOf = (value: string, walRef: number): number => {
      const pairs = head.pairRoom(2);
      pairs[0] = head.symbols.intern("n");
      pairs[1] = head.symbols.intern(value);
      const ref = head.refOfPairs(pairs, 1, walRef);
      head.renewWalRef(ref, walRef);
      return ref;
    };
    expect(refOf("a", 10)).toBe(refOf("a", 20));
    append(head, [[a, 500, 1]]);
    const log = { log: () => undefined, currentSegment: 4 };
    head.headLog = log;
    await head.truncateBefore(100);
    expect([10, 20].map((walRef) => head.keepsWalRef(walRef, 3))).toEqual([true, true]);
    await head.truncateBefore(501);
    expect([10, 20].map((walRef) => head.keepsWalRef(walRef, 3))).toEqual([true, true]);
    log.currentSegment = 6;
    await head.truncateBefore(501);
    expect([10, 20, 30].map((walRef) => head.keepsWalRef(walRef, 4))).toEqual([false, false, false]);
  });
});

test("memory and tables stay as they are while a million series come and go", async () => {
  const head = newHead();
  const perRound = 20_000;
  const sizes = (): Record<string, number> => ({
    usedBytes: head.shared.usedBytes,
    refs: head.seriesCount,
    pairs: head.labelIndex.lastPair,
    strings: head.symbols.count,
    chunks: head.chunkCount,
  });
  const batch = createSampleBatch(perRound);
  let settled: Record<string, number> = {};
  for (let round = 0; round < 50; round++) {
    batch.length = perRound;
    for (let i = 0; i < perRound; i++) {
      batch.refs[i] = head.seriesRef(["__name__", `metric_${i % 50}`, "job", `job-${i % 7}`, "pod", `pod-${round * perRound + i}`]);
      batch.timestampsMs[i] = round * 1000;
      batch.values[i] = i;
    }
    head.append(batch);
    await head.truncateBefore(round * 1000);
    expect(head.liveSeriesCount).toBe(perRound);
    if (round === 5) settled = sizes();
  }
  const last = sizes();
  expect({ ...last, usedBytes: 0 }).toEqual({ ...settled, usedBytes: 0 });
  // Numbers with more digits need longer blocks, which were not there in the beginning.
  expect(last.usedBytes - settled.usedBytes).toBeLessThan(4 << 20);
  expect(last.refs).toBe(3 * perRound);
  expect(found(head, [createMatcher("=", "job", "job-3"), createMatcher("=", "__name__", "metric_3")])).toHaveLength(58);
}, 60_000);

test("selects and appends between the slices of a collection see each series whole or not at all", async () => {
  const head = newHead();
  const labelsAt = (i: number): Labels => labelsOf({ n: String(i), half: String(i % 2), job: "j" });
  const all = 60_000;
  append(
    head,
    Array.from({ length: all }, (_, i) => [labelsAt(i), i % 2 === 0 ? 100 : 900, i] as const),
  );
  const progress = { isDone: false };
  const collected = head.truncateBefore(500).finally(() => void (progress.isDone = true));
  const even = [createMatcher("=", "half", "0"), createMatcher("=", "job", "j")];
  const counts = new Set<number>();
  let turns = 0;
  let revived = 0;
  while (!progress.isDone) {
    const count = selectSeries(head, even).length;
    counts.add(count - revived);
    expect(selectSeries(head, [createMatcher("!=", "n", "")]).length).toBe(all / 2 + count);
    // One that has just ended comes back under the same labels, all of whose pairs may be on their way out.
    if (count - revived === 0 && revived < 100) append(head, [[labelsAt(2 * revived++), 950, 1]]);
    turns++;
    await setImmediate();
  }
  expect(await collected).toMatchObject({ removedSeries: all / 2 });
  expect(turns).toBeGreaterThan(2);
  // They end some thousands at a time.
  expect([...counts].filter((count) => count % 2000 !== 0)).toEqual([]);
  expect(counts).toContain(0);
  expect(selectSeries(head, even)).toHaveLength(revived);
  expect(selectSeries(head, [createMatcher("=", "half", "1"), createMatcher("=", "job", "j")])).toHaveLength(all / 2);
});
