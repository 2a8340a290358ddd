import { Registry } from "@ferula/client";
import type { MetricSource } from "@ferula/tsdb";
import { expect, test } from "@jest/globals";
import { registerStorage } from "../src/storage-metrics.ts";

async function told(...metrics: readonly MetricSource[]) {
  const registry = new Registry();
  registerStorage({ metrics }, registry);
  return { registry, text: (await registry.metrics()).replaceAll(/^#.*\n/gm, "") };
}

test("rows of one name are one family, read when it is asked for", async () => {
  let kept = 1;
  const row = (type: string): MetricSource => ({ name: "n_total", help: "h", type: "counter", labels: { type }, value: () => kept });
  const { registry, text } = await told(row("a"), row("b"), { name: "g", help: "h", type: "gauge", value: () => -kept });
  expect(text).toBe('g -1\nn_total{type="a"} 1\nn_total{type="b"} 1\n');
  kept = 0;
  expect(await registry.metrics()).toContain('n_total{type="a"} 0\n');
});

test("what the storage has counted is cumulated, and tells since when", async () => {
  const beforeSeconds = Date.now() / 1000;
  const tally = () => ({ sum: 9, count: 3, upperBounds: [1, 2], counts: [1, 0, 2] });
  const { registry, text } = await told(
    { name: "h", help: "h", type: "histogram", tally },
    { name: "s", help: "h", type: "summary", tally: () => ({ sum: 2, count: 1 }) },
  );
  expect(text).toBe('h_bucket{le="1"} 1\nh_bucket{le="2"} 1\nh_bucket{le="+Inf"} 3\nh_sum 9\nh_count 3\ns_sum 2\ns_count 1\n');
  for (const { metrics } of await registry.collect()) {
    expect((metrics[0] as { createdSeconds?: number }).createdSeconds).toBeGreaterThanOrEqual(beforeSeconds);
  }
});
