import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Labels } from "@ferula/model";
import type { SeriesRef } from "@ferula/storage";
import type { BodyReader, Reading, ReadOutcome } from "../../src/body-reader.ts";
import { createLineCache } from "../../src/cache/line-cache.ts";
import type { SeriesSource } from "../../src/cache/renew-refs.ts";
import { createWorkspaces } from "../../src/cache/workspace.ts";
import { createConvertingReader } from "../../src/messages/converting-reader.ts";
import { createMessageReader } from "../../src/messages/message-reader.ts";
import { everyForm, family, gauge } from "../messages/support.ts";
import { exemplarsOf, plainRules, rowsOf, seriesTable, workspaces } from "./support.ts";

/** Every look at the clock ends a slice. */
const noTime = createWorkspaces(workspaces.shared, 0);
/** No look does. */
const allTime = createWorkspaces(workspaces.shared, 1e9);

type MakeReader = (at: typeof noTime, series: SeriesSource) => BodyReader;

const common = { rules: plainRules, honorTimestamps: true, takesExemplars: true, trackTimestampsStaleness: false, sampleLimit: () => 0 };
const limits = { bucketLimit: 0, finestSchema: 8 };

const lineReader =
  (syntax: "text" | "openmetrics"): MakeReader =>
  (at, series) =>
    createLineCache({ ...common, workspaces: at, series, syntax });
const messageReader: MakeReader = (at, series) =>
  createMessageReader({ ...common, workspaces: at, series, limits, forms: everyForm, takesStartTimestamps: false });
const convertingReader: MakeReader = (at, series) =>
  createConvertingReader({ ...common, workspaces: at, series, limits, syntax: "text", keepsClassic: true });

/** Series by their numbers: a body is in the order in which they are named. */
type Body = readonly { readonly series: number; readonly value: number }[];

const padding = "x".repeat(100);
const textLine = ({ series, value }: Body[number]): string => `s_${series % 7}{i="${series}",p="${padding}"} ${value}\n`;
const histogramLines = ({ series, value }: Body[number]): string =>
  `h_bucket{i="${series}",le="1"} ${value}\nh_bucket{i="${series}",le="+Inf"} ${2 * value}\nh_count{i="${series}"} ${2 * value}\n`;

const asText = (body: Body): Buffer => Buffer.from(`# TYPE s_0 gauge\n${body.map(textLine).join("")}`);
const asOpenMetrics = (body: Body): Buffer => Buffer.from(`${body.map(textLine).join("")}# EOF\n`);
const asHistograms = (body: Body): Buffer => Buffer.from(`# TYPE h histogram\n${body.map(histogramLines).join("")}`);
const asMessages = (body: Body): Buffer =>
  Buffer.from([0, 1].flatMap((part) => family(`f${part}`, "gauge", ...body.map(({ series, value }) => gauge(`${part}${series}`, value)))));

const formats: readonly (readonly [name: string, MakeReader, (body: Body) => Buffer])[] = [
  ["text", lineReader("text"), asText],
  ["OpenMetrics", lineReader("openmetrics"), asOpenMetrics],
  ["protobuf", messageReader, asMessages],
  ["text that is converted", convertingReader, asHistograms],
];

function start(reader: BodyReader, at: typeof noTime, bytes: Buffer, timestampMs: number): Reading {
  const region = at.regions.allocate(bytes.length + 64);
  at.shared.u8.set(bytes, region.address);
  const workspace = at.take();
  const reading = reader.read(region, bytes.length, timestampMs, workspace);
  return (function* (): Reading {
    try {
      return yield* reading;
    } finally {
      at.give(workspace);
    }
  })();
}

interface Ended {
  readonly text: readonly unknown[];
  readonly slices: number;
}

function describeOutcome(outcome: ReadOutcome): unknown[] {
  const { batch, scraped, afterRelabelling, added, tooFarAhead } = outcome;
  const histograms = (batch.histograms ?? []).map(({ ref, histogram }) => `${ref} ${histogram.count} ${histogram.positiveBuckets.join()}`);
  return [rowsOf(batch), histograms, exemplarsOf(outcome), { scraped, afterRelabelling, added, tooFarAhead }];
}

/** Steps through readings in turn until all have ended. */
function inTurn(readings: readonly Reading[]): Ended[] {
  const ended: Ended[] = [];
  for (let slices = 1; ended.filter(Boolean).length < readings.length; slices++) {
    for (const [i, reading] of readings.entries()) {
      if (ended[i] !== undefined) continue;
      try {
        const step = reading.next();
        if (step.done === true) ended[i] = { text: describeOutcome(step.value), slices };
      } catch (error) {
        ended[i] = { text: [String(error)], slices };
      }
    }
  }
  return ended;
}

const anyBody: fc.Arbitrary<Body> = fc
  .record({
    from: fc.nat(150),
    count: fc.integer({ min: 200, max: 500 }),
    value: fc.nat(99),
    order: fc.constantFrom(1, 1, 1, 7, 499),
  })
  .map(({ from, count, value, order }) =>
    Array.from({ length: count }, (_, i) => ({ series: from + ((i * order) % 503), value: value + (i % 3) })),
  );
const anyBodies = fc.array(fc.tuple(anyBody, fc.boolean()), { minLength: 2, maxLength: 4 });

describe.each(formats)("%s", (_name, make, write) => {
  test("that is read in slices, beside another, gives the same as in one go", () => {
    let mostSlices = 0;
    fc.assert(
      fc.property(anyBodies, (bodies) => {
        const made = [allTime, noTime, noTime].map((at) => {
          const { ref: seriesRef } = seriesTable();
          return { at, reader: make(at, { seriesRef, epoch: 0, isLive: () => true }) };
        });
        for (const [step, [body, isBroken]] of bodies.entries()) {
          const bytes = isBroken ? write(body).subarray(0, -30) : write(body);
          const [whole, ...sliced] = made.map(({ at, reader }) => start(reader, at, bytes, 1000 * (step + 1)));
          const [want] = inTurn([whole]);
          expect(want.slices).toBe(1);
          for (const { text, slices } of inTurn(sliced)) {
            expect(text).toEqual(want.text);
            mostSlices = Math.max(mostSlices, slices);
          }
        }
        for (const { reader } of made) reader.free();
      }),
      { numRuns: 5 },
    );
    expect(mostSlices).toBeGreaterThan(3);
  });

  test("of which the storage drops series between two slices has none of these", () => {
    const refs = new Map<string, SeriesRef>();
    let [lastRef, firstLive, epoch] = [0, 1, 0];
    const series: SeriesSource = {
      seriesRef(labels: Labels) {
        const ref = refs.get(labels.join()) ?? ++lastRef;
        refs.set(labels.join(), ref);
        return ref;
      },
      get epoch() {
        return epoch;
      },
      isLive: (ref) => ref >= firstLive,
    };
    const reader = make(noTime, series);
    const bytes = write(Array.from({ length: 400 }, (_, i) => ({ series: i, value: i })));
    const [before] = inTurn([start(reader, noTime, bytes, 1000)]);
    const reading = start(reader, noTime, bytes, 2000);
    reading.next();
    refs.clear();
    firstLive = lastRef + 1;
    epoch++;
    let step = reading.next();
    while (step.done !== true) step = reading.next();
    const { batch } = step.value;
    const stored = [...batch.refs.subarray(0, batch.length), ...(batch.histograms ?? []).map(({ ref }) => ref)];
    expect(stored).toHaveLength((before.text[0] as string[]).length + (before.text[1] as string[]).length);
    expect(Math.min(...stored)).toBe(firstLive);
    reader.free();
  });

  test("that is given up leaves no memory behind", () => {
    const { ref: seriesRef } = seriesTable();
    const reader = make(noTime, { seriesRef, epoch: 0, isLive: () => true });
    const bytes = write(Array.from({ length: 400 }, (_, i) => ({ series: i, value: i })));
    const giveUp = (): void => {
      const reading = start(reader, noTime, bytes, 1000);
      reading.next();
      expect(() => reading.throw(new Error("stopped"))).toThrow("stopped");
    };
    giveUp();
    const { usedBytes } = noTime.shared;
    for (let i = 0; i < 50; i++) giveUp();
    expect(noTime.shared.usedBytes).toBe(usedBytes);
    reader.free();
  });
});

test("a workspace that is given back is of use to the next, and only one stays large", () => {
  const small = allTime.take();
  expect(allTime.take()).not.toBe(small);
  allTime.give(small);
  expect(allTime.take()).toBe(small);
  allTime.give(small);
  expect(() => allTime.give(small)).toThrow("BUG");
});
