import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { attachSharedMemory } from "@ferula/kernels";
import { createMatcher, createSampleColumns, formatLabels, type Labels, labelsOf, type Matcher, matchesLabels } from "@ferula/model";
import { selectSeries } from "../../src/head/select-series.ts";
import { takeSelection } from "../../src/head/take-selection.ts";
import { openHeadSelection as openSelection } from "../../src/read/open-head-selection.ts";
import type { HeadSelection } from "../../src/read/head-selection.ts";
import { createSymbolReader } from "../../src/read/symbol-reader.ts";
import { append, newHead } from "./collect-support.ts";

/** What the head must hold: series by the text of their labels. */
interface ModelSeries {
  readonly labels: Labels;
  readonly samples: Map<number, number>;
  newestMs: number;
}

/** A selection that is held, and what was there when it was taken. */
interface Held {
  readonly selection: HeadSelection;
  readonly want: ReadonlyMap<string, ReadonlyMap<number, number>>;
  readonly truncatedToMs: number;
}

class Model {
  readonly head = newHead();
  readonly series = new Map<string, ModelSeries>();
  readonly held: Held[] = [];
  /** References as their keepers have them. */
  readonly kept: { ref: number; epoch: number; series: ModelSeries }[] = [];
  nowMs = 0;
  truncatedToMs = 0;
  private readonly worker = attachSharedMemory(this.head.shared.memory);
  private readonly symbolReader = createSymbolReader(this.worker);

  append(labels: readonly Labels[]): void {
    this.nowMs += 37;
    append(
      this.head,
      labels.map((one) => [one, this.nowMs, this.nowMs % 11] as const),
    );
    for (const one of labels) {
      const key = formatLabels(one);
      const series = this.series.get(key) ?? { labels: one, samples: new Map<number, number>(), newestMs: 0 };
      this.series.set(key, series);
      series.samples.set(this.nowMs, this.nowMs % 11);
      series.newestMs = this.nowMs;
      this.kept.push({ ref: this.head.seriesRef(one), epoch: this.head.epoch, series });
    }
  }

  async truncate(ageMs: number): Promise<void> {
    this.truncatedToMs = Math.max(this.truncatedToMs, this.nowMs - ageMs);
    await this.head.truncateBefore(this.truncatedToMs);
    for (const [key, { newestMs }] of this.series) if (newestMs < this.truncatedToMs) this.series.delete(key);
    expect(this.head.liveSeriesCount).toBe(this.series.size);
  }

  select(matchers: readonly Matcher[]): void {
    const refs = selectSeries(this.head, matchers);
    expect([...refs]).toEqual([...refs].toSorted((a, b) => a - b));
    const matching = [...this.series].filter(([, { labels }]) => matchesLabels(matchers, labels));
    const want = new Map(matching.map(([key, { samples }]) => [key, new Map(samples)]));
    this.held.push({ selection: takeSelection(this.head, refs, -Infinity, Infinity), want, truncatedToMs: this.truncatedToMs });
  }

  /** Reads a selection that was taken at any time before and lets go of it. */
  read(which: number): void {
    const [held] = this.held.splice(which % Math.max(1, this.held.length), 1);
    if (held === undefined) return;
    const set = openSelection(this.worker, held.selection, { symbolReader: this.symbolReader });
    const columns = createSampleColumns(4);
    const names: string[] = [];
    for (let i = 0; i < set.seriesCount; i++) {
      const key = formatLabels(set.labels(i));
      names.push(key);
      set.read(i, columns);
      const read = new Map(Array.from({ length: columns.length }, (_, k) => [columns.timestampsMs[k], columns.values[k]]));
      const want = held.want.get(key) ?? new Map<number, number>();
      // Chunks that reach into what was truncated are there as a whole.
      for (const [timestampMs, value] of want)
        if (timestampMs >= held.truncatedToMs) expect([timestampMs, read.get(timestampMs)]).toEqual([timestampMs, value]);
      for (const [timestampMs, value] of read) expect([timestampMs, want.get(timestampMs)]).toEqual([timestampMs, value]);
    }
    expect(names.toSorted()).toEqual([...held.want.keys()].toSorted());
    this.head.release(held.selection.pin);
  }

  checkKept(): void {
    for (const { ref, epoch, series } of this.kept) {
      expect(this.head.isLive(ref, epoch)).toBe(this.series.get(formatLabels(series.labels)) === series);
    }
  }
}

test("whatever comes, goes, comes back and is read late, the head holds what a map would", async () => {
  const labels = fc
    .record({ n: fc.constantFrom("a", "b", "c"), i: fc.nat(12).map(String), long: fc.constantFrom("", "x", "y".repeat(70)) })
    .map((one) => labelsOf(Object.fromEntries(Object.entries(one).filter(([, value]) => value !== ""))));
  const matchers = fc.array(
    fc.constantFrom(
      createMatcher("=", "n", "a"),
      createMatcher("!=", "n", "b"),
      createMatcher("=~", "i", "1.*"),
      createMatcher("=", "long", ""),
      createMatcher("=~", "n", "a|c"),
      createMatcher("=", "i", "3"),
    ),
    { maxLength: 2 },
  );
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.uniqueArray(labels, { maxLength: 8, selector: formatLabels }).map((some) => (model: Model) => model.append(some)),
    },
    { weight: 2, arbitrary: fc.nat(600).map((ageMs) => (model: Model) => model.truncate(ageMs)) },
    { weight: 3, arbitrary: matchers.map((some) => (model: Model) => model.select(some)) },
    { weight: 2, arbitrary: fc.nat(20).map((which) => (model: Model) => model.read(which)) },
    { weight: 1, arbitrary: fc.constant((model: Model) => model.checkKept()) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 120 }), async (steps) => {
      const model = new Model();
      for (const one of steps) await one(model);
      while (model.held.length > 0) model.read(0);
      model.checkKept();
    }),
    { numRuns: 25 },
  );
}, 60_000);

test("references that are used again are found where many series carry a label, whoever asks first", async () => {
  const head = newHead();
  const labelsAt = (i: number): Labels => labelsOf({ n: String(i), dense: "x", half: String(i % 2) });
  const add = (from: number, to: number, timeOf: (i: number) => number): void => {
    const numbers = Array.from({ length: to - from }, (_, k) => from + k);
    append(
      head,
      numbers.map((i) => [labelsAt(i), timeOf(i), i] as const),
    );
  };
  const count = (...pairs: [name: string, value: string][]): number => {
    const refs = selectSeries(
      head,
      pairs.map(([name, value]) => createMatcher("=", name, value)),
    );
    expect([...refs]).toEqual([...new Set(refs)].toSorted((a, b) => a - b));
    return refs.length;
  };
  add(0, 1200, (i) => (i % 3 === 0 ? 100 : 900));
  await head.truncateBefore(500);
  await head.truncateBefore(500);
  expect(count(["half", "0"], ["dense", "x"])).toBe(400);
  add(1200, 1500, () => 900);
  expect(count(["dense", "x"])).toBe(1100);
  expect(count(["half", "0"], ["dense", "x"])).toBe(550);
  add(1500, 1600, () => 900);
  expect(count(["half", "1"], ["dense", "x"])).toBe(600);
  expect(count(["dense", "x"])).toBe(1200);
});
