import { PromError } from "@ferula/model";
import type { PoolWriting, WorkerPool } from "@ferula/promql";
import type { LabelListing, LabelRequest, ListingSource, SeriesSelection } from "@ferula/storage";
import { expect, test } from "@jest/globals";
import { createSearcher, type SearchRequest } from "../../src/search/searcher.ts";
import type { SearchForm } from "../../src/search/write-search.ts";

const { signal } = new AbortController();
const form: SearchForm = {
  wanted: { terms: ["v"], algorithm: "subsequence", thresholdPercent: 0, isCaseSensitive: true },
  order: "rising",
  limit: 10,
  field: "value",
  includeScore: false,
};
const request: SearchRequest = { ofLabel: "job", minTimeMs: 0, maxTimeMs: 9, selectors: [[], []], form, signal };

interface Source extends ListingSource {
  readonly pinned: Set<number>;
  /** The limits with which was listed. */
  readonly limits: number[];
}

/** A source whose selections have `values`, or are for a worker where there are none; selecting so many that the number `fails` is among them does. */
function sourceOf({ fails = 0, values }: { readonly fails?: number; readonly values?: (pin: number) => readonly string[] }): Source {
  const pinned = new Set<number>();
  const limits: number[] = [];
  let pins = 0;
  const notAskedFor = (): never => {
    throw new Error("BUG: not asked for");
  };
  const selectAllLabels = async (wanted: readonly LabelRequest[]): Promise<readonly SeriesSelection[]> => {
    if (fails > 0 && wanted.length >= fails) throw new PromError("internal", "no more");
    return wanted.map(({ ofLabel }) => {
      expect(ofLabel).toBe("job");
      pinned.add(++pins);
      return { pin: pins };
    });
  };
  return {
    pinned,
    limits,
    select: notAskedFor,
    selectLabels: notAskedFor,
    selectAll: notAskedFor,
    selectAllLabels,
    release(pin) {
      if (!pinned.delete(pin)) throw new Error(`pin ${pin} was released twice or never made`);
    },
    openLight: () => undefined,
    listLight({ pin }, limit): LabelListing | undefined {
      limits.push(limit);
      return values === undefined ? undefined : { values: values(pin), truncated: false };
    },
  };
}

/** A pool that ends what is to be written with `end`, and notes it. */
function poolOf(end: () => Promise<void>) {
  const asked: { readonly request: unknown; readonly timeoutMs: number; readonly selections: readonly SeriesSelection[] }[] = [];
  const pool: WorkerPool = {
    run: () => Promise.reject(new Error("BUG: not asked for")),
    list: () => Promise.reject(new Error("BUG: not asked for")),
    async write(writing: PoolWriting) {
      const selections = await writing.select();
      asked.push({ request: writing.request, timeoutMs: writing.timeoutMs, selections });
      await end().finally(() => writing.release(selections));
    },
    close: async () => undefined,
  };
  return { pool, asked };
}

test.each<{ why: string; values?: (pin: number) => readonly string[]; form?: Partial<SearchForm>; want: string; limits: number[] }>([
  {
    why: "little is searched at once",
    values: (pin) => ["v0", `v${pin}`, "x"],
    want: '{"value":"v0"}\n{"value":"v1"}\n{"value":"v2"}\n',
    limits: [0, 0],
  },
  {
    why: "no more is listed than is told, where anything fits",
    values: (pin) => [`v${pin}`],
    form: { wanted: { ...form.wanted, terms: [] }, limit: 7 },
    want: '{"value":"v1"}\n{"value":"v2"}\n',
    limits: [7, 7],
  },
  { why: "what can't be listed here is for a worker", want: "by a worker", limits: [0] },
  { why: "few long texts are for a worker, too", values: () => ["v".repeat(5000)], want: "by a worker", limits: [0] },
])("$why, and let go", async ({ values, form: changed = {}, want, limits }) => {
  const source = sourceOf(values === undefined ? {} : { values });
  const { pool, asked } = poolOf(async () => undefined);
  const search = createSearcher({ pool, source, timeoutMs: 70 });
  const wanted = { ...form, ...changed };
  let text = "";
  await search({ ...request, form: wanted }, (bytes) => void (text += Buffer.from(bytes).toString()));
  const job = { request: { task: "search", form: wanted }, timeoutMs: 70, selections: [{ pin: 1 }, { pin: 2 }] };
  expect([asked, text]).toEqual(want === "by a worker" ? [[job], ""] : [[], want]);
  expect([source.limits, [...source.pinned]]).toEqual([limits, []]);
});

test.each<{ why: string; fails?: number; end: () => Promise<void>; error: string }>([
  { why: "the second select", fails: 2, end: async () => undefined, error: "no more" },
  { why: "the pool", end: () => Promise.reject(new PromError("timeout", "too late")), error: "too late" },
])("a search that $why fails lets go of what it selected", async ({ fails = 0, end, error }) => {
  const source = sourceOf({ fails });
  const search = createSearcher({ pool: poolOf(end).pool, source, timeoutMs: 70 });
  await expect(search(request, () => undefined)).rejects.toThrow(error);
  expect([...source.pinned]).toEqual([]);
});

test("without a selector every series is searched", async () => {
  const source = sourceOf({ values: () => ["v"] });
  let text = "";
  const search = createSearcher({ pool: poolOf(async () => undefined).pool, source, timeoutMs: 70 });
  await search({ ...request, selectors: [] }, (bytes) => void (text += Buffer.from(bytes).toString()));
  expect(text).toBe('{"value":"v"}\n');
});
