import { describe, expect, test } from "@jest/globals";
import { formatLabels } from "@ferula/model";
import { defaultParseOptions } from "@ferula/promql-syntax";
import { functionOperators } from "../../src/functions/table.ts";
import { createEngine } from "../../src/index.ts";
import { storageOf } from "../memory-storage.ts";

const MINUTE_MS = 60_000;
const engine = createEngine({ syntax: { ...defaultParseOptions, experimentalFunctions: true } });

const storage = storageOf(
  MINUTE_MS,
  'requests_total{job="api"} 0+10x8',
  'requests_total{job="web"} 0+30x4 0+30x4',
  'gauge{k="a"} 1 5 3 NaN 2 2 -1',
  'gauge{k="b"} _ _ 4 -4 _ _ 12.5',
  'gone{k="a"} 1 2 3 stale',
  'latency_bucket{le="0.1"} 1x8',
  'latency_bucket{le="1"} 7x8',
  'latency_bucket{le="+Inf"} 9x8',
  'one{i="1"} 0.5x8',
  'one{i="2"} -2.5x8',
  'big{i="1"} 100x8',
  "wait {{schema:0 sum:6 count:8 z_bucket:1 z_bucket_w:0.001 buckets:[3 4]}}x8",
);

/** A query and its result in the sixth minute, by labels, in the result's order. */
type Row = readonly [query: string, want: Readonly<Record<string, number>>];

/** Every function of the engine. The numbers are those of upstream's engine (v3.14) over the same samples. */
const rowsOf: Readonly<Record<string, readonly Row[]>> = {
  abs: [["abs(one)", { '{i="1"}': 0.5, '{i="2"}': 2.5 }]],
  absent: [
    ['absent(nothing{a="b",c=~"d"})', { '{a="b"}': 1 }],
    ["absent(gauge)", {}],
    ["absent(gone)", { "{}": 1 }],
  ],
  absent_over_time: [
    ['absent_over_time(nothing{a="b"}[5m])', { '{a="b"}': 1 }],
    ["absent_over_time(gone[2m])", { "{}": 1 }],
    ["absent_over_time(gone[5m])", {}],
  ],
  acos: [["acos(one)", { '{i="1"}': 1.0471975511965976, '{i="2"}': NaN }]],
  acosh: [["acosh(big)", { '{i="1"}': 5.298292365610484 }]],
  asin: [["asin(one)", { '{i="1"}': 0.5235987755982989, '{i="2"}': NaN }]],
  asinh: [["asinh(one)", { '{i="1"}': 0.48121182505960347, '{i="2"}': -1.6472311463710958 }]],
  atan: [["atan(one)", { '{i="1"}': 0.4636476090008061, '{i="2"}': -1.1902899496825317 }]],
  atanh: [["atanh(one)", { '{i="1"}': 0.5493061443340548, '{i="2"}': NaN }]],
  avg_over_time: [
    ["avg_over_time(gauge[3m])", { '{k="a"}': 1, '{k="b"}': 12.5 }],
    ["avg_over_time(requests_total[5m])", { '{job="api"}': 40, '{job="web"}': 60 }],
  ],
  ceil: [["ceil(one)", { '{i="1"}': 1, '{i="2"}': -2 }]],
  changes: [["changes(gauge[10m])", { '{k="a"}': 5, '{k="b"}': 2 }]],
  clamp: [
    ["clamp(gauge, 0, 5)", { '{k="a"}': 0, '{k="b"}': 5 }],
    ["clamp(gauge, 5, 0)", {}],
    ["clamp(gauge, NaN, 5)", { '{k="a"}': NaN, '{k="b"}': NaN }],
  ],
  clamp_max: [["clamp_max(gauge, 2)", { '{k="a"}': -1, '{k="b"}': 2 }]],
  clamp_min: [["clamp_min(gauge, 2)", { '{k="a"}': 2, '{k="b"}': 12.5 }]],
  cos: [["cos(one)", { '{i="1"}': 0.8775825618903728, '{i="2"}': -0.8011436155469337 }]],
  cosh: [["cosh(one)", { '{i="1"}': 1.1276259652063807, '{i="2"}': 6.132289479663686 }]],
  count_over_time: [["count_over_time(gauge[10m])", { '{k="a"}': 7, '{k="b"}': 3 }]],
  day_of_month: [
    ["day_of_month(vector(1709210096.789))", { "{}": 29 }],
    ["day_of_month()", { "{}": 1 }],
  ],
  day_of_week: [
    ["day_of_week(vector(1709210096))", { "{}": 4 }],
    ["day_of_week(vector(-1))", { "{}": 3 }],
  ],
  day_of_year: [
    ["day_of_year(vector(1709210096))", { "{}": 60 }],
    ["day_of_year(vector(1e18))", { "{}": 297 }],
  ],
  days_in_month: [
    ["days_in_month(vector(1709210096))", { "{}": 29 }],
    ["days_in_month(vector(-2208988801))", { "{}": 31 }],
  ],
  deg: [["deg(one)", { '{i="1"}': 28.64788975654116, '{i="2"}': -143.2394487827058 }]],
  delta: [
    ['delta(gauge{k="b"}[5m])', { '{k="b"}': 10.625 }],
    ["delta(requests_total[5m])", { '{job="api"}': 50, '{job="web"}': -37.5 }],
  ],
  deriv: [
    ["deriv(requests_total[5m])", { '{job="api"}': 0.16666666666666666, '{job="web"}': -0.25 }],
    ['deriv(gauge{k="b"}[10m])', { '{k="b"}': 0.0483974358974359 }],
  ],
  double_exponential_smoothing: [
    ["double_exponential_smoothing(requests_total[5m], 0.5, 0.1)", { '{job="api"}': 60, '{job="web"}': 63.75 }],
    ["double_exponential_smoothing(big[1m], 0.5, 0.1)", {}],
  ],
  exp: [["exp(one)", { '{i="1"}': 1.6487212707001282, '{i="2"}': 0.0820849986238988 }]],
  first_over_time: [["first_over_time(gauge[4m])", { '{__name__="gauge", k="a"}': NaN, '{__name__="gauge", k="b"}': -4 }]],
  floor: [["floor(one)", { '{i="1"}': 0, '{i="2"}': -3 }]],
  histogram_avg: [["histogram_avg(wait)", { "{}": 0.75 }]],
  histogram_count: [
    ["histogram_count(wait)", { "{}": 8 }],
    ["histogram_count(gauge)", {}],
  ],
  histogram_fraction: [
    ["histogram_fraction(0, 1, latency_bucket)", { "{}": 0.7777777777777778 }],
    ["histogram_fraction(1, 2, wait)", { "{}": 0.5 }],
  ],
  histogram_quantile: [
    ["histogram_quantile(0.5, latency_bucket)", { "{}": 0.625 }],
    ["histogram_quantile(0.99, latency_bucket)", { "{}": 1 }],
    ["histogram_quantile(0.5, rate(latency_bucket[5m]))", { "{}": NaN }],
  ],
  histogram_quantiles: [
    ['histogram_quantiles(latency_bucket, "q", 0.5, 1)', { '{q="0.5"}': 0.625, '{q="1.0"}': 1 }],
    ['histogram_quantiles(wait, "q", 0.5)', { '{q="0.5"}': 1 }],
  ],
  histogram_stddev: [["histogram_stddev(wait)", { "{}": 0.5399928368068837 }]],
  histogram_stdvar: [["histogram_stdvar(wait)", { "{}": 0.2915922638027458 }]],
  histogram_sum: [["histogram_sum(wait)", { "{}": 6 }]],
  hour: [
    ["hour(vector(1709210096))", { "{}": 12 }],
    ["hour()", { "{}": 0 }],
  ],
  idelta: [
    ['idelta(gauge{k="b"}[10m])', { '{k="b"}': 16.5 }],
    ["idelta(requests_total[5m])", { '{job="api"}': 10, '{job="web"}': 30 }],
  ],
  increase: [
    ["increase(requests_total[5m])", { '{job="api"}': 50, '{job="web"}': 112.5 }],
    ["increase(requests_total[90s])", { '{job="api"}': 15, '{job="web"}': 30 }],
  ],
  irate: [
    ["irate(requests_total[5m])", { '{job="api"}': 0.16666666666666666, '{job="web"}': 0.5 }],
    ['irate(gauge{k="b"}[10m])', { '{k="b"}': 0.09166666666666666 }],
  ],
  label_join: [
    ['label_join(big, "x", "-", "i", "i", "none")', { '{__name__="big", i="1", x="1-1-"}': 100 }],
    ['label_join(big, "i", "-")', { '{__name__="big"}': 100 }],
  ],
  label_replace: [
    ['label_replace(big, "x", "<$1>", "i", "(.*)")', { '{__name__="big", i="1", x="<1>"}': 100 }],
    ['label_replace(big, "i", "", "i", ".*")', { '{__name__="big"}': 100 }],
    ['label_replace(big, "x", "y", "i", "2")', { '{__name__="big", i="1"}': 100 }],
  ],
  last_over_time: [["last_over_time(gauge[4m])", { '{__name__="gauge", k="a"}': -1, '{__name__="gauge", k="b"}': 12.5 }]],
  ln: [["ln(one)", { '{i="1"}': -Math.LN2, '{i="2"}': NaN }]],
  log10: [["log10(big)", { '{i="1"}': 2 }]],
  log2: [["log2(one)", { '{i="1"}': -1, '{i="2"}': NaN }]],
  mad_over_time: [
    ["mad_over_time(requests_total[5m])", { '{job="api"}': 10, '{job="web"}': 30 }],
    ["mad_over_time(gauge[3m])", { '{k="a"}': 0, '{k="b"}': 0 }],
    ["mad_over_time(gauge[4m])", { '{k="a"}': NaN, '{k="b"}': 8.25 }],
  ],
  max_of: [
    ["max_of(1, time())", { "{}": 360 }],
    ["max_of(NaN, Inf)", { "{}": Infinity }],
    ["max_of(NaN, 1)", { "{}": NaN }],
  ],
  max_over_time: [["max_over_time(gauge[4m])", { '{k="a"}': 2, '{k="b"}': 12.5 }]],
  min_of: [
    ["min_of(1, time())", { "{}": 1 }],
    ["min_of(NaN, -Inf)", { "{}": -Infinity }],
  ],
  min_over_time: [["min_over_time(gauge[4m])", { '{k="a"}': -1, '{k="b"}': -4 }]],
  minute: [
    ["minute(vector(1709210096))", { "{}": 34 }],
    ["minute()", { "{}": 6 }],
  ],
  month: [
    ["month(vector(1709210096))", { "{}": 2 }],
    ["month(vector(-1))", { "{}": 12 }],
  ],
  pi: [["pi()", { "{}": Math.PI }]],
  predict_linear: [
    ["predict_linear(requests_total[5m], 60)", { '{job="api"}': 70, '{job="web"}': 15 }],
    ["predict_linear(requests_total[5m] offset 1m, 3600)", { '{job="api"}': 660, '{job="web"}': 60 }],
  ],
  present_over_time: [["present_over_time(gauge[2m])", { '{k="a"}': 1, '{k="b"}': 1 }]],
  quantile_over_time: [
    ["quantile_over_time(0.3, requests_total[5m])", { '{job="api"}': 32, '{job="web"}': 36 }],
    ["quantile_over_time(2, gauge[5m])", { '{k="a"}': Infinity, '{k="b"}': Infinity }],
    ['quantile_over_time(0, gauge{k="a"}[5m])', { '{k="a"}': NaN }],
  ],
  rad: [["rad(one)", { '{i="1"}': 0.008726646259971648, '{i="2"}': -0.04363323129985824 }]],
  rate: [
    ["rate(requests_total[5m])", { '{job="api"}': 0.16666666666666666, '{job="web"}': 0.375 }],
    ["rate(requests_total[1m])", {}],
    ["rate(requests_total[5m] offset -1m)", { '{job="api"}': 0.16666666666666666, '{job="web"}': 0.375 }],
  ],
  resets: [
    ["resets(requests_total[10m])", { '{job="api"}': 0, '{job="web"}': 1 }],
    ['resets(gauge{k="a"}[10m])', { '{k="a"}': 2 }],
  ],
  round: [
    ["round(vector(2.5))", { "{}": 3 }],
    ["round(vector(-2.5))", { "{}": -2 }],
    ["round(vector(1.26), 0.5)", { "{}": 1.5 }],
    ["round(vector(7), -2)", { "{}": 6 }],
    ["round(vector(7), 0)", { "{}": NaN }],
  ],
  scalar: [
    ["scalar(big)", { "{}": 100 }],
    ["scalar(one)", { "{}": NaN }],
    ["scalar(nothing)", { "{}": NaN }],
  ],
  sgn: [
    ["sgn(gauge)", { '{k="a"}': -1, '{k="b"}': 1 }],
    ["sgn(one)", { '{i="1"}': 1, '{i="2"}': -1 }],
  ],
  sin: [["sin(one)", { '{i="1"}': 0.479425538604203, '{i="2"}': -0.5984721441039564 }]],
  sinh: [["sinh(one)", { '{i="1"}': 0.5210953054937474, '{i="2"}': -6.0502044810397875 }]],
  sort: [["sort(one)", { '{__name__="one", i="2"}': -2.5, '{__name__="one", i="1"}': 0.5 }]],
  sort_desc: [["sort_desc(one)", { '{__name__="one", i="1"}': 0.5, '{__name__="one", i="2"}': -2.5 }]],
  sort_by_label: [['sort_by_label(one, "i")', { '{__name__="one", i="1"}': 0.5, '{__name__="one", i="2"}': -2.5 }]],
  sort_by_label_desc: [['sort_by_label_desc(one, "i")', { '{__name__="one", i="2"}': -2.5, '{__name__="one", i="1"}': 0.5 }]],
  sqrt: [["sqrt(one)", { '{i="1"}': Math.SQRT1_2, '{i="2"}': NaN }]],
  start_timestamp: [["start_timestamp(gauge)", {}]],
  stddev_over_time: [["stddev_over_time(requests_total[5m])", { '{job="api"}': 14.142135623730951, '{job="web"}': 42.42640687119285 }]],
  stdvar_over_time: [
    ["stdvar_over_time(requests_total[5m])", { '{job="api"}': 200, '{job="web"}': 1800 }],
    ["stdvar_over_time(big[5m])", { '{i="1"}': 0 }],
  ],
  sum_over_time: [["sum_over_time(requests_total[5m])", { '{job="api"}': 200, '{job="web"}': 300 }]],
  tan: [["tan(one)", { '{i="1"}': 0.5463024898437905, '{i="2"}': 0.7470222972386603 }]],
  tanh: [["tanh(one)", { '{i="1"}': 0.46211715726000974, '{i="2"}': -0.9866142981514303 }]],
  time: [["time()", { "{}": 360 }]],
  timestamp: [
    ["timestamp(gone offset 4m)", { '{k="a"}': 120 }],
    ["timestamp(gauge + 1)", { '{k="a"}': 360, '{k="b"}': 360 }],
    ["timestamp(one offset 30s)", { '{i="1"}': 300, '{i="2"}': 300 }],
  ],
  ts_of_first_over_time: [["ts_of_first_over_time(gauge[4m])", { '{k="a"}': 180, '{k="b"}': 180 }]],
  ts_of_last_over_time: [["ts_of_last_over_time(gone[5m])", { '{k="a"}': 120 }]],
  ts_of_max_over_time: [["ts_of_max_over_time(gauge[4m])", { '{k="a"}': 300, '{k="b"}': 360 }]],
  ts_of_min_over_time: [["ts_of_min_over_time(gauge[4m])", { '{k="a"}': 360, '{k="b"}': 180 }]],
  vector: [
    ["vector(3)", { "{}": 3 }],
    ["vector(time())", { "{}": 360 }],
  ],
  year: [
    ["year(vector(1709210096))", { "{}": 2024 }],
    ["year(vector(-1))", { "{}": 1969 }],
    ["year(vector(1e18))", { "{}": 3.1688740476e10 }],
  ],
};

test("every function that the engine evaluates has a row here, and every row a function", () => {
  expect(Object.keys(rowsOf).toSorted()).toEqual([...functionOperators.keys()].toSorted());
});

describe.each(Object.entries(rowsOf))("%s", (name, rows) => {
  test.each(rows)("%s", async (query, want) => {
    expect(query).toContain(`${name}(`);
    const { series } = await engine.instant(storage, query, 6 * MINUTE_MS);
    expect(series.map(({ labels }) => formatLabels(labels))).toEqual(Object.keys(want));
    for (const { labels, values } of series) expectAlmost(values[0], want[formatLabels(labels)]);
  });
});

/** The last bits of exp, sin and their kin are the platform's. */
function expectAlmost(got: number, want: number): void {
  if (Number.isFinite(want)) expect(Math.abs(got - want)).toBeLessThanOrEqual(Math.abs(want) * 1e-14);
  else expect(got).toBe(want);
}
