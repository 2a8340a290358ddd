import { expect, test } from "@jest/globals";
import { createFaultyFiles, type FaultyFiles } from "@ferula/files";
import type { Histogram } from "@ferula/model";
import fc from "fast-check";
import { append, type Content, contentOf, histogramOf, type LateHead, openLate, RANGE_MS, type Row, textOf } from "./support.ts";

const STEP_MS = 15_000;
const WINDOW_MS = 3 * RANGE_MS;

/** One value for a time of a series, so that it makes no difference which of two samples of a time is read. */
function valueAt(series: number, timestampMs: number): number | Histogram {
  const count = (timestampMs / STEP_MS) * 7 + series;
  const kind = (series + Math.floor(timestampMs / STEP_MS / 40)) % 4;
  if (series % 3 !== 0 || kind < 2) return count;
  return histogramOf(count, kind === 2 ? "integer" : "float");
}

/** What a database should have, by the rules for each sample; and the blocks that were written of samples out of order. */
class Model {
  readonly samples: Content = new Map();
  blocks: Content = new Map();
  private readonly newestMs = new Map<number, number>();
  private headNewestMs = -Infinity;

  /** Takes the rows of one batch. */
  append(rows: readonly Row[]): void {
    // The first sample ever sets the time of the head.
    const headNewestMs = this.headNewestMs === -Infinity ? rows[0][1] : this.headNewestMs;
    for (const [series, timestampMs, value] of rows) this.take(series as number, timestampMs, value, headNewestMs);
  }

  private take(series: number, timestampMs: number, value: number | Histogram, headNewestMs: number): void {
    const newestMs = this.newestMs.get(series) ?? -Infinity;
    const isOrdered = timestampMs >= headNewestMs - RANGE_MS / 2 && timestampMs > newestMs;
    if (!isOrdered && timestampMs < headNewestMs - WINDOW_MS) return;
    put(this.samples, String(series), timestampMs, textOf(value));
    if (!isOrdered) return;
    this.newestMs.set(series, timestampMs);
    this.headNewestMs = Math.max(this.headNewestMs, timestampMs);
  }
}

function put(content: Content, series: string, timestampMs: number, text: string): void {
  const samples = content.get(series) ?? new Map<number, string>();
  content.set(series, samples.set(timestampMs, text));
}

type Step =
  | { readonly kind: "append"; readonly rows: readonly (readonly [number, number])[] }
  | { readonly kind: "restart" | "kill" | "compact" | "compactBroken" | "compactWhileAppending" };

const row = fc.tuple(fc.nat(5), fc.oneof({ weight: 3, arbitrary: fc.integer({ min: -8, max: 6 }) }, fc.integer({ min: -1500, max: 30 })));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant("append" as const), rows: fc.array(row, { minLength: 1, maxLength: 80 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("restart" as const, "kill" as const, "compact" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("compactBroken" as const, "compactWhileAppending" as const) }) },
);

class Run {
  private readonly files: FaultyFiles = createFaultyFiles();
  private readonly model = new Model();
  private readonly cap: number;
  private open: LateHead | undefined;
  private nowMs = 4000 * STEP_MS;

  constructor(cap: number) {
    this.cap = cap;
  }

  async start(): Promise<void> {
    this.open = await openLate(this.files, { windowMs: WINDOW_MS, cap: this.cap });
  }

  async take(one: Step): Promise<void> {
    if (one.kind === "append") this.append(one.rows);
    else if (one.kind === "restart") await this.restart(true);
    else if (one.kind === "kill") await this.restart(false);
    else await this.compact(one.kind);
  }

  check(): void {
    const found = contentOf(this.late.head, this.files);
    for (const [series, samples] of this.model.blocks) for (const [timeMs, text] of samples) put(found, series, timeMs, text);
    expect(plain(found)).toEqual(plain(this.model.samples));
  }

  private get late(): LateHead {
    if (this.open === undefined) throw new Error("the run was not started");
    return this.open;
  }

  private append(rows: readonly (readonly [number, number])[]): void {
    this.nowMs += STEP_MS;
    const all = rows.map(([series, steps]): Row => {
      const timestampMs = this.nowMs + steps * STEP_MS;
      return [series, timestampMs, valueAt(series, timestampMs)];
    });
    // As a batch has them.
    const inOrder = [...all.filter(([, , value]) => typeof value === "number"), ...all.filter(([, , value]) => typeof value !== "number")];
    this.model.append(inOrder);
    append(this.late.head, inOrder);
  }

  private async restart(isClean: boolean): Promise<void> {
    if (isClean) await this.late.close();
    await this.start();
  }

  private async compact(kind: Step["kind"]): Promise<void> {
    const { head } = this.late;
    const compaction = await head.outOfOrder.beginCompaction();
    if (compaction === undefined) return;
    if (kind === "compactBroken") return;
    const content = contentOf(head, this.files, { part: "outOfOrder" });
    for (const { minTimeMs, maxTimeMs } of compaction.ranges) {
      for (const [series, samples] of content) {
        for (const [timeMs, text] of samples) if (timeMs >= minTimeMs && timeMs < maxTimeMs) put(this.model.blocks, series, timeMs, text);
      }
    }
    if (kind === "compactWhileAppending")
      this.append([
        [0, -5],
        [1, -6],
        [2, -700],
        [3, -3],
      ]);
    await head.outOfOrder.finishCompaction(compaction);
    if (kind === "compact") expect(head.outOfOrder.store.seriesCount).toBe(0);
  }
}

function plain(content: Content): Record<string, string> {
  return Object.fromEntries(
    [...content].map(([series, samples]) => [
      series,
      [...samples]
        .sort(([a], [b]) => a - b)
        .map(([ms, text]) => `${ms}:${text}`)
        .join(" "),
    ]),
  );
}

test("appends in and out of order, compactions, restarts and kills leave what a plain map has", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), fc.constantFrom(1, 5, 32), async (steps, cap) => {
      const run = new Run(cap);
      await run.start();
      for (const one of steps) {
        await run.take(one);
        run.check();
      }
    }),
    { numRuns: 60 },
  );
}, 120_000);
