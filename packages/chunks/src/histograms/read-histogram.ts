import {
  createFloatHistogram,
  createIntegerHistogram,
  type CounterResetHint,
  type FloatHistogram,
  type Histogram,
  type HistogramFields,
  type IntegerHistogram,
  MAX_EXPONENTIAL_SCHEMA,
  reduceResolution,
} from "@ferula/model";
import { signedNumber, unsignedNumber } from "../bits/int64.ts";
import { BUCKETS, type ChunkPosition, COUNT, isStaleSum, SUM, ZERO_COUNT } from "./row.ts";

/** Of a side without buckets; where there is nothing to overwrite it may be shared. */
const noBuckets = new Float64Array(0);

/** The integer histogram at which a chunk's reader or writer stands, in arrays of its own. */
export function integerHistogramAt(position: ChunkPosition, hint: CounterResetHint): IntegerHistogram {
  if (isStaleSum(position.fields)) return createIntegerHistogram({ sum: position.fields.doubles[SUM], isStale: true });
  return reduced(histogramAt("integer", position, true, hint, bucketDeltas(position, 0), bucketDeltas(position, 1)));
}

/** The float histogram at which it stands; integer ones are made floats. */
export function floatHistogramAt(position: ChunkPosition, isInteger: boolean, hint: CounterResetHint): FloatHistogram {
  if (isStaleSum(position.fields)) return createFloatHistogram({ sum: position.fields.doubles[SUM], isStale: true });
  const positive = isInteger ? addUp(bucketDeltas(position, 0)) : bucketCounts(position, 0);
  const negative = isInteger ? addUp(bucketDeltas(position, 1)) : bucketCounts(position, 1);
  return reduced(histogramAt("float", position, isInteger, hint, positive, negative));
}

/** In one literal: `createFloatHistogram` and its like put two objects into a third, which takes longer than all the numbers do. */
function histogramAt<K extends Histogram["kind"]>(
  kind: K,
  position: ChunkPosition,
  isInteger: boolean,
  counterResetHint: CounterResetHint,
  positiveBuckets: Float64Array,
  negativeBuckets: Float64Array,
): HistogramFields & { kind: K } {
  const { layout, fields } = position;
  return {
    counterResetHint,
    schema: layout.schema,
    zeroThreshold: layout.zeroThreshold,
    zeroCount: countIn(position, isInteger, ZERO_COUNT),
    count: countIn(position, isInteger, COUNT),
    sum: fields.doubles[SUM],
    isStale: false,
    positiveSpans: layout.positiveSpans,
    negativeSpans: layout.negativeSpans,
    positiveBuckets,
    negativeBuckets,
    customValues: layout.customValues,
    kind,
  };
}

function countIn({ fields }: ChunkPosition, isInteger: boolean, field: number): number {
  return isInteger ? unsignedNumber(fields.words[2 * field], fields.words[2 * field + 1]) : fields.doubles[field];
}

/** Where the fields of the positive (0) or negative (1) buckets begin, and where the latter end (2). */
function bucketStart({ positiveCount, fields }: ChunkPosition, side: 0 | 1 | 2): number {
  if (side === 2) return fields.doubles.length;
  return side === 0 ? BUCKETS : BUCKETS + positiveCount;
}

function bucketCounts(position: ChunkPosition, side: 0 | 1): Float64Array {
  const start = bucketStart(position, side);
  const end = bucketStart(position, side === 0 ? 1 : 2);
  return start === end ? noBuckets : position.fields.doubles.slice(start, end);
}

function bucketDeltas(position: ChunkPosition, side: 0 | 1): Float64Array {
  const start = bucketStart(position, side);
  const count = bucketStart(position, side === 0 ? 1 : 2) - start;
  if (count === 0) return noBuckets;
  const deltas = new Float64Array(count);
  const { words } = position.fields;
  for (let i = 0; i < deltas.length; i++) deltas[i] = signedNumber(words[2 * (start + i)], words[2 * (start + i) + 1]);
  return deltas;
}

/** Differences to counts, in place. */
function addUp(deltas: Float64Array): Float64Array {
  for (let i = 1; i < deltas.length; i++) deltas[i] += deltas[i - 1];
  return deltas;
}

/** Chunks of later versions may have finer schemas than are in use; they are read in the finest of these. */
function reduced<H extends IntegerHistogram | FloatHistogram>(histogram: H): H {
  if (histogram.schema > MAX_EXPONENTIAL_SCHEMA) reduceResolution(histogram, MAX_EXPONENTIAL_SCHEMA);
  return histogram;
}
