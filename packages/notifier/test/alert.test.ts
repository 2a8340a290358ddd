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

test("the body is that of the API of the Alertmanager", () => {
  expect(JSON.parse(alertsJson([alert]))).toEqual([
    {
      labels: { alertname: "Down", region: "own" },
      annotations: { summary: "it is down" },
      startsAt: "2026-01-02T03:04:05.006Z",
      endsAt: "2026-01-02T03:08:05.000Z",
      generatorURL: "http://127.0.0.1:9090/graph",
    },
  ]);
});

test("a label may be called __proto__", () => {
  const text = alertsJson([{ ...alert, labels: labelsOf([["__proto__", "x"]]) }]);
  expect(text).toContain('"labels":{"__proto__":"x"}');
});
