import type { Histogram } from "@ferula/model";
import {
  createWriteColumns,
  decodeWriteRequest,
  decodeWriteRequestV2,
  metricTypeOf,
  readText,
  type SeriesFault,
  type WireExemplar,
  type WireHistogram,
  type WriteColumns,
} from "../src/index.ts";

/** A series as it was read, for comparisons. */
export interface ReadSeries {
  readonly labels: readonly string[];
  /** Time, start, and the words of the value. */
  readonly samples: readonly (readonly [number, number, number, number])[];
  readonly histograms: readonly WireHistogram[];
  readonly exemplars: readonly WireExemplar[];
  readonly metadata: readonly [type: string, help: string, unit: string] | undefined;
  readonly fault: SeriesFault | undefined;
}

/** All series of a message. */
export function readAll(bytes: Uint8Array, version: 1 | 2, columns: WriteColumns = createWriteColumns()): ReadSeries[] {
  const decoder = version === 1 ? decodeWriteRequest(bytes, columns) : decodeWriteRequestV2(bytes, columns);
  while (decoder.readOn());
  return Array.from({ length: columns.seriesCount }, (_, i) => seriesOf(columns, i, version));
}

function seriesOf(columns: WriteColumns, i: number, version: 1 | 2): ReadSeries {
  const text = Buffer.from(columns.bytes.buffer, columns.bytes.byteOffset, columns.bytes.length);
  const start = (ends: Uint32Array): number => (i === 0 ? 0 : ends[i - 1]);
  const labels: string[] = [];
  for (let k = 4 * start(columns.labelEnds); k < 4 * columns.labelEnds[i]; k += 2) {
    labels.push(readText(text, columns.labelRanges[k], columns.labelRanges[k + 1]));
  }
  const samples: [number, number, number, number][] = [];
  const { timestampsMs, valueBits } = columns.samples;
  for (let row = start(columns.sampleEnds); row < columns.sampleEnds[i]; row++) {
    samples.push([timestampsMs[row], columns.startTimestampsMs[row], valueBits[2 * row], valueBits[2 * row + 1]]);
  }
  const symbol = (number: number): string => readText(text, columns.symbolRanges[2 * number], columns.symbolRanges[2 * number + 1]);
  const [type, help, unit] = columns.metadata.subarray(3 * i);
  const fault = columns.faults.get(i);
  return {
    labels,
    samples,
    histograms: columns.histograms.slice(start(columns.histogramEnds), columns.histogramEnds[i]),
    exemplars: columns.exemplars.slice(start(columns.exemplarEnds), columns.exemplarEnds[i]),
    metadata: version === 2 && fault === undefined ? [metricTypeOf(type), symbol(help), symbol(unit)] : undefined,
    fault,
  };
}

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/** The words of a double. */
export function bitsOf(value: number): [low: number, high: number] {
  double[0] = value;
  return [words[0], words[1]];
}

/** As protobufjs takes a histogram. */
export function histogramMessage({ histogram, timestampMs, startTimestampMs }: WireHistogram): object {
  const isFloat = histogram.kind === "float";
  return {
    ...(isFloat
      ? { countFloat: histogram.count, zeroCountFloat: histogram.zeroCount }
      : { countInt: histogram.count, zeroCountInt: histogram.zeroCount }),
    sum: histogram.sum,
    schema: histogram.schema,
    zeroThreshold: histogram.zeroThreshold,
    negativeSpans: spans(histogram, "negative"),
    positiveSpans: spans(histogram, "positive"),
    [isFloat ? "negativeCounts" : "negativeDeltas"]: [...histogram.negativeBuckets],
    [isFloat ? "positiveCounts" : "positiveDeltas"]: [...histogram.positiveBuckets],
    resetHint: ["unknown", "reset", "not_reset", "gauge"].indexOf(histogram.counterResetHint),
    timestamp: timestampMs,
    customValues: [...histogram.customValues],
    startTimestamp: startTimestampMs,
  };
}

function spans(histogram: Histogram, side: "negative" | "positive"): object[] {
  const flat = histogram[`${side}Spans`];
  const list: object[] = [];
  for (let i = 0; i < flat.length; i += 2) list.push({ offset: flat[i], length: flat[i + 1] });
  return list;
}
