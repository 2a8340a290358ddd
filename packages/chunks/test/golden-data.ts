import { readFileSync } from "node:fs";
import {
  createFloatHistogram,
  createIntegerHistogram,
  type CounterResetHint,
  type FloatHistogram,
  type Histogram,
  type HistogramFields,
  type IntegerHistogram,
} from "@ferula/model";
import { type ChunkIterator, type FloatEncoding, type HistogramEncoding, SAMPLE_TYPES } from "../src/index.ts";

/** Columns and the chunk that Prometheus writes of them. */
export interface FloatCase {
  readonly what: string;
  readonly encoding: FloatEncoding;
  readonly isResumed?: boolean;
  readonly timestampsMs: readonly number[];
  readonly startTimestampsMs?: readonly number[];
  readonly values: readonly string[];
  readonly chunk: string;
}

/** A histogram as the golden files have it. */
export type GoldenHistogram = readonly [
  hint: number,
  schema: number,
  zeroThreshold: string,
  zeroCount: string,
  count: string,
  sum: string,
  positiveSpans: readonly number[],
  negativeSpans: readonly number[],
  positiveBuckets: readonly string[],
  negativeBuckets: readonly string[],
  customValues: readonly string[],
];

/** Histograms and what Prometheus makes of them. */
export interface HistogramCase {
  readonly what: string;
  readonly encoding: HistogramEncoding;
  readonly isAppendOnly?: boolean;
  readonly isResumed?: boolean;
  readonly appends: readonly {
    readonly timestampMs: number;
    readonly startTimestampMs?: number;
    readonly startsChunk?: boolean;
    readonly histogram: GoldenHistogram;
  }[];
  readonly outcomes: readonly string[];
  readonly chunks: readonly string[];
  readonly samples: readonly string[];
}

/** The cases of a golden file. */
export function goldenCases<T>(file: string): T[] {
  const lines = readFileSync(new URL(`golden/${file}`, import.meta.url), "utf8").trimEnd();
  return lines.split("\n").map((line) => JSON.parse(line) as T);
}

/** A stale marker's bits. */
export const STALE_BITS = "7ff0000000000002";

const hints: readonly CounterResetHint[] = ["unknown", "reset", "not_reset", "gauge"];

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/** The two words of a double's bits, low first. */
export function wordsOfBits(bits: string): [low: number, high: number] {
  return [Number.parseInt(bits.slice(8), 16), Number.parseInt(bits.slice(0, 8), 16)];
}

function doubleOfBits(bits: string): number {
  words.set(wordsOfBits(bits));
  return double[0];
}

function bitsOf(value: number): string {
  double[0] = value;
  return bitsOfWords(words[0], words[1]);
}

/** The bits of two words, signed or not. */
export function bitsOfWords(low: number, high: number): string {
  return (high >>> 0).toString(16).padStart(8, "0") + (low >>> 0).toString(16).padStart(8, "0");
}

/** Bytes as hexadecimal text. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** The histogram of a golden line, for chunks of `encoding`. */
export function histogramOf(encoding: HistogramEncoding, golden: GoldenHistogram): Histogram {
  const [hint, schema, zeroThreshold, zeroCount, count, sum, positiveSpans, negativeSpans, positive, negative, bounds] = golden;
  const isInteger = encoding.startsWith("histogram");
  const number = isInteger ? Number : doubleOfBits;
  const fields: HistogramFields = {
    counterResetHint: hints[hint],
    schema,
    zeroThreshold: doubleOfBits(zeroThreshold),
    zeroCount: number(zeroCount),
    count: number(count),
    sum: doubleOfBits(sum),
    isStale: sum === STALE_BITS,
    positiveSpans: Int32Array.from(positiveSpans),
    negativeSpans: Int32Array.from(negativeSpans),
    positiveBuckets: Float64Array.from(positive, number),
    negativeBuckets: Float64Array.from(negative, number),
    customValues: Float64Array.from(bounds, doubleOfBits),
  };
  return isInteger ? createIntegerHistogram(fields) : createFloatHistogram(fields);
}

/** Every sample of a chunk of histograms as text, as the golden files have it. */
export function sampleTexts(iterator: ChunkIterator): string[] {
  const texts: string[] = [];
  for (let type = iterator.next(); type !== SAMPLE_TYPES.none; type = iterator.next()) {
    const times = `${integerText(iterator.startTimestampMs)}|${integerText(iterator.timestampMs)}`;
    texts.push(type === SAMPLE_TYPES.histogram ? integerSample(times, iterator) : floatSample(times, iterator.floatHistogram()));
  }
  return texts;
}

function integerSample(times: string, iterator: ChunkIterator): string {
  const histogram = iterator.histogram();
  const asFloats = iterator.floatHistogram();
  const text = ["h", times, ...headTexts(histogram, integerText)];
  text.push(listText(histogram.positiveBuckets, integerText), listText(histogram.negativeBuckets, integerText));
  text.push(listText(histogram.customValues, bitsOf));
  return [...text, listText(asFloats.positiveBuckets, bitsOf), listText(asFloats.negativeBuckets, bitsOf)].join("|");
}

function floatSample(times: string, histogram: FloatHistogram): string {
  const text = ["F", times, ...headTexts(histogram, bitsOf)];
  text.push(listText(histogram.positiveBuckets, bitsOf), listText(histogram.negativeBuckets, bitsOf));
  return [...text, listText(histogram.customValues, bitsOf)].join("|");
}

function headTexts(histogram: IntegerHistogram | FloatHistogram, count: (value: number) => string): string[] {
  return [
    String(hints.indexOf(histogram.counterResetHint)),
    String(histogram.schema),
    bitsOf(histogram.zeroThreshold),
    count(histogram.zeroCount),
    count(histogram.count),
    histogram.isStale ? STALE_BITS : bitsOf(histogram.sum),
    spansText(histogram.positiveSpans),
    spansText(histogram.negativeSpans),
  ];
}

function integerText(value: number): string {
  return BigInt(value).toString();
}

function listText(values: Float64Array, text: (value: number) => string): string {
  return Array.from(values, (value) => `${text(value)},`).join("");
}

function spansText(spans: Int32Array): string {
  let text = "";
  for (let i = 0; i < spans.length; i += 2) text += `${spans[i]}:${spans[i + 1]},`;
  return text;
}
