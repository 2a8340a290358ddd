import { expect, test } from "@jest/globals";
import { formatLabels, formatSeries, labelsOf, quote } from "../src/index.ts";

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

test.each([
  { text: "plain text", want: '"plain text"' },
  { text: 'a"b\\c', want: '"a\\"b\\\\c"' },
  { text: "\x07\b\f\n\r\t\v", want: '"\\a\\b\\f\\n\\r\\t\\v"' },
  { text: "\0\x1b\x7f", want: '"\\x00\\x1b\\x7f"' },
  { text: "é\u{1F525}ж", want: '"é\u{1F525}ж"' },
  { text: "\u0085\u00a0\u00ad\u2028\ufeff", want: '"\\u0085\\u00a0\\u00ad\\u2028\\ufeff"' },
  { text: "\u{e0001}", want: '"\\U000e0001"' },
  { text: "\ud800", want: '"\ufffd"' },
])("quoted as Go quotes: $want", ({ text, want }) => {
  expect(quote(text)).toBe(want);
});
