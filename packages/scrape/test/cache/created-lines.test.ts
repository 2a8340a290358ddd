import { describe, expect, test } from "@jest/globals";
import { described, plainRules, relabelRules, testCache, type TestCache } from "./support.ts";

/** The names of the samples and when they began. */
function starts(cache: TestCache, lines: readonly string[], timestampMs = 1_000_000): string[] {
  const { batch } = cache.readText(`${lines.join("\n")}\n# EOF\n`, timestampMs);
  return described(batch, cache.series).map((row, i) => `${row.split(" ", 1)[0]} ${batch.startTimestampsMs?.[i] ?? 0}`);
}

describe("a counter began", () => {
  test.each([
    {
      why: "when the line behind it says",
      lines: ["# TYPE a counter", "a_total 5", "a_created 1.5"],
      want: ["a_total{} 1500"],
    },
    {
      why: "when the line of the same labels says",
      lines: ["# TYPE a counter", 'a_total{b="1"} 5', 'a_created{b="1"} 1', 'a_total{b="2"} 5', 'a_created{b="2"} 2'],
      want: ["a_total{b=1} 1000", "a_total{b=2} 2000"],
    },
    {
      why: "at no known time, when the next line is of other labels",
      lines: ["# TYPE a counter", 'a_total{b="1"} 5', 'a_total{b="2"} 5', 'a_created{b="2"} 2', 'a_created{b="1"} 1'],
      want: ["a_total{b=1} 0", "a_total{b=2} 2000"],
    },
    {
      why: "for all buckets of a histogram at once, be the line between them",
      lines: ["# TYPE h histogram", "h_count 1", "h_sum 2", "h_created 3", 'h_bucket{le="1"} 1', 'h_bucket{le="+Inf"} 1'],
      want: ["h_count{} 3000", "h_sum{} 3000", "h_bucket{le=1.0} 3000", "h_bucket{le=+Inf} 3000"],
    },
    {
      why: "for all quantiles of a summary at once",
      lines: ["# TYPE s summary", 's{quantile="0.5"} 1', 's{quantile="0.9"} 1', "s_created 3"],
      want: ["s{quantile=0.5} 3000", "s{quantile=0.9} 3000"],
    },
    {
      why: "at no known time, when a comment stands between",
      lines: ["# TYPE a counter", "a_total 5", "# HELP a b", "a_created 1"],
      want: ["a_total{} 0"],
    },
    {
      why: "and a gauge never: its line is a series",
      lines: ["# TYPE a gauge", "a 5", "a_created 1"],
      want: ["a{} 0", "a_created{} 0"],
    },
  ])("$why", ({ lines, want }) => {
    const cache = testCache({ syntax: "openmetrics", takesStartTimestamps: true });
    expect(starts(cache, lines)).toEqual(want);
    expect(starts(cache, lines)).toEqual(want);
  });
});

test("a new beginning is seen, lines may come and go, and what ends has none", () => {
  const cache = testCache({ syntax: "openmetrics", takesStartTimestamps: true });
  const body = ["# TYPE a counter", "a_total 5", "a_created 1", "# TYPE b counter", "b_total 5", "b_created 2"];
  starts(cache, body);
  expect(starts(cache, body.with(2, "a_created 9"))).toEqual(["a_total{} 9000", "b_total{} 2000"]);
  expect(starts(cache, body.toSpliced(1, 2))).toEqual(["b_total{} 2000", "a_total{} 0"]);
  expect(starts(cache, body)).toEqual(["a_total{} 1000", "b_total{} 2000"]);
});

test("samples too far ahead are left out with their beginnings", () => {
  const cache = testCache({ syntax: "openmetrics", takesStartTimestamps: true });
  const body = ["# TYPE a counter", "a_total 5 9999999", "a_created 1", "# TYPE b counter", "b_total 5", "b_created 2"];
  expect(starts(cache, body)).toEqual(["b_total{} 2000"]);
});

test("lines that tell of beginnings don't count as samples, dropped ones do", () => {
  const rules = { ...plainRules, metricRelabel: relabelRules("[{source_labels: [__name__], regex: b_total, action: drop}]") };
  const cache = testCache({ syntax: "openmetrics", takesStartTimestamps: true, rules });
  const text = "# TYPE a counter\na_total 5\na_created 1\nb_total 1\nb_created 2\n# EOF\n";
  for (const timestampMs of [1, 2]) expect(cache.readText(text, timestampMs)).toMatchObject({ scraped: 2, afterRelabelling: 1 });
});

test("without the option they are series", () => {
  const cache = testCache({ syntax: "openmetrics" });
  const outcome = cache.readText("# TYPE a counter\na_total 5\na_created 1\n# EOF\n", 1);
  expect(outcome.batch.startTimestampsMs).toBeUndefined();
  expect(outcome.afterRelabelling).toBe(2);
});
