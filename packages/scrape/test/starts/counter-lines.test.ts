import { describe, expect, test } from "@jest/globals";
import type { MetricType } from "@ferula/model";
import { isCounterName } from "../../src/starts/counter-lines.ts";
import { described, plainRules, relabelRules, testCache } from "../cache/support.ts";

test.each<[name: string, type: MetricType | undefined, family: string, is: boolean]>([
  ["c", "counter", "c", true],
  ["c_total", "counter", "c", true],
  ["c_total", "counter", "c_total", true],
  ["c", "counter", "c_total", false],
  ["c_sum", "counter", "c", false],
  ["cc_total", "counter", "c", false],
  ["h", "histogram", "h", true],
  ["h_bucket", "histogram", "h", true],
  ["h_sum", "histogram", "h", true],
  ["h_count", "histogram", "h", true],
  ["h_total", "histogram", "h", false],
  ["s_sum", "summary", "s", false],
  ["g", "gauge", "g", false],
  ["g_sum", "gaugehistogram", "g", false],
  ["c", undefined, "c", false],
  ["c", "counter", "", false],
])("%s of type %s in the family %s: %s", (name, type, family, is) => {
  const bytes = Buffer.from(`${name} ${family}`);
  expect(isCounterName(bytes, 0, name.length, type, name.length + 1, family.length)).toBe(is);
});

describe("what a line cache makes up", () => {
  const rows = (cache: ReturnType<typeof testCache>, text: string, atMs: number): string[] => {
    const { batch } = cache.readText(text, atMs);
    return described(batch, cache.series).map((row, i) => `${row} since ${batch.startTimestampsMs?.[i] ?? 0}`);
  };

  test("starts of counters and histograms, not of other lines", () => {
    const cache = testCache({ makesUpStarts: true });
    const body = (n: number): string =>
      `# TYPE c counter\nc ${n}\nc_total ${n}\n# TYPE h histogram\nh_sum ${n}\n# TYPE g gauge\ng ${n}\nu ${n}\n`;
    expect(rows(cache, body(1), 10)).toEqual(["g{} 1 @10 since 0", "u{} 1 @10 since 0"]);
    const want = ["c{} 3 @20 since 10", "c_total{} 3 @20 since 10", "h_sum{} 3 @20 since 10", "g{} 4 @20 since 0", "u{} 4 @20 since 0"];
    expect(rows(cache, body(4), 20)).toEqual(want);
  });

  test("a family is the one that a comment named last, of the type that the body told of it", () => {
    const cache = testCache({ makesUpStarts: true });
    const text = "# TYPE c counter\n# HELP d x\nc 1\nd 1\n# HELP c x\nc_total 1\n";
    expect(rows(cache, text, 10)).toEqual(["c{} 1 @10 since 0", "d{} 1 @10 since 0"]);
  });

  test("a type that comes later makes a counter of a line", () => {
    const cache = testCache({ makesUpStarts: true });
    expect(rows(cache, "c 1\n", 10)).toEqual(["c{} 1 @10 since 0"]);
    expect(rows(cache, "# TYPE c counter\nc 2\n", 20)).toEqual([]);
    expect(rows(cache, "# TYPE c counter\nc 5\n", 30)).toEqual(["c{} 3 @30 since 20"]);
    expect(rows(cache, "# TYPE c gauge\nc 9\n", 40)).toEqual(["c{} 7 @40 since 20"]);
  });

  test("series that relabelling renames are none", () => {
    const metricRelabel = relabelRules("- {source_labels: [__name__], regex: c, target_label: __name__, replacement: x}");
    const cache = testCache({ makesUpStarts: true, rules: { ...plainRules, metricRelabel } });
    expect(rows(cache, "# TYPE c counter\nc 1\nc_total 1\n", 10)).toEqual(["x{} 1 @10 since 0"]);
  });

  test("a series without a sample gets no stale marker, one with a time of its own does", () => {
    const cache = testCache({ makesUpStarts: true });
    rows(cache, "# TYPE c counter\nc 1\nc_total 1 5\n", 10);
    rows(cache, "# TYPE c counter\nc_total 2 15\n", 20);
    expect(rows(cache, "g 1\n", 30)).toEqual(["g{} 1 @30 since 0", "c_total{} STALE @30 since 0"]);
    expect(described(cache.markAllStale(40), cache.series)).toEqual(["g{} STALE @40"]);
  });
});
