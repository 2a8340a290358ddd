import { describe, expect, test } from "@jest/globals";
import type { Labels } from "@ferula/model";
import type { SeriesRef } from "@ferula/storage";
import type { SeriesSource } from "../../src/cache/renew-refs.ts";
import { described, relabelRules, plainRules, type SeriesTable, seriesTable, testCache, type TestCache, workspaces } from "./support.ts";

/** A storage that drops series, and gives them another number when they come back. */
interface Dropping {
  readonly cache: TestCache;
  readonly series: SeriesTable;
  /** Drops the series whose number is given, each in an epoch of its own. */
  readonly drop: (...refs: SeriesRef[]) => void;
  readonly lookedUp: Labels[];
}

function dropping(options: Parameters<typeof testCache>[0] = {}): Dropping {
  const labels: Labels[] = [];
  const refs = new Map<string, SeriesRef>();
  const dropped = new Set<SeriesRef>();
  const lookedUp: Labels[] = [];
  let epoch = 0;
  const source: SeriesSource = {
    seriesRef(of) {
      const key = of.join("\n");
      lookedUp.push(of);
      const known = refs.get(key) ?? labels.push(of);
      refs.set(key, known);
      return known;
    },
    get epoch() {
      return epoch;
    },
    isLive: (ref, sinceEpoch) => !dropped.has(ref) && sinceEpoch !== undefined,
  };
  return {
    cache: testCache({ series: source, ...options }),
    series: { ...seriesTable(), labels },
    lookedUp,
    drop(...some) {
      for (const ref of some) {
        dropped.add(ref);
        refs.delete(labels[ref - 1].join("\n"));
        epoch++;
      }
    },
  };
}

const BODY = "a 1\nb 1\nc 1\n";

describe("series that the storage dropped", () => {
  test.each([
    { why: "are looked up again when their line is the same", drop: [2], body: BODY, want: [1, 4, 3] },
    { why: "also when their value is another", drop: [2], body: "a 1\nb 2\nc 1\n", want: [1, 4, 3] },
    { why: "also when the epoch rose more than once", drop: [2, 1], body: BODY, want: [4, 5, 3] },
    { why: "get their stale marker when they go in the same scrape", drop: [2, 3], body: "a 1\nb 1\n", want: [1, 4, 5] },
    { why: "leave the others as they are when these go", drop: [2], body: "b 1\n", want: [4, 1, 3] },
  ])("$why", ({ drop, body, want }) => {
    const { cache, series, ...storage } = dropping();
    cache.readText(BODY, 1000);
    storage.drop(...drop);
    const { batch, added } = cache.readText(body, 2000);
    expect([...batch.refs.subarray(0, batch.length)]).toEqual(want);
    expect(added).toBe(0);
    expect(described(batch, series).filter((row) => row.includes("STALE"))).toHaveLength(want.length - (body.match(/\n/g) ?? []).length);
  });

  test("are looked up once", () => {
    const { cache, lookedUp, drop } = dropping();
    cache.readText(BODY, 1000);
    drop(1);
    for (let i = 0; i < 3; i++) cache.readText(BODY, 2000 + i);
    expect(lookedUp.map((labels) => labels[1])).toEqual(["a", "b", "c", "a"]);
  });

  test("get their stale marker when the scrape fails", () => {
    const { cache, series, drop } = dropping();
    cache.readText("a 1\nb 1\n", 1000);
    drop(1);
    expect(described(cache.markAllStale(2000), series)).toEqual(["b{} STALE @2000", "a{} STALE @2000"]);
  });

  test("are not made again for a target that is down, but when it comes back with them", () => {
    const { cache, series, lookedUp, drop } = dropping();
    cache.readText("a 1\nb 1\n", 1000);
    cache.markAllStale(2000);
    const { length } = lookedUp;
    drop(1, 2);
    expect(cache.markAllStale(3000)).toHaveLength(0);
    expect(lookedUp).toHaveLength(length);
    expect(described(cache.readText("b 1\n", 4000).batch, series)).toEqual(["b{} 1 @4000"]);
    expect(lookedUp.slice(length).map((labels) => labels[1])).toEqual(["b"]);
  });

  test("have the labels that they had: those of relabelling, and of the type of their metric", () => {
    const rules = { ...plainRules, metricRelabel: relabelRules("- {source_labels: [__name__], target_label: n}\n") };
    const { cache, lookedUp, drop } = dropping({ rules });
    const body = '# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 1\n# TYPE g gauge\ng{le="1"} 1\n';
    cache.readText(body, 1000);
    const first = lookedUp.splice(0);
    drop(1, 2, 3);
    cache.readText(body, 2000);
    expect(lookedUp).toEqual(first);
  });

  test("that relabelling never stored are none of its business", () => {
    const rules = { ...plainRules, metricRelabel: relabelRules("- {source_labels: [__name__], regex: b, action: drop}\n") };
    const { cache, lookedUp, drop } = dropping({ rules });
    cache.readText(BODY, 1000);
    drop(1);
    const { batch } = cache.readText(BODY, 2000);
    expect([...batch.refs.subarray(0, batch.length)]).toEqual([3, 2]);
    expect(lookedUp.map((labels) => labels[1])).toEqual(["a", "c", "a"]);
  });
});

test("a storage that can't make the series again fails the scrape, and leaves no memory behind", () => {
  let isFull = false;
  const series = seriesTable();
  const source = {
    epoch: 0,
    isLive: () => !isFull,
    seriesRef(labels: Labels): SeriesRef {
      if (isFull) throw new Error("no room");
      return series.ref(labels);
    },
  };
  const cache = testCache({ series: source });
  const body = "a 1\n".repeat(5000);
  cache.readText(body, 1000);
  isFull = true;
  source.epoch++;
  expect(() => cache.readText(body, 2000)).toThrow("no room");
  const { usedBytes } = workspaces.shared;
  for (let i = 0; i < 20; i++) expect(() => cache.readText(body, 2000)).toThrow("no room");
  expect(workspaces.shared.usedBytes).toBe(usedBytes);
  isFull = false;
  expect(cache.readText("a 1\n", 3000).batch).toHaveLength(1);
});
