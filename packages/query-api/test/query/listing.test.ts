import { PromError } from "@ferula/model";
import type { PoolListing, WorkerPool } from "@ferula/promql";
import type { LabelListing, ListingSource, SeriesSelection, SeriesSet } from "@ferula/storage";
import { expect, test } from "@jest/globals";
import { createLister, type ListingRequest } from "../../src/query/listing.ts";

const { signal } = new AbortController();
const request: ListingRequest = { kind: "series", minTimeMs: 0, maxTimeMs: 9, selectors: [[], []], limit: 0, signal };
const NOTHING: SeriesSet = { seriesCount: 0, labels: () => [], read: () => undefined, readHistograms: () => undefined };

/** A source that tells what is pinned; selecting so many that the number `fails` is among them does, and selections are light where `isLight` says so. */
function sourceOf({ fails = 0, isLight = (_pin: number): boolean => true } = {}): ListingSource & { readonly pinned: Set<number> } {
  const pinned = new Set<number>();
  let pins = 0;
  const notAskedFor = (): never => {
    throw new Error("BUG: not asked for");
  };
  const selectAll = async (wanted: readonly unknown[]): Promise<readonly SeriesSelection[]> => {
    if (fails > 0 && wanted.length >= fails) throw new PromError("internal", "no more");
    return wanted.map(() => {
      pinned.add(++pins);
      return { pin: pins };
    });
  };
  return {
    pinned,
    select: notAskedFor,
    selectLabels: notAskedFor,
    selectAll,
    selectAllLabels: selectAll,
    release(pin) {
      if (!pinned.delete(pin)) throw new Error(`pin ${pin} was released twice or never made`);
    },
    openLight: ({ pin }) => (isLight(pin) ? NOTHING : undefined),
    listLight: ({ pin }): LabelListing | undefined => (isLight(pin) ? { values: [`v${pin}`], truncated: false } : undefined),
  };
}

/** A pool that ends a listing with `end`, and notes what was pinned at that time. */
function poolOf(source: { readonly pinned: Set<number> }, end: () => Promise<boolean>) {
  const asked: (Pick<PoolListing, "kind" | "limit" | "timeoutMs"> & { readonly pinned: readonly number[] })[] = [];
  const pool: WorkerPool = {
    run: () => Promise.reject(new Error("BUG: not asked for")),
    async list(listing) {
      const selections = await listing.select();
      const { kind, limit, timeoutMs } = listing;
      asked.push({ kind, limit, timeoutMs, pinned: [...source.pinned] });
      try {
        return await end();
      } finally {
        listing.release(selections);
      }
    },
    write: () => Promise.reject(new Error("BUG: not asked for")),
    close: async () => undefined,
  };
  return { pool, asked };
}

test.each<{ why: string; isLight: (pin: number) => boolean; jobs: number }>([
  { why: "all of it is light: it is made at once", isLight: () => true, jobs: 0 },
  { why: "one selection is not: a worker makes all", isLight: (pin) => pin !== 2, jobs: 1 },
])("a listing lets go of what it selected when $why", async ({ isLight, jobs }) => {
  for (const kind of ["series", "labels"] as const) {
    const source = sourceOf({ isLight });
    const { pool, asked } = poolOf(source, () => Promise.resolve(true));
    const pieces: string[] = [];
    const list = createLister({ pool, source, timeoutMs: 70 });
    expect(await list({ ...request, kind, limit: 4 }, (bytes) => void pieces.push(Buffer.from(bytes).toString()))).toBe(jobs > 0);
    expect(asked).toEqual(jobs > 0 ? [{ kind, limit: 4, timeoutMs: 70, pinned: [1, 2] }] : []);
    expect(pieces.join("")).toBe(jobs > 0 ? "" : kind === "series" ? "[]" : '["v1","v2"]');
    expect([...source.pinned]).toEqual([]);
  }
});

test.each<{ why: string; source: Parameters<typeof sourceOf>[0]; end: () => Promise<boolean>; error: string }>([
  { why: "the second select", source: { fails: 2 }, end: () => Promise.resolve(true), error: "no more" },
  {
    why: "the pool",
    source: { isLight: () => false },
    end: () => Promise.reject(new PromError("timeout", "too late")),
    error: "too late",
  },
])("a listing that $why fails lets go of what it selected", async ({ source: options, end, error }) => {
  const source = sourceOf(options);
  const list = createLister({ pool: poolOf(source, end).pool, source, timeoutMs: 70 });
  await expect(list(request, () => undefined)).rejects.toThrow(error);
  expect([...source.pinned]).toEqual([]);
});

test("a reader that has gone holds nothing", async () => {
  const source = sourceOf();
  const list = createLister({ pool: poolOf(source, () => Promise.resolve(true)).pool, source, timeoutMs: 70 });
  await expect(list(request, () => Promise.reject(new Error("gone")))).rejects.toThrow("gone");
  expect([...source.pinned]).toEqual([]);
});

test("names without a selector are those of every series", async () => {
  const source = sourceOf();
  const list = createLister({ pool: poolOf(source, () => Promise.resolve(true)).pool, source, timeoutMs: 70 });
  let text = "";
  await list({ ...request, kind: "labels", selectors: [] }, (bytes) => void (text += Buffer.from(bytes).toString()));
  expect(text).toBe('["v1"]');
});
