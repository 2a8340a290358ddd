import { readFileSync } from "node:fs";
import {
  type CounterResetHint,
  createFloatHistogram,
  createIntegerHistogram,
  type FloatHistogram,
  type Histogram,
} from "../../src/index.ts";

/** A number as the golden files have it: those that JSON can't hold are strings. */
export type GoldenNumber = number | "NaN" | "Inf" | "-Inf" | "-0";

/** A histogram as the golden files have it; what is missing is zero or empty (see golden/README.md). */
export interface GoldenHistogram {
  readonly k: "f" | "i";
  readonly h?: number;
  readonly s: number;
  readonly zt?: GoldenNumber;
  readonly zc?: GoldenNumber;
  readonly c: GoldenNumber;
  readonly sum: GoldenNumber;
  readonly ps?: readonly number[];
  readonly pb?: readonly GoldenNumber[];
  readonly ns?: readonly number[];
  readonly nb?: readonly GoldenNumber[];
  readonly cv?: readonly GoldenNumber[];
}

const hints: readonly CounterResetHint[] = ["unknown", "reset", "not_reset", "gauge"];
const special: Readonly<Record<string, number>> = { NaN, Inf: Infinity, "-Inf": -Infinity, "-0": -0 };

export function goldenLines(file: string): string[] {
  return readFileSync(new URL(file, import.meta.url), "utf8")
    .trimEnd()
    .split("\n");
}

export function goldenCases<T>(file: string): T[] {
  return goldenLines(file).map((line) => JSON.parse(line) as T);
}

export function numberOf(value: GoldenNumber): number {
  return typeof value === "number" ? value : special[value];
}

export function fromBits(bits: string): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${bits}`));
  return view.getFloat64(0);
}

export function histogramOf(golden: GoldenHistogram): Histogram {
  const numbers = (values: readonly GoldenNumber[] = []): Float64Array => Float64Array.from(values, numberOf);
  const fields = {
    counterResetHint: hints[golden.h ?? 0],
    schema: golden.s,
    zeroThreshold: numberOf(golden.zt ?? 0),
    zeroCount: numberOf(golden.zc ?? 0),
    count: numberOf(golden.c),
    sum: numberOf(golden.sum),
    positiveSpans: Int32Array.from(golden.ps ?? []),
    negativeSpans: Int32Array.from(golden.ns ?? []),
    positiveBuckets: numbers(golden.pb),
    negativeBuckets: numbers(golden.nb),
    customValues: numbers(golden.cv),
  };
  return golden.k === "f" ? createFloatHistogram(fields) : createIntegerHistogram(fields);
}

export function floatHistogramOf(golden: GoldenHistogram): FloatHistogram {
  const histogram = histogramOf(golden);
  if (histogram.kind !== "float") throw new Error("BUG: an integer histogram where a float one was wanted");
  return histogram;
}
