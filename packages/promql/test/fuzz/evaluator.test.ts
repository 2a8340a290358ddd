import { expect, test } from "@jest/globals";
import { createSharedMemory, loadKernels } from "@ferula/kernels";
import { functions } from "@ferula/promql-syntax";
import fc from "fast-check";
import { kernelPointWriter, POINT_SCRATCH_BYTES } from "../../src/server.ts";
import { answerOf } from "./answers.ts";
import { type FuzzQuery, queries } from "./queries.ts";
import { queryFaults, type Thoroughness } from "./query-faults.ts";
import { createOddStorage } from "./storage.ts";

const shared = createSharedMemory();
const workerPoints = kernelPointWriter(loadKernels(shared), shared, shared.reserve(POINT_SCRATCH_BYTES));
const storage = createOddStorage();

const plainQuery: FuzzQuery = {
  text: "",
  startMs: 120_500,
  endMs: 120_500,
  stepMs: 0,
  lookbackMs: 300_000,
  maxSamples: 50_000,
  delayedNameRemoval: false,
  startTimestamps: false,
  stats: "cheap",
  analyze: false,
};

/** Most checks are for a part of the queries: they take longer than the query does. */
const checks = fc.constantFrom<Thoroughness>(
  {},
  {},
  {},
  {},
  { workerPoints },
  { stopAtLook: 4 },
  { stopAtLook: 9 },
  { workerPoints, printed: true },
  { instants: true },
  { instants: true },
);

test.each<{ why: string; count: number; seed?: number }>([
  { why: "the same at every run", count: 1000, seed: 1 },
  { why: "others at every run", count: 1000 },
])("any query over any sample is answered as it has to be, or with a proper error: $why", async ({ count, seed }) => {
  const before = storage.contents();
  const property = fc.asyncProperty(queries, checks, async (query, thoroughness) => {
    expect(await queryFaults(storage, query, thoroughness)).toEqual([]);
  });
  await fc.assert(property, { numRuns: count, ...(seed === undefined ? {} : { seed }) });
  expect(storage.contents()).toBe(before);
});

test.each<[query: string, want: string, why: string]>([
  ["1 </ 2", 'operator "</" not allowed for Scalar operations', "the parser lets it pass"],
  ["vector(time() >/ 2)", 'operator ">/" not allowed for Scalar operations', "the parser lets it pass"],
  ['histogram_quantiles(wait, "job", 1)', "vector cannot contain metrics with the same labelset", "the label told the histograms apart"],
])("%s is refused: %s (%s)", async (text, message) => {
  const query = { ...plainQuery, text };
  expect(await answerOf(storage.queryable, query)).toMatchObject({ error: { errorType: "execution", message } });
  expect(await queryFaults(storage, query, { workerPoints, instants: true, printed: true })).toEqual([]);
});

test("a subquery that is the whole query joins series that are the same without their names, or fails", async () => {
  const query = { ...plainQuery, text: '(abs({__name__=~"same_.*"}))[1m:1s]', delayedNameRemoval: true };
  const message = "vector cannot contain metrics with the same labelset";
  expect(await answerOf(storage.queryable, query)).toMatchObject({ error: { errorType: "execution", message } });
  const apart = {
    ...query,
    text: "(abs(same_one @ 0 and on () (vector(time()) < 100)) or abs(same_two @ 0 and on () (vector(time()) > 100)))[1m:1s]",
  };
  expect(await answerOf(storage.queryable, apart)).toMatchObject({ result: { series: [{ timestampsMs: { length: 59 } }] } });
});

test("info() in info() reads what it enriches once at each level", async () => {
  const text = `${"info(".repeat(100)}gauge${")".repeat(100)}`;
  expect(await answerOf(storage.queryable, { ...plainQuery, text, startMs: 0, endMs: 600_000, stepMs: 60_000 })).toMatchObject({
    result: { series: { length: 5 } },
  });
});

test("trimming between scalars is refused at steps only", async () => {
  const query = { ...plainQuery, text: "1 </ 2", stepMs: 1000, endMs: 0 };
  expect(await answerOf(storage.queryable, query)).toMatchObject({ result: { series: [] } });
});

test("queries have every function in them", () => {
  const texts = fc.sample(queries, { numRuns: 4000, seed: 1 }).map(({ text }) => text);
  const missing = [...functions.keys()].filter((name) => !texts.some((text) => text.includes(`${name}(`)));
  expect(missing).toEqual([]);
});
