import { ByteReader, ByteWriter } from "@ferula/bytes";
import { describe, expect, test } from "@jest/globals";
import { hashLabels, labelsOf, type Labels } from "@ferula/model";
import fc from "fast-check";
import { ExemplarRing, type ExemplarVerdict } from "../../src/exemplars/exemplar-ring.ts";
import { readLabels, writeLabels } from "../../src/wal/records/series.ts";

function encoded(labels: Labels): Uint8Array {
  const writer = new ByteWriter();
  writeLabels(writer, labels);
  return writer.view().slice();
}

function decoded(bytes: Uint8Array): Labels {
  return readLabels(new ByteReader(bytes));
}

const series = (name: string): Uint8Array => encoded(labelsOf({ __name__: "m", series: name }));

/** An exemplar as a step of a test: `trace` is its only label. */
interface Step {
  readonly series: string;
  readonly timestampMs: number;
  readonly value: number;
  readonly trace: string;
  readonly hasTimestamp: boolean;
}

function add(ring: ExemplarRing, { series: name, timestampMs, value, trace, hasTimestamp }: Step, windowMs = 0): ExemplarVerdict {
  return ring.add(series(name), { timestampMs, value, hasTimestamp, labels: encoded(labelsOf({ trace })) }, windowMs);
}

/** The exemplars of each series, `ms:value:trace`, by ascending time as the chain has them. */
function chains(ring: ExemplarRing): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (let i = 1; i <= ring.series.highest; i++) {
    const texts: string[] = [];
    ring.visitSeries(i, ({ timestampMs, value, labels }) => texts.push(`${timestampMs}:${value}:${decoded(labels)[1]}`) > 0);
    if (texts.length > 0) found[decoded(ring.series.labelsOf(i))[3]] = texts;
  }
  return found;
}

/** All in the order in which they came. */
function arrivals(ring: ExemplarRing): string[] {
  const texts: string[] = [];
  ring.visitAll((of, { timestampMs, value, labels }) =>
    texts.push(`${decoded(ring.series.labelsOf(of))[3]} ${timestampMs}:${value}:${decoded(labels)[1]}`),
  );
  return texts;
}

function ringOf(limit: number): ExemplarRing {
  const ring = new ExemplarRing();
  ring.resize(limit);
  return ring;
}

const at = (timestampMs: number, more: Partial<Step> = {}): Step => ({
  series: "a",
  timestampMs,
  value: 1,
  trace: "x",
  hasTimestamp: true,
  ...more,
});

const [lesser, greater] = ["p", "q"].sort((a, b) => (hashLabels(labelsOf({ trace: a })) < hashLabels(labelsOf({ trace: b })) ? -1 : 1));

describe("who is taken behind the newest of a series", () => {
  test.each<{ newest: Step; next: Step; windowMs?: number; want: ExemplarVerdict; why: string }>([
    { newest: at(10), next: at(11), want: "stored", why: "a later one is" },
    { newest: at(10), next: at(10), want: "duplicate", why: "the same again is not" },
    {
      newest: at(10, { hasTimestamp: false }),
      next: at(20, { hasTimestamp: false }),
      want: "duplicate",
      why: "nor is it with times of scrapes",
    },
    { newest: at(10), next: at(20, { hasTimestamp: false }), want: "stored", why: "where one time is its own, times count" },
    { newest: at(10, { value: NaN }), next: at(10, { value: NaN }), want: "stored", why: "NaN is never the same" },
    { newest: at(10), next: at(9), want: "outOfOrder", why: "an earlier one is not" },
    { newest: at(10), next: at(6), windowMs: 5, want: "stored", why: "it is within the window" },
    { newest: at(10), next: at(5), windowMs: 5, want: "outOfOrder", why: "what is older by the window is outside of it" },
    { newest: at(10), next: at(10, { value: 2 }), want: "stored", why: "at one time values ascend" },
    { newest: at(10), next: at(10, { value: 0 }), want: "outOfOrder", why: "a lesser value of that time comes too late" },
    { newest: at(10, { trace: lesser }), next: at(10, { trace: greater }), want: "stored", why: "at one value hashes ascend" },
    { newest: at(10, { trace: greater }), next: at(10, { trace: lesser }), want: "outOfOrder", why: "a lesser hash comes too late" },
    { newest: at(10), next: at(5, { series: "b" }), want: "stored", why: "other series don't matter" },
  ])("$why", ({ newest, next, windowMs = 0, want }) => {
    const ring = ringOf(3);
    add(ring, newest);
    expect(add(ring, next, windowMs)).toBe(want);
  });

  test("out of order, a second one of a time that is not the newest is left out", () => {
    const ring = ringOf(5);
    for (const ms of [10, 20, 15]) expect(add(ring, at(ms, { value: ms }), 100)).toBe("stored");
    expect(add(ring, at(15, { value: 99 }), 100)).toBe("duplicate");
    expect(add(ring, at(5), 100)).toBe("stored");
    expect(chains(ring)).toEqual({ a: ["5:1:x", "10:10:x", "15:15:x", "20:20:x"] });
    expect(arrivals(ring)).toEqual(["a 10:10:x", "a 20:20:x", "a 15:15:x", "a 5:1:x"]);
  });
});

test("a full ring gives up what came first, and a series with nothing left", () => {
  const ring = ringOf(2);
  add(ring, at(1, { series: "a" }));
  add(ring, at(2, { series: "b" }));
  add(ring, at(3, { series: "b" }));
  expect(chains(ring)).toEqual({ b: ["2:1:x", "3:1:x"] });
  expect(ring.series.count).toBe(1);
  expect(ring.firstTimestampMs).toBe(2);
});

test("without room for any there is nothing", () => {
  const ring = ringOf(2);
  add(ring, at(1));
  ring.resize(0);
  expect({ count: ring.count, series: ring.series.count, chains: chains(ring), first: ring.firstTimestampMs }).toEqual({
    count: 0,
    series: 0,
    chains: {},
    first: NaN,
  });
  ring.resize(1);
  expect(add(ring, at(1))).toBe("stored");
  expect(arrivals(ring)).toEqual(["a 1:1:x"]);
});

/** The same rules over plain lists. */
class Model {
  limit = 0;
  private came: Step[] = [];

  add(step: Step, windowMs: number): ExemplarVerdict {
    const verdict = this.judge(step, windowMs);
    if (verdict === "stored") {
      if (this.came.length === this.limit) this.came.shift();
      this.came.push(step);
    }
    return verdict;
  }

  resize(limit: number): void {
    this.limit = limit;
    this.came = this.came.slice(Math.max(0, this.came.length - limit));
  }

  chains(): Record<string, string[]> {
    const found: Record<string, string[]> = {};
    for (const { series: name } of this.came) found[name] = this.chain(name).map(textOf);
    return found;
  }

  arrivals(): string[] {
    return this.came.map((step) => `${step.series} ${textOf(step)}`);
  }

  private chain(name: string): Step[] {
    return this.came.filter((step) => step.series === name).sort((a, b) => a.timestampMs - b.timestampMs);
  }

  private judge(step: Step, windowMs: number): ExemplarVerdict {
    const chain = this.chain(step.series);
    const newest = chain.at(-1);
    if (newest === undefined) return "stored";
    const isSame = newest.trace === step.trace && newest.value === step.value;
    const ignoresTime = !newest.hasTimestamp && !step.hasTimestamp;
    if (isSame && (ignoresTime || newest.timestampMs === step.timestampMs)) return "duplicate";
    if (step.timestampMs < newest.timestampMs) {
      if (step.timestampMs <= newest.timestampMs - windowMs) return "outOfOrder";
      return chain.some(({ timestampMs }) => timestampMs === step.timestampMs) ? "duplicate" : "stored";
    }
    if (step.timestampMs > newest.timestampMs || step.value > newest.value) return "stored";
    if (step.value < newest.value) return "outOfOrder";
    return hashLabels(labelsOf({ trace: step.trace })) < hashLabels(labelsOf({ trace: newest.trace })) ? "outOfOrder" : "stored";
  }
}

const textOf = ({ timestampMs, value, trace }: Step): string => `${timestampMs}:${value}:${trace}`;

const steps = fc.array(
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        series: fc.constantFrom("a", "b", "c"),
        timestampMs: fc.integer({ min: 0, max: 40 }),
        value: fc.integer({ min: 0, max: 2 }),
        // Long enough that the bytes outgrow their buffer again and again.
        trace: fc.constantFrom("x", "y".repeat(90), "z".repeat(120)),
        hasTimestamp: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ limit: fc.integer({ min: 0, max: 60 }) }) },
    { weight: 1, arbitrary: fc.record({ windowMs: fc.integer({ min: 0, max: 30 }) }) },
  ),
  { maxLength: 300, size: "max" },
);

test("whatever comes, in whatever order, the ring holds what plain lists hold", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), steps, (limit, all) => {
      const ring = ringOf(limit);
      const model = new Model();
      model.resize(limit);
      let windowMs = 0;
      for (const step of all) {
        if ("limit" in step) {
          ring.resize(step.limit);
          model.resize(step.limit);
        } else if ("windowMs" in step) {
          ({ windowMs } = step);
        } else if (ring.limit > 0) {
          expect(add(ring, step, windowMs)).toBe(model.add(step, windowMs));
        }
        expect(arrivals(ring)).toEqual(model.arrivals());
      }
      expect(chains(ring)).toEqual(model.chains());
      expect(ring.series.count).toBe(Object.keys(model.chains()).length);
    }),
    { numRuns: 25 },
  );
});
