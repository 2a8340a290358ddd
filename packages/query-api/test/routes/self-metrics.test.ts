import { describe, expect, test } from "@jest/globals";
import { Counter, Gauge, Histogram, Registry, Summary } from "@ferula/client";
import { startApi } from "../api-server.ts";

const registry = new Registry();
const registers = [registry];
new Gauge({ name: "unused", help: "Nothing.", labelNames: ["kind"], registers });
new Summary({ name: "took", help: "Times.", percentiles: [0.5], registers }).observe(3);
new Counter({ name: "ask_total", help: "Asked <often>.", labelNames: ["how"], registers }).inc({ how: "loud" }, 2);
new Gauge({ name: "level", help: "Level.", registers }).set(NaN);
new Histogram({ name: "size", help: "Sizes.", buckets: [1, 2], registers }).observe(1.5);

const families = {
  ask_total: {
    name: "ask_total",
    help: "Asked <often>.",
    type: "COUNTER",
    metric: [{ label: [{ name: "how", value: "loud" }], counter: { value: 2 } }],
  },
  level: { name: "level", help: "Level.", type: "GAUGE", metric: [{ gauge: { value: "NaN" } }] },
  size: {
    name: "size",
    help: "Sizes.",
    type: "HISTOGRAM",
    metric: [
      {
        histogram: {
          sampleCount: "1",
          sampleSum: 1.5,
          bucket: [
            { cumulativeCount: "0", upperBound: 1 },
            { cumulativeCount: "1", upperBound: 2 },
          ],
        },
      },
    ],
  },
  took: {
    name: "took",
    help: "Times.",
    type: "SUMMARY",
    metric: [{ summary: { sampleCount: "1", sampleSum: 3, quantile: [{ quantile: 0.5, value: 3 }] } }],
  },
};

async function startWith(selfMetrics: () => ReturnType<Registry["collect"]>) {
  return startApi({
    status: {
      config: () => "",
      flags: () => new Map(),
      runtimeInfo: () => ({}),
      buildInfo: () => ({}),
      tsdb: () => ({}),
      blocks: () => [],
      selfMetrics,
    },
  });
}

describe("the program's own metrics", () => {
  test.each([
    { query: "", want: Object.values(families), why: "all that have samples are told by name, in the JSON form of their messages" },
    { query: "metric_name_pattern=.*_total|took", want: [families.ask_total, families.took], why: "some can be asked for by name" },
    { query: "metric_name_pattern=ask", want: [], why: "a pattern is for the whole name" },
  ])("$why", async ({ query, want }) => {
    const { json, text } = await (await startWith(() => registry.collect())).get(`/status/self_metrics?${query}`);
    expect(json).toEqual({ status: "success", data: want });
    expect(text).not.toContain("\\u003c");
  });

  test("a pattern that is none is refused", async () => {
    const { status, json } = await (await startWith(() => registry.collect())).get("/status/self_metrics?metric_name_pattern=(");
    expect([status, json?.error]).toEqual([400, "invalid metric_name_pattern: error parsing regexp: missing closing ): `^(?:()$`"]);
  });

  test("what can't be gathered is an internal error", async () => {
    const { status, json } = await (await startWith(() => Promise.reject(new Error("it broke")))).get("/status/self_metrics");
    expect([status, json?.errorType, json?.error]).toEqual([500, "internal", "error gathering self metrics: it broke"]);
  });

  test("are not to be had where the program gives none", async () => {
    expect((await (await startApi()).get("/status/self_metrics")).status).toBe(404);
  });
});
