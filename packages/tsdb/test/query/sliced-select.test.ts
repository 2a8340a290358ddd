import { setImmediate } from "node:timers/promises";
import { createFaultyFiles } from "@ferula/files";
import { createMatcher, type Matcher } from "@ferula/model";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Head } from "../../src/head/head.ts";
import { HeadChunkReader } from "../../src/head-chunks/head-chunk-reader.ts";
import { findSteps, takeSteps, type Wanted } from "../../src/query/select-steps.ts";
import type { HeadSelection } from "../../src/read/head-selection.ts";
import { openHeadSelection } from "../../src/read/open-head-selection.ts";
import { type Steps } from "../../src/steps.ts";
import { selectSeries } from "../../src/head/select-series.ts";
import { takeSelection } from "../../src/head/take-selection.ts";
import { reserveDecodeScratch } from "@ferula/chunks";
import { append, histogramOf, openLate, type Row } from "../head/out-of-order/support.ts";
import { type SampleTexts, textsOf } from "./support.ts";

/** Of several steps of each kind of work. */
const SERIES = 1200;
const STEP_MS = 15_000;
const START_MS = 100 * STEP_MS;

/** What happens between two slices. */
type Event =
  | { readonly kind: "append"; readonly first: number; readonly count: number; readonly withHistograms: boolean }
  | { readonly kind: "late"; readonly first: number; readonly count: number }
  | { readonly kind: "born"; readonly count: number }
  | { readonly kind: "delete"; readonly first: number; readonly count: number }
  | { readonly kind: "truncate" }
  | { readonly kind: "end" };

const series = fc.integer({ min: 0, max: SERIES - 1 });
const count = fc.integer({ min: 1, max: SERIES });
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("append"), first: series, count, withHistograms: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("late"), first: series, count }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("born"), count: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete"), first: series, count }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("truncate") }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("end") }) },
) as fc.Arbitrary<Event>;

const wanted: readonly Wanted[] = [
  { minTimeMs: 0, maxTimeMs: Infinity, matchers: [createMatcher("=~", "n", ".*[0-8]")] },
  { minTimeMs: START_MS, maxTimeMs: Infinity, matchers: [createMatcher("!=", "n", "7")], hints: { withStarts: true } },
  {
    minTimeMs: 0,
    maxTimeMs: START_MS + 500 * STEP_MS,
    matchers: [createMatcher("!=", "n", "")],
    hints: { latestAtMs: START_MS + 500 * STEP_MS },
  },
];

async function openModel() {
  const files = createFaultyFiles();
  const { head, close } = await openLate(files, { windowMs: 1000 * STEP_MS, samplesPerChunk: 4, cap: 4 });
  const headChunks = new HeadChunkReader({ files, folder: head.finished.files?.folder ?? "" });
  const decodeScratch = reserveDecodeScratch(head.shared);
  let timeMs = START_MS;
  let bornCount = 0;
  const rows = (first: number, length: number, atMs: number, withHistograms = false): Row[] =>
    Array.from({ length: Math.min(length, SERIES - first) }, (_, i): Row => [
      first + i,
      atMs,
      withHistograms && (first + i) % 5 === 0 ? histogramOf(i + 1) : i,
    ]);
  for (let i = 0; i < 6; i++) append(head, rows(0, SERIES, (timeMs += STEP_MS), true));
  return {
    head,
    close,
    read: (selection: HeadSelection): SampleTexts => textsOf(openHeadSelection(head.shared, selection, { decodeScratch, headChunks })),
    happen(one: Event): Promise<unknown> | undefined {
      timeMs += STEP_MS;
      switch (one.kind) {
        case "append":
          append(head, rows(one.first, one.count, timeMs, one.withHistograms));
          return undefined;
        case "late":
          append(head, rows(one.first, one.count, timeMs - 7.5 * STEP_MS));
          return undefined;
        case "born":
          append(
            head,
            Array.from({ length: one.count }, (): Row => [`born-${bornCount++}`, timeMs, 1]),
          );
          return undefined;
        case "delete": {
          const refs = selectSeries(head, []).subarray(one.first, one.first + one.count);
          head.slicedReads.beforeChange(refs, refs.length);
          for (const ref of refs) head.tombstones.add(ref, { minTimeMs: START_MS, maxTimeMs: START_MS + 2 * STEP_MS });
          return undefined;
        }
        case "truncate":
          return head.truncateBefore(START_MS + 3 * STEP_MS);
        case "end":
          return head.truncateBefore(timeMs - STEP_MS);
      }
    },
  };
}

test("what is selected in slices is as it was at one moment, whatever happens between them", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 12 }), fc.integer({ min: 0, max: 26 }), async (events, quietSteps) => {
      const model = await openModel();
      const { head } = model;
      let want: SampleTexts[] = [];
      const steps = takeSteps(head, wanted, {
        begun(pin, i) {
          expect(head.slabAllocator.oldestPin).toBeLessThanOrEqual(pin);
          const { minTimeMs, maxTimeMs, matchers, hints } = wanted[i];
          const selection = takeSelection(head, selectSeries(head, matchers), minTimeMs, maxTimeMs, hints);
          want = [...want, model.read(selection)];
          head.release(selection.pin);
        },
        release: (pin) => head.release(pin),
      });
      const collections: (Promise<unknown> | undefined)[] = [];
      const left = [...events];
      let result = steps.next();
      for (let step = 0; result.done !== true; step++, result = steps.next()) {
        const one = step < quietSteps ? undefined : left.shift();
        if (one === undefined) continue;
        collections.push(model.happen(one));
        await setImmediate();
      }
      expect(result.value.map(model.read)).toEqual(want);
      for (const { pin } of result.value) head.release(pin);
      expect(head.slabAllocator.oldestPin).toBe(Infinity);
      for (const collection of collections) await collection;
      await model.close();
    }),
    { numRuns: 10 },
  );
}, 60_000);

/** All steps but the last, in between which `between` is called. */
function run<T>(steps: Steps<T>, between: () => void): { readonly value: T; readonly stepCount: number } {
  for (let stepCount = 1; ; stepCount++) {
    const { done, value } = steps.next();
    if (done === true) return { value, stepCount };
    between();
  }
}

async function headOf(seriesCount: number): Promise<Head> {
  const { head } = await openLate(createFaultyFiles());
  append(
    head,
    Array.from({ length: seriesCount }, (_, i): Row => [i, START_MS, i]),
  );
  return head;
}

test.each<{ why: string; matchers: Matcher[] }>([
  { why: "by all values of a label", matchers: [createMatcher("=~", "n", ".*1.*")] },
  { why: "by named values", matchers: [createMatcher("=~", "n", Array.from({ length: 9 }, (_, i) => `${i}|born`).join("|"))] },
  { why: "by what they have not", matchers: [createMatcher("!~", "n", ".*2.*")] },
  { why: "all", matchers: [] },
])("series are found in steps ($why), and those that are born meanwhile among them", async ({ matchers }) => {
  const head = await headOf(3000);
  const request: Wanted = { minTimeMs: 0, maxTimeMs: Infinity, matchers };
  let born = 0;
  const { value } = run(
    findSteps(head, [request, request], (refs) => refs.map((found) => Array.from(found))),
    () => append(head, [[`born1-${born++}`, START_MS + born, 1]]),
  );
  const now = Array.from(selectSeries(head, matchers));
  expect(value).toEqual([now, now]);
});

test("many values are asked about in many steps", async () => {
  const head = await headOf(3000);
  const matchers = [createMatcher("=~", "n", ".*1.*")];
  const { stepCount } = run(
    findSteps(head, [{ minTimeMs: 0, maxTimeMs: Infinity, matchers }], () => undefined),
    () => undefined,
  );
  expect(stepCount).toBeGreaterThan(10);
});

test("selections that fail are let go of, and nothing waits for them", async () => {
  const head = await headOf(3000);
  const released: number[] = [];
  const matchers = [createMatcher("!=", "n", "")];
  const two = [
    { minTimeMs: 0, maxTimeMs: Infinity, matchers },
    { minTimeMs: 0, maxTimeMs: Infinity, matchers },
  ];
  const steps = takeSteps(head, two, {
    begun(_pin, i) {
      if (i === 1) throw new Error("no more");
    },
    release(pin) {
      released.push(pin);
      head.release(pin);
    },
  });
  expect(() => run(steps, () => undefined)).toThrow("no more");
  expect(released).toHaveLength(2);
  expect(head.slabAllocator.oldestPin).toBe(Infinity);
  await head.slicedReads.ended();
});
