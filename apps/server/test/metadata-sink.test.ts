import { expect, test } from "@jest/globals";
import type { MetricMetadata } from "@ferula/model";
import { metadataSink } from "../src/metadata-sink.ts";

test("what is told of a metric is kept part by part, the latest word of each", () => {
  const store = new Map<string, MetricMetadata>();
  const sink = metadataSink(store);
  sink.help("a", "first");
  sink.type("a", "counter");
  sink.help("a", "last");
  sink.type("b", "gauge");
  sink.unit("b", "seconds");
  expect([...store]).toEqual([
    ["a", { type: "counter", help: "last", unit: "" }],
    ["b", { type: "gauge", help: "", unit: "seconds" }],
  ]);
});
