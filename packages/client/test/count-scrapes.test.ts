import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { expect, test } from "@jest/globals";
import { countScrapes, Registry } from "../src/index.ts";

async function linesOf(registry: Registry): Promise<readonly string[]> {
  return (await registry.metrics()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

test("scrapes are counted while they run and by how they end", async () => {
  const registry = new Registry();
  const count = countScrapes(registry);
  const res = Object.assign(new EventEmitter(), { statusCode: 503 });
  let hasGoneOn = false;
  count(undefined, res as unknown as ServerResponse, () => (hasGoneOn = true));
  expect(hasGoneOn).toBe(true);
  expect(await linesOf(registry)).toContain("promhttp_metric_handler_requests_in_flight 1");
  res.emit("close");
  expect(await linesOf(registry)).toEqual([
    "promhttp_metric_handler_requests_in_flight 0",
    'promhttp_metric_handler_requests_total{code="200"} 0',
    'promhttp_metric_handler_requests_total{code="500"} 0',
    'promhttp_metric_handler_requests_total{code="503"} 1',
  ]);
});
