import { expect, test } from "@jest/globals";
import { checkConsistency, formatGatherErrors, gatherFamilies, type MetricFamily } from "../../src/index.ts";

const gauge = (name: string, help: string, ...metrics: MetricFamily["metrics"]): MetricFamily =>
  ({ name, type: "gauge", help, metrics }) as MetricFamily;
const one = { labels: ["a", "1"], value: 1 };
const two = { labels: ["a", "2"], value: 2 };
const histogram: MetricFamily = {
  name: "h",
  type: "histogram",
  metrics: [{ labels: [], buckets: [{ upperBound: 1, cumulativeCount: 2 }], count: 2, sum: 3 }],
};
const summary: MetricFamily = { name: "s", type: "summary", metrics: [{ labels: [], quantiles: [], count: 0, sum: 0 }] };

test("families of one name are merged when type and help agree", () => {
  const { families, errors } = gatherFamilies([[gauge("m", "h", two)], [gauge("b", "", one), gauge("m", "h", one)]]);
  expect(errors).toEqual([]);
  expect(families).toEqual([gauge("b", "", one), gauge("m", "h", one, two)]);
});

test.each<{ why: string; families: MetricFamily[]; error: string }>([
  {
    why: "a sample that stands twice",
    families: [gauge("m", "h", one, one)],
    error: 'collected metric "m" { label:{name:"a" value:"1"} gauge:{value:1}} was collected before with the same name and label values',
  },
  {
    why: "another help",
    families: [gauge("m", "h", one), gauge("m", "other", two)],
    error: 'gathered metric family m has help "other" but should have "h"',
  },
  {
    why: "another type",
    families: [gauge("m", "h", one), { name: "m", help: "h", type: "counter", metrics: [two] }],
    error: "gathered metric family m has type COUNTER but should have GAUGE",
  },
  {
    why: "a part of a histogram that is there",
    families: [histogram, gauge("h_bucket", "", one)],
    error: 'collected metric named "h_bucket" collides with previously collected histogram named "h"',
  },
  {
    why: "a part of a summary that is there",
    families: [summary, gauge("s_sum", "", one)],
    error: 'collected metric named "s_sum" collides with previously collected summary named "s"',
  },
  {
    why: "a histogram whose part is there",
    families: [gauge("h_bucket", "", one), histogram],
    error: 'collected histogram named "h" collides with previously collected metric named "h_bucket"',
  },
  {
    why: "a summary whose part is there",
    families: [gauge("s_count", "", one), summary],
    error: 'collected histogram or summary named "s" collides with previously collected metric named "s_count"',
  },
  {
    why: "a label twice",
    families: [gauge("m", "", { labels: ["a", "1", "a", "2"], value: 1 })],
    error:
      'collected metric "m" { label:{name:"a" value:"1"} label:{name:"a" value:"2"} gauge:{value:1}} has two or more labels with the same name: a',
  },
  {
    why: "a reserved label",
    families: [gauge("m", "", { labels: ["__a", "1"], value: 1 })],
    error: 'collected metric "m" { label:{name:"__a" value:"1"} gauge:{value:1}} has a label with an invalid name: __a',
  },
  {
    why: "a quantile label on a summary",
    families: [
      {
        name: "s",
        type: "summary",
        metrics: [{ labels: ["quantile", "1"], quantiles: [{ quantile: 0.5, value: 1 }], count: 1, sum: 2, timestampMs: 3 }],
      },
    ],
    error:
      'collected metric "s" { label:{name:"quantile" value:"1"} summary:{sample_count:1 sample_sum:2 quantile:{quantile:0.5 value:1}} timestamp_ms:3} must not have an explicit "quantile" label',
  },
])("$why is reported and the rest is kept", ({ families, error }) => {
  expect(checkConsistency(families)).toEqual([error]);
  const kept = gatherFamilies([families]).families;
  expect(checkConsistency(kept)).toEqual([]);
});

test("summaries own no buckets, equal labels at other times are another sample", () => {
  expect(checkConsistency([summary, gauge("s_bucket", "", one, { ...one, timestampMs: 1 })])).toEqual([]);
});

test("one error is printed as it is, several as a list", () => {
  expect(formatGatherErrors(["a"])).toBe("a");
  expect(formatGatherErrors(["a", "b"])).toBe("2 error(s) occurred:\n* a\n* b");
});
