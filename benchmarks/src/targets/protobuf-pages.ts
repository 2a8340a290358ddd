import { writeProtobuf, type HistogramMetric, type ScalarMetric } from "@ferula/exposition";
import { createIntegerHistogram, labelsOf } from "@ferula/model";
import { createGenerator } from "../generator.ts";
import { CHANGING, inTurn, type CreatePages } from "./pages.ts";

/** One series of ten is a native histogram. */
const HISTOGRAM_EACH = 10;
const BUCKETS = 24;

/** Counters and native histograms of 24 buckets, of which about a third moves between two scrapes, as delimited protobuf. */
export const protobufPages: CreatePages = (target, series) => {
  const random = createGenerator(target + 1);
  const histograms = Array.from({ length: Math.floor(series / HISTOGRAM_EACH) }, () => new Float64Array(BUCKETS).fill(10));
  const values = Array.from({ length: series - histograms.length }, () => Math.floor(random() * 1e6));
  const labels = Array.from({ length: series }, (_, i) => labelsOf({ handler: `/api/v1/items/${i % 97}`, shard: String(i) }));

  function move(): void {
    for (let i = 0; i < values.length; i++) if (random() < CHANGING) values[i] += Math.floor(random() * 100);
    for (const buckets of histograms) if (random() < CHANGING) buckets[Math.floor(random() * BUCKETS)]++;
  }

  return inTurn("application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited", () => {
    move();
    const counted: ScalarMetric[] = values.map((value, i) => ({ labels: labels[i], value }));
    const observed = histograms.map((buckets, i) => toMetric(labels[i], buckets));
    return Buffer.from(
      writeProtobuf([
        { name: "bench_requests_total", type: "counter", help: "Requests.", metrics: counted },
        { name: "bench_seconds", type: "histogram", help: "Their durations.", metrics: observed },
      ]),
    );
  });
};

function toMetric(labels: HistogramMetric["labels"], counts: Float64Array): HistogramMetric {
  const count = counts.reduce((sum, one) => sum + one, 0);
  const sum = count / 8;
  const positiveBuckets = counts.map((one, i) => (i === 0 ? one : one - counts[i - 1]));
  const native = createIntegerHistogram({
    schema: 3,
    zeroThreshold: 2 ** -128,
    count,
    sum,
    positiveSpans: Int32Array.of(-24, BUCKETS),
    positiveBuckets,
  });
  return { labels, buckets: [], count, sum, native };
}
