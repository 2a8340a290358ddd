import { flipBit, nodeFiles } from "@ferula/files";
import { createMatcher } from "@ferula/model";
import { expect, test } from "@jest/globals";
import { fill, NOW_MS, startApi, type ApiServer, type Row } from "../api-server.ts";

const HOUR_SECONDS = 3600;
const TRUNCATED = ["results truncated due to limit"];

/** Ten hours of two series, of which one ended before the newest hours, and one of the newest hour only. */
const series: readonly Row[] = [
  [{ __name__: "up", job: "a" }, ...samplesOf(10, 0)],
  [{ __name__: "up", job: "gone", odd: "<x>" }, ...samplesOf(10, 8)],
  [{ __name__: "up", job: "new" }, ...samplesOf(1, 0)],
];

function samplesOf(fromHours: number, toHours: number): (readonly [number, number])[] {
  return Array.from({ length: (fromHours - toHours) * 60 }, (_, i) => [fromHours * HOUR_SECONDS - i * 60, i] as const);
}

function isIn(hours: number): (sample: readonly [number, number]) => boolean {
  return ([ageSeconds]) => Math.ceil(ageSeconds / HOUR_SECONDS) === hours;
}

/** An API over the series, of which most lies in blocks. */
async function startWithBlocks(): Promise<ApiServer> {
  const api = await startApi({ series: [] });
  // Hour by hour: the head does not take what is much older than its newest sample.
  for (let hours = 10; hours > 0; hours--)
    fill(
      api.db,
      series.map(([labels, ...samples]) => [labels, ...samples.filter(isIn(hours))]),
    );
  await api.db.maintain();
  expect(api.db.blocks().length).toBeGreaterThan(1);
  return api;
}

const start = NOW_MS / 1000 - 1800;

test.each([
  { path: "/labels", want: ["__name__", "job", "odd"], why: "names" },
  { path: "/label/job/values", want: ["a", "gone", "new"], why: "values" },
  { path: "/label/job/values?limit=2", want: ["a", "gone"], warnings: TRUNCATED, why: "values up to a limit" },
  { path: "/label/job/values?match[]=up{odd!=''}&match[]=up{job='new'}", want: ["gone", "new"], why: "values of what selectors find" },
  {
    path: "/series?match[]=up",
    want: [
      { __name__: "up", job: "a" },
      { __name__: "up", job: "gone", odd: "<x>" },
      { __name__: "up", job: "new" },
    ],
    why: "series",
  },
  { path: "/series?match[]=up&limit=1", want: [{ __name__: "up", job: "a" }], warnings: TRUNCATED, why: "series up to a limit" },
  { path: "/series?match[]=nope", want: [], why: "no series" },
])("what lies in blocks is listed by a worker: $why", async ({ path, want, warnings }) => {
  const api = await startWithBlocks();
  const { status, json } = await api.get(path);
  expect([status, json?.data, json?.warnings]).toEqual([200, want, warnings]);
  expect(api.jobCount()).toBe(1);
});

test("what lies in memory and is little is listed at once", async () => {
  const api = await startWithBlocks();
  expect((await api.get(`/label/job/values?start=${start}`)).json?.data).toEqual(["a", "new"]);
  expect((await api.get(`/series?match[]=up&start=${start}`)).json?.data).toHaveLength(2);
  expect(api.jobCount()).toBe(0);
});

test.each([
  { path: "/query_range?query=up&step=60", file: "chunks/000001", bit: 8 * 20, place: /^cannot read .*chunks.000001 at offset \d+/ },
  { path: "/query_range?query=up&step=60", file: "index", bit: 8 * 14, place: /^expanding series: cannot read .*index at offset \d+/ },
  { path: "/series?match[]=up", file: "index", bit: 8 * 14, place: /^cannot read .*index at offset \d+/ },
  { path: "/labels?x=", file: "index", bit: 8 * 14, place: /^cannot read .*index at offset \d+/ },
  { path: "/label/job/values?x=", file: "tombstones", bit: 8, place: /^cannot read .*tombstones at offset \d+/ },
])("a flipped bit in $file fails $path as upstream does, and nothing that lies elsewhere", async ({ path, file, bit, place }) => {
  const api = await startWithBlocks();
  const [block] = api.db.blocks();
  const damaged = `${api.dir}/${block.ulid}/${file}`;
  const bytes = nodeFiles.readFile(damaged);
  nodeFiles.writeFileAtomic(damaged, flipBit(bit)(bytes));
  const range = (from: number): string => `${path}&start=${from}&end=${NOW_MS / 1000}`;
  const { status, json } = await api.get(range(block.minTime / 1000));
  expect([status, json?.status, json?.errorType]).toEqual([422, "error", "execution"]);
  expect(json?.error).toMatch(place);
  expect(json?.error).toContain(block.ulid);
  expect((await api.get(range(start))).status).toBe(200);
});

test("the newest samples of series come from blocks and from memory", async () => {
  const api = await startWithBlocks();
  const { signal } = new AbortController();
  const matchers = [createMatcher("=", "__name__", "up"), createMatcher("=~", "odd", "|<.*")];
  const newest = await api.queries.newest({ matchers, minTimeMs: NOW_MS - 10 * HOUR_SECONDS * 1000, maxTimeMs: NOW_MS, signal });
  expect(newest.toSorted((a, b) => a.timestampMs - b.timestampMs)).toEqual([
    { labels: ["job", "gone", "odd", "<x>"], timestampMs: NOW_MS - 8 * HOUR_SECONDS * 1000 - 60_000, value: 119 },
    { labels: ["job", "a"], timestampMs: NOW_MS - 60_000, value: 599 },
    { labels: ["job", "new"], timestampMs: NOW_MS - 60_000, value: 59 },
  ]);
});
