import { expect, test } from "@jest/globals";
import { instantParams, planQuery } from "../../src/index.ts";

/** Whether each selector of a query may leave buckets out, in the order of the text. */
function statsOnly(query: string): boolean[] {
  const found: boolean[] = [];
  JSON.stringify(planQuery(query, instantParams(0)).root, (_key, value: unknown) => {
    if (typeof value === "object" && value !== null && "statsOnly" in value) found.push(value.statsOnly as boolean);
    return value;
  });
  return found;
}

test.each<[query: string, want: readonly boolean[], why: string]>([
  ["h", [false], "a result shows buckets"],
  ["histogram_count(h)", [true], "a count needs none"],
  ["histogram_sum(sum by (job) (rate(h[5m])))", [true], "however it is come by"],
  ["histogram_avg(h) + h", [true, false], "each selector by itself"],
  ["histogram_count(rate(h[5m:1m]))", [false], "a subquery looks for resets by buckets"],
  ["histogram_count(h </ 2)", [false], "trimming is about buckets"],
  ["histogram_count(histogram_quantile(0.5, h))", [false], "quantiles are, too"],
  ["histogram_quantile(0.5, histogram_count(h))", [false], "even outside"],
])("%s leaves buckets out: %j, %s", (query, want) => {
  expect(statsOnly(query)).toEqual(want);
});
