import { afterEach, expect, jest, test } from "@jest/globals";
import { checkConsistency } from "@ferula/exposition";
import { collectDefaultMetrics, collectProcessMetrics, Registry } from "../src/index.ts";

let stop = (): void => undefined;
afterEach(() => {
  stop();
  jest.restoreAllMocks();
});

test("every default metric is told under prom-client's name, and all of them can be exposed together", async () => {
  const registry = new Registry();
  stop = collectProcessMetrics(registry);
  const text = await registry.metrics();
  const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map((match) => `${match[1]} ${match[2]}`);
  expect(names).toEqual(
    expect.arrayContaining([
      "nodejs_active_handles gauge",
      "nodejs_active_resources_total gauge",
      "nodejs_eventloop_lag_p99_seconds gauge",
      "nodejs_eventloop_lag_seconds gauge",
      "nodejs_external_memory_bytes gauge",
      "nodejs_gc_duration_seconds histogram",
      "nodejs_heap_size_total_bytes gauge",
      "nodejs_heap_space_size_used_bytes gauge",
      "nodejs_version_info gauge",
      "process_cpu_seconds_total counter",
      "process_resident_memory_bytes gauge",
      "process_start_time_seconds gauge",
    ]),
  );
  expect(checkConsistency(await registry.collect())).toEqual([]);
  expect(text).not.toMatch(/^go_/m);
});

test("the start of the process is told in seconds since the epoch", async () => {
  jest.spyOn(Date, "now").mockReturnValue(1_700_000_000_000);
  jest.spyOn(process, "uptime").mockReturnValue(0.5);
  const registry = new Registry();
  stop = collectProcessMetrics(registry);
  expect(await registry.getSingleMetricAsString("process_start_time_seconds")).toBe(
    "# HELP process_start_time_seconds Start time of the process since unix epoch in seconds.\n" +
      "# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds 1.6999999995e+09\n",
  );
});

test("numbers are plausible", async () => {
  const registry = new Registry();
  stop = collectProcessMetrics(registry);
  const value = (text: string, name: string): number => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
  const first = await registry.metrics();
  expect(value(first, "process_resident_memory_bytes")).toBeGreaterThan(1e6);
  const cpuBefore = value(first, "process_cpu_seconds_total");
  expect(cpuBefore).toBeGreaterThan(0);
  expect(value(await registry.metrics(), "process_cpu_seconds_total")).toBeGreaterThanOrEqual(cpuBefore);
  if (process.platform !== "linux") return;
  expect(value(first, "process_open_fds")).toBeGreaterThanOrEqual(3);
  expect(value(first, "process_max_fds")).toBeGreaterThan(value(first, "process_open_fds"));
  expect(value(first, "process_threads")).toBeGreaterThan(1);
});

test("prefix, labels and registry can be chosen", async () => {
  const registry = new Registry();
  stop = collectDefaultMetrics({ register: registry, prefix: "my_", labels: { zone: "a" }, gcDurationBuckets: [1] });
  const text = await registry.metrics();
  for (const line of text.split("\n")) if (line !== "" && !line.startsWith("#")) expect(line).toMatch(/^my_[^{]+\{.*zone="a".*\} /);
  expect(text).toContain('my_nodejs_gc_duration_seconds_bucket{kind="major",zone="a",le="1"}');
});
