import { exponentialBound, sideBuckets, validateHistogram, type Side } from "@ferula/model";
import { readFamilies } from "@ferula/exposition";
import { describe, expect, test } from "@jest/globals";
import { Histogram, Registry } from "../src/index.ts";
import { NativeBuckets } from "../src/native-buckets.ts";

/** The buckets of a side by their upper bounds' index. */
function bucketsOf(values: readonly number[], side: Side = "positive"): readonly (readonly [index: number, count: number])[] {
  const buckets = new NativeBuckets();
  for (const value of values) buckets.add(value);
  const histogram = buckets.histogram(values.length, 0);
  const found: [number, number][] = [];
  for (const cursor = sideBuckets(histogram, side); cursor.next();) found.push([cursor.index, cursor.count]);
  return found;
}

describe("native buckets", () => {
  test.each([
    { values: [1], buckets: [[0, 1]], why: "a bound belongs to the bucket that it ends" },
    {
      values: [2, 4],
      buckets: [
        [8, 1],
        [16, 1],
      ],
      why: "a power of two is cut into eight",
    },
    {
      values: [1.0001, 1.09, 1.0906],
      buckets: [
        [1, 2],
        [2, 1],
      ],
      why: "neighbours are told side by side",
    },
    {
      values: [0.5, 0.51],
      buckets: [
        [-8, 1],
        [-7, 1],
      ],
      why: "below one the index is negative",
    },
    {
      values: [Infinity, Number.MAX_VALUE],
      buckets: [
        [8192, 1],
        [8193, 1],
      ],
      why: "infinity is behind all numbers",
    },
    { values: [0, 1e-40, -1e-40], buckets: [], why: "what is nearly zero is in the zero bucket" },
  ])("$values: $why", ({ values, buckets }) => {
    expect(bucketsOf(values)).toEqual(buckets);
  });

  test("negative values have buckets of their own", () => {
    expect(bucketsOf([-2, 1], "negative")).toEqual([[8, 1]]);
  });

  test("every value lies within the bounds of its bucket", () => {
    for (let value = 1e-9; value < 1e9; value *= 1.37) {
      const [[index]] = bucketsOf([value]);
      expect(value).toBeGreaterThan(exponentialBound(index - 1, 3));
      expect(value).toBeLessThanOrEqual(exponentialBound(index, 3));
    }
  });

  test("beyond 100 buckets two by two become one, and none is lost", () => {
    const buckets = new NativeBuckets();
    const values = Array.from({ length: 300 }, (_, i) => 2 ** (i / 8));
    for (const value of values) buckets.add(value);
    const histogram = buckets.histogram(values.length, 1);
    expect(validateHistogram(histogram)).toBeUndefined();
    expect(histogram.schema).toBe(1);
    const sums: number[] = [];
    for (const cursor = sideBuckets(histogram, "positive"); cursor.next();) sums.push(cursor.count);
    expect(sums.reduce((sum, count) => sum + count)).toBe(300);
    expect(sums.length).toBeLessThanOrEqual(100);
  });

  test("protobuf tells them beside the classic ones, text does not", async () => {
    const registry = new Registry();
    const histogram = new Histogram({ name: "m", help: "h", buckets: [1], native: true, registers: [registry] });
    for (const value of [0, 1, 1, 3]) histogram.observe(value);
    expect(await registry.metrics()).toBe(
      '# HELP m h\n# TYPE m histogram\nm_bucket{le="1"} 3\nm_bucket{le="+Inf"} 4\nm_sum 5\nm_count 4\n',
    );
    const { contentType, body } = await registry.expose(
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
    );
    const [family] = readFamilies(body, contentType);
    expect(family.metrics[0]).toMatchObject({
      count: 4,
      buckets: [{ upperBound: 1 }, { upperBound: Infinity }],
      native: { schema: 3, zeroCount: 1 },
    });
  });
});
