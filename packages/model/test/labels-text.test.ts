import { expect, test } from "@jest/globals";
import { formatLabels, formatSeries, labelsOf } from "../src/index.ts";

test.each([
  { labels: {}, all: "{}", series: "{}" },
  { labels: { __name__: "up" }, all: '{__name__="up"}', series: "up" },
  { labels: { __name__: "up", job: "a", b: "c" }, all: '{__name__="up", b="c", job="a"}', series: 'up{b="c", job="a"}' },
  { labels: { job: "a" }, all: '{job="a"}', series: '{job="a"}' },
  { labels: { __name__: "my.metric" }, all: '{__name__="my.metric"}', series: '{"my.metric"}' },
  { labels: { __name__: "my.metric", "a.b": "c" }, all: '{__name__="my.metric", "a.b"="c"}', series: '{"my.metric", "a.b"="c"}' },
  {
    labels: { __name__: "ns:rule", "with:colon": "1" },
    all: '{__name__="ns:rule", "with:colon"="1"}',
    series: 'ns:rule{"with:colon"="1"}',
  },
])("$all", ({ labels, all, series }) => {
  expect(formatLabels(labelsOf(labels as unknown as Record<string, string>))).toBe(all);
  expect(formatSeries(labelsOf(labels as unknown as Record<string, string>))).toBe(series);
});
