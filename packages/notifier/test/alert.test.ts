import { expect, test } from "@jest/globals";
import { labelsOf, labelValue } from "@ferula/model";
import { alertsJson, relabelAlert } from "../src/alert.ts";

const alert = {
  labels: labelsOf({ alertname: "Down", region: "own" }),
  annotations: labelsOf({ summary: "it is down" }),
  startsAtMs: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  endsAtMs: Date.UTC(2026, 0, 2, 3, 8, 5),
  generatorUrl: "http://127.0.0.1:9090/graph",
};

test("an alert takes the external labels that it lacks", () => {
  const sent = relabelAlert(alert, labelsOf({ region: "eu", replica: "0" }), []);
  expect(labelValue(sent?.labels ?? [], "region")).toBe("own");
  expect(labelValue(sent?.labels ?? [], "replica")).toBe("0");
});

test.each([
  {
    why: "labels come in the order of their bytes, also those that look like numbers, and markup is escaped",
    change: {
      labels: labelsOf({ alertname: "a<b>&'\"\\", "10": "x", "9": "y", "!": "z", é: "\u2028\u2029\u007f\u0001\b\f\n\r\t" }),
      generatorUrl: "http://p/graph?a=1&b=<2>",
    },
    want:
      '{"annotations":{"summary":"it is down"},"endsAt":"2026-01-02T03:08:05.000Z","startsAt":"2026-01-02T03:04:05.006Z",' +
      '"generatorURL":"http://p/graph?a=1\\u0026b=\\u003c2\\u003e","labels":{"!":"z","10":"x","9":"y",' +
      '"alertname":"a\\u003cb\\u003e\\u0026\'\\"\\\\","é":"\\u2028\\u2029\u007f\\u0001\\b\\f\\n\\r\\t"}}',
  },
  {
    why: "what is empty is left out, but for labels and times",
    change: { labels: labelsOf({}), annotations: labelsOf({}), generatorUrl: "" },
    want: '{"endsAt":"2026-01-02T03:08:05.000Z","startsAt":"2026-01-02T03:04:05.006Z","labels":{}}',
  },
])("the body is upstream's byte by byte: $why", ({ change, want }) => {
  expect(alertsJson([{ ...alert, ...change }])).toBe(`[${want}]`);
  expect(alertsJson([alert, { ...alert, ...change }])).toBe(`${alertsJson([alert]).slice(0, -1)},${want}]`);
});

test("a label may be called __proto__", () => {
  const text = alertsJson([{ ...alert, labels: labelsOf([["__proto__", "x"]]) }]);
  expect(text).toContain('"labels":{"__proto__":"x"}');
});
