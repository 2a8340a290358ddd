import { formatFloat } from "../number-text.ts";
import { type BucketCursor, sideBuckets } from "./bucket-cursor.ts";
import { compactHistogram } from "./compact.ts";
import { copyHistogram, type FloatHistogram, type Histogram, type Spans } from "./histogram.ts";
import { hasCustomBuckets } from "./schema.ts";

/**
 * A histogram as answers and logs show it: `{count:3, sum:5, [-2,-1):1, (1,2]:2}`, its buckets with ascending bounds, without those that
 * are empty. A square bracket stands by a bound that belongs to the bucket. Source: `FloatHistogram.String`, `Histogram.String`.
 */
export function formatHistogram(histogram: Histogram): string {
  const number = histogram.kind === "integer" ? String : formatFloat;
  const negative: string[] = [];
  const positive: string[] = [];
  for (const bucket = sideBuckets(histogram, "negative"); bucket.next();) if (bucket.count !== 0) negative.push(bucketText(bucket, number));
  for (const bucket = sideBuckets(histogram, "positive"); bucket.next();) if (bucket.count !== 0) positive.push(bucketText(bucket, number));
  const { count, sum, zeroThreshold, zeroCount } = histogram;
  const zero = zeroCount === 0 ? [] : [`[${formatFloat(-zeroThreshold)},${formatFloat(zeroThreshold)}]:${number(zeroCount)}`];
  return `{${[`count:${number(count)}`, `sum:${formatFloat(sum)}`, ...negative.toReversed(), ...zero, ...positive].join(", ")}}`;
}

function bucketText(bucket: BucketCursor, number: (value: number) => string): string {
  const { lower, upper, count, isLowerInclusive, isUpperInclusive } = bucket;
  return `${isLowerInclusive ? "[" : "("}${formatFloat(lower)},${formatFloat(upper)}${isUpperInclusive ? "]" : ")"}:${number(count)}`;
}

/**
 * A histogram as the tests of rules and PromQL write it: `{{schema:1 count:3 sum:5 buckets:[1 2]}}`, with every empty bucket between the
 * first and the last. What is zero or not known is left out. Source: `FloatHistogram.TestExpression`.
 */
export function formatTestHistogram(histogram: FloatHistogram): string {
  const compact = copyHistogram(histogram);
  compactHistogram(compact, Infinity);
  const { schema, count, sum, zeroCount, zeroThreshold, counterResetHint } = compact;
  const parts: string[] = [];
  if (schema !== 0) parts.push(`schema:${schema}`);
  const totals = { count, sum, z_bucket: zeroCount, z_bucket_w: zeroThreshold };
  for (const [name, value] of Object.entries(totals)) if (value !== 0) parts.push(`${name}:${formatFloat(value)}`);
  if (hasCustomBuckets(compact)) parts.push(`custom_values:${listText(compact.customValues)}`);
  if (counterResetHint !== "unknown") parts.push(`counter_reset_hint:${counterResetHint}`);
  parts.push(...sideText("", compact.positiveSpans, compact.positiveBuckets));
  parts.push(...sideText("n_", compact.negativeSpans, compact.negativeBuckets));
  return `{{${parts.join(" ")}}}`;
}

function sideText(prefix: string, spans: Spans, buckets: Float64Array): string[] {
  if (buckets.length === 0) return [];
  const offset = spans[0] === 0 ? [] : [`${prefix}offset:${spans[0]}`];
  return [...offset, `${prefix}buckets:${listText(buckets)}`];
}

function listText(values: Float64Array): string {
  return `[${Array.from(values, formatFloat).join(" ")}]`;
}
