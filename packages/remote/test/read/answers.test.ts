import { expect, test } from "@jest/globals";
import { createFloatHistogram, createIntegerHistogram, createMatcher, type Matcher } from "@ferula/model";
import type { AnswerForm, AnswerMaker, SelectedQuery } from "../../src/read/answer.ts";
import { ChunkAnswer } from "../../src/read/chunk-answer.ts";
import { SampleAnswer } from "../../src/read/sample-answer.ts";
import { append, appendMany, openStorage, readFrames, readSamples, readStream, type TestStorage } from "./support.ts";

const HOUR = 3_600_000;

interface Made {
  readonly bytes: Uint8Array;
  readonly steps: number;
}

/** Makes a whole answer; with `isSpent` in as many steps as there may be. */
function make(maker: AnswerMaker, isSpent = false): Made {
  const pieces: Uint8Array[] = [];
  let steps = 0;
  for (let isLast = false; !isLast;) {
    const step = maker.step(() => isSpent);
    if (step.bytes !== undefined) pieces.push(step.bytes);
    isLast = step.isLast;
    steps++;
  }
  return { bytes: Buffer.concat(pieces), steps };
}

interface Wanted {
  readonly matchers?: readonly Matcher[];
  readonly minMs?: number;
  readonly maxMs?: number;
  readonly isOfSeries?: boolean;
}

function select({ db }: TestStorage, { matchers = ALL, minMs = 0, maxMs = 1e15, isOfSeries = false }: Wanted = {}): SelectedQuery {
  return { selection: db.selectChunks(minMs, maxMs, matchers), isOfSeries };
}

const ALL = [createMatcher("=~", "__name__", ".+")];

function answer(
  storage: TestStorage,
  queries: readonly SelectedQuery[],
  form: Partial<AnswerForm> = {},
  externalLabels: string[] = [],
): AnswerMaker {
  return form.kind === "samples"
    ? new SampleAnswer({ queries, externalLabels, sampleLimit: 0, ...form }, storage.sources)
    : new ChunkAnswer({ queries, externalLabels, maxBytesInFrame: 1 << 20, ...form }, storage.sources);
}

const samples = { kind: "samples" } as const;

const integer = (n: number): ReturnType<typeof createIntegerHistogram> =>
  createIntegerHistogram({ schema: 0, count: 3 * n, sum: n, positiveSpans: Int32Array.of(0, 2), positiveBuckets: Float64Array.of(n, n) });
const custom = createFloatHistogram({
  schema: -53,
  count: 3,
  sum: 4.5,
  positiveSpans: Int32Array.of(0, 2),
  positiveBuckets: Float64Array.of(1, 2),
  customValues: Float64Array.of(0.5, 1),
});

async function filled(): Promise<TestStorage> {
  const storage = await openStorage();
  append(storage.db, { __name__: "b", job: "x" }, [HOUR, 1], [HOUR + 10, 2], [HOUR + 20, NaN]);
  append(storage.db, { __name__: "a", job: "x" }, [HOUR + 20, 3]);
  append(storage.db, { __name__: "h" }, [HOUR, integer(1)], [HOUR + 10, integer(2)], [HOUR + 20, integer(1)]);
  append(storage.db, { __name__: "n" }, [HOUR, custom], [HOUR + 5, 7]);
  return storage;
}

const H1 = "{{count:3 sum:1 buckets:[1 2]}}";
const H2 = "{{count:6 sum:2 buckets:[2 4]}}";
const N = "{{schema:-53 count:3 sum:4.5 custom_values:[0.5 1] buckets:[1 2]}}";
const hour = (ms: number): string => `@${HOUR + ms}`;
const A = `__name__,a,job,x 3${hour(20)}`;
const B = `__name__,b,job,x 1${hour(0)} 2${hour(10)} NaN${hour(20)}`;
const H = `__name__,h integer:unknown:${H1}${hour(0)} integer:not_reset:${H2}${hour(10)} integer:unknown:${H1}${hour(20)}`;

test("samples: floats as they are, histograms of the kind that they are, all by labels", async () => {
  const storage = await filled();
  const { bytes } = make(answer(storage, [select(storage)], samples));
  expect(readSamples(bytes)).toEqual([[A, B, H, `__name__,n 7${hour(5)} float:unknown:${N}${hour(0)}`]]);
});

test("chunks: the same, by time", async () => {
  const storage = await filled();
  const { bytes } = make(answer(storage, [select(storage)]));
  expect(readStream(bytes)).toEqual([A, B, H, `__name__,n float:unknown:${N}${hour(0)} 7${hour(5)}`].map((line) => `0 ${line}`));
});

test.each([{ form: samples }, { form: {} }])("steps that are cut short give the same bytes: $form", async ({ form }) => {
  const storage = await filled();
  appendMany(storage.db, 100, HOUR, (i) => ({ i: String(i) }));
  const whole = make(answer(storage, [select(storage)], form));
  const cut = make(answer(storage, [select(storage)], form), true);
  expect(cut.bytes).toEqual(whole.bytes);
  expect(cut.steps).toBeGreaterThan(whole.steps);
});

test("several queries: one that finds nothing is there among samples, and only missing among chunks", async () => {
  const storage = await filled();
  const one = (name: string): SelectedQuery => select(storage, { matchers: [createMatcher("=", "__name__", name)] });
  const queries = [one("a"), one("none"), { selection: undefined, isOfSeries: false }, one("a")];
  expect(readSamples(make(answer(storage, queries, samples)).bytes)).toEqual([[A], [], [], [A]]);
  expect(readStream(make(answer(storage, queries)).bytes)).toEqual([`0 ${A}`, `3 ${A}`]);
});

test("no query at all", async () => {
  const storage = await filled();
  expect(readSamples(make(answer(storage, [], samples)).bytes)).toEqual([]);
  expect(make(answer(storage, [])).bytes).toHaveLength(0);
});

test("nothing outside of the range is told, even where it lies in the same chunk", async () => {
  const storage = await filled();
  const matchers = [createMatcher("=", "job", "x")];
  const wanted = { matchers, minMs: HOUR + 5, maxMs: HOUR + 19 };
  expect(readStream(make(answer(storage, [select(storage, wanted)])).bytes)).toEqual([`0 __name__,b,job,x 2${hour(10)}`]);
  expect(readSamples(make(answer(storage, [select(storage, wanted)], samples)).bytes)[0]).toContain(`__name__,b,job,x 2${hour(10)}`);
});

test("samples out of order are merged", async () => {
  const storage = await openStorage();
  append(storage.db, { __name__: "late" }, [HOUR, 1], [HOUR + 20, 3], [HOUR + 10, 2]);
  const line = `__name__,late 1${hour(0)} 2${hour(10)} 3${hour(20)}`;
  expect(readStream(make(answer(storage, [select(storage)])).bytes)).toEqual([`0 ${line}`]);
  expect(readSamples(make(answer(storage, [select(storage)], samples)).bytes)).toEqual([[line]]);
});

test("external labels stand among a series' own", async () => {
  const storage = await filled();
  const only = select(storage, { matchers: [createMatcher("=", "__name__", "a")] });
  const line = `__name__,a,area,eu,job,x 3${hour(20)}`;
  expect(readSamples(make(answer(storage, [only], samples, ["area", "eu", "job", "mine"])).bytes)).toEqual([[line]]);
  expect(readStream(make(answer(storage, [only], {}, ["area", "eu", "job", "mine"])).bytes)).toEqual([`0 ${line}`]);
});

test("who asks for series only is told no samples", async () => {
  const storage = await filled();
  const wanted = { isOfSeries: true, matchers: [createMatcher("=", "job", "x")] };
  expect(readSamples(make(answer(storage, [select(storage, wanted)], samples)).bytes)).toEqual([["__name__,a,job,x", "__name__,b,job,x"]]);
  expect(readStream(make(answer(storage, [select(storage, wanted)])).bytes)).toEqual(["0 __name__,a,job,x", "0 __name__,b,job,x"]);
});

test.each([
  { limit: 3, isOver: false, why: "as many samples as the limit are given" },
  { limit: 2, isOver: true, why: "one more is refused" },
])("$why", async ({ limit, isOver }) => {
  const storage = await filled();
  const one = (): SelectedQuery => select(storage, { matchers: [createMatcher("=~", "__name__", "b|none")] });
  // The limit is that of each query.
  const maker = answer(storage, [one(), one()], { kind: "samples", sampleLimit: limit });
  const made = (): string[][] => readSamples(make(maker).bytes);
  if (isOver) expect(made).toThrow(expect.objectContaining({ errorType: "bad_data", message: "exceeded sample limit (2)" }));
  else expect(made()).toEqual([[B], [B]]);
});

test("histograms count against the limit", async () => {
  const storage = await filled();
  const one = select(storage, { matchers: [createMatcher("=", "__name__", "h")] });
  expect(() => make(answer(storage, [one], { kind: "samples", sampleLimit: 2 }))).toThrow("exceeded sample limit (2)");
});

test("a frame ends with the chunk by which it is full, and has one series", async () => {
  const storage = await openStorage();
  for (let i = 0; i < 1000; i++) append(storage.db, { __name__: "long" }, [HOUR + 1000 * i, Math.sin(i)]);
  append(storage.db, { __name__: "short" }, [HOUR, 1]);
  const framesOf = (maxBytesInFrame: number) =>
    readFrames(make(answer(storage, [select(storage)], { kind: "chunks", maxBytesInFrame })).bytes).map(({ chunkedSeries }) =>
      chunkedSeries.map(({ labels, chunks }) => [labels[0].value, chunks.length]),
    );
  const chunkCount = framesOf(1 << 20)[0][0][1] as number;
  expect(framesOf(1 << 20)).toEqual([[["long", chunkCount]], [["short", 1]]]);
  expect(chunkCount).toBeGreaterThan(4);
  expect(framesOf(1)).toEqual([...Array.from({ length: chunkCount }, () => [["long", 1]]), [["short", 1]]]);
  // A chunk has about a thousand bytes: the second goes beyond.
  expect(framesOf(1100)[0]).toEqual([["long", 2]]);
  const whole = readStream(make(answer(storage, [select(storage)])).bytes);
  expect(readStream(make(answer(storage, [select(storage)], { kind: "chunks", maxBytesInFrame: 1 })).bytes)).toEqual(whole);
});

test("a large answer comes in pieces", async () => {
  const storage = await openStorage();
  appendMany(storage.db, 3000, HOUR, (i) => ({ text: `${i}`.padEnd(300, "x") }));
  for (const form of [samples, {}]) {
    const { bytes, steps } = make(answer(storage, [select(storage)], form));
    expect(steps).toBeGreaterThan(form === samples ? 0 : 2);
    const lines = form === samples ? readSamples(bytes)[0] : readStream(bytes);
    expect(lines).toHaveLength(3000);
  }
});
