import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { eventually } from "@ferula/test-kit";
import { configFolder, startPrometheus, startTarget, type Prometheus } from "./prometheus.ts";

const job = (address: string, more = ""): string =>
  `global: {scrape_interval: 200ms, scrape_timeout: 200ms}\nscrape_configs: [{job_name: t, static_configs: [{targets: ["${address}"]}]${more}}]\n`;

async function onlyTarget({ api }: Prometheus): Promise<{ health: string; lastError: string }> {
  return eventually(async () => {
    const [target] = (await api("/api/v1/targets")).activeTargets;
    expect(target).toMatchObject({ health: expect.stringMatching(/up|down/) });
    return target;
  });
}

test("without a limit of its own a body ends at the ceiling, which is named, and each failed scrape is logged", async () => {
  const target = await startTarget();
  target.exposition = `# ${"x".repeat(2000)}\n`;
  const { folder } = configFolder(job(target.address, ", scrape_failure_log_file: failures.log"));
  const server = await startPrometheus(folder, ["--scrape.body-size-ceiling=1KB"]);
  const lastError = "body size limit exceeded: more than 1024 bytes (--scrape.body-size-ceiling, as no body_size_limit is set)";
  expect(await onlyTarget(server)).toMatchObject({ health: "down", lastError });
  const [line] = readFileSync(join(folder, "failures.log"), "utf8").split("\n");
  expect(JSON.parse(line)).toMatchObject({
    level: "ERROR",
    msg: lastError,
    job_name: "t",
    target: `http://${target.address}/metrics`,
  });
  await server.process.kill();
});

test("the features of scraping reach it: extra metrics, types as labels, exemplars", async () => {
  const target = await startTarget("application/openmetrics-text; version=1.0.0");
  target.exposition = '# TYPE made counter\nmade_total 7 # {trace="x"} 0.5\n# EOF\n';
  const { folder } = configFolder(job(target.address));
  const features = "--enable-feature=extra-scrape-metrics,type-and-unit-labels,exemplar-storage";
  const server = await startPrometheus(folder, [features]);
  expect(await onlyTarget(server)).toMatchObject({ health: "up", lastError: "" });
  await eventually(async () => {
    const series = (await server.api('/api/v1/series?match[]={job="t"}')) as Record<string, string>[];
    expect(series).toContainEqual(expect.objectContaining({ __name__: "made_total", __type__: "counter" }));
    expect(series).toContainEqual(expect.objectContaining({ __name__: "scrape_body_size_bytes" }));
  });
  const [found] = await server.api("/api/v1/query_exemplars?query=made_total&start=0&end=9999999999");
  expect(found.exemplars).toMatchObject([{ labels: { trace: "x" }, value: "0.5" }]);
  const metadata = await server.api("/api/v1/targets/metadata?metric=made");
  expect(metadata).toEqual([{ target: { instance: target.address, job: "t" }, type: "counter", help: "", unit: "" }]);
  await server.process.kill();
});

test("what each rule makes of a target is shown as upstream shows it", async () => {
  const rules = "[{source_labels: [a, b], regex: 'x;(.*)', target_label: c}, {action: drop, source_labels: [c], regex: y}]";
  const { folder } = configFolder(job("127.0.0.1:1", `, relabel_configs: ${rules}`));
  const server = await startPrometheus(folder);
  const labels = encodeURIComponent('{"a":"x","b":"y"}');
  const { text } = await server.get(`/api/v1/targets/relabel_steps?scrapePool=t&labels=${labels}`);
  expect(text).toBe(
    '{"status":"success","data":{"steps":[' +
      '{"rule":{"source_labels":["a","b"],"separator":";","regex":"x;(.*)","target_label":"c","replacement":"$1","action":"replace"},' +
      '"output":{"a":"x","b":"y","c":"y"},"keep":true},' +
      '{"rule":{"source_labels":["c"],"separator":";","regex":"y","replacement":"$1","action":"drop"},"output":{},"keep":false}]}}',
  );
  await server.process.kill();
});

test("a job that a reload replaces ends no series that goes on, though the storage takes samples out of order", async () => {
  const target = await startTarget();
  target.exposition = "made 7\n";
  const config = (more: string): string =>
    `storage: {tsdb: {out_of_order_time_window: 30m}}\n${job(target.address, `, scrape_interval: 1s, scrape_timeout: 1s${more}`)}`;
  const { folder, write } = configFolder(config(""));
  const server = await startPrometheus(folder, ["--web.enable-lifecycle"]);
  const times = async (query: string): Promise<readonly number[]> => {
    const { result } = await server.api(`/api/v1/query?query=${encodeURIComponent(query)}`);
    return (result[0]?.values ?? []).map(([seconds]: [number, string]) => seconds);
  };
  await eventually(async () => expect((await times("made[1m]")).length).toBeGreaterThan(0));
  write(config(", honor_timestamps: false"));
  expect((await server.get("/-/reload", { method: "POST" })).status).toBe(200);
  const reloaded = (await times("made[1m]")).length;
  // The markers of the job before come two intervals and a bit behind the reload.
  const scraped = await eventually(async () => {
    const found = await times("made[1m]");
    expect(found.length).toBeGreaterThan(reloaded + 4);
    return found;
  });
  for (const name of ["made", "up"]) {
    const steps = await server.api(`/api/v1/query_range?query=${name}&start=${scraped[0]}&end=${scraped.at(-1)}&step=0.05`);
    expect(steps.result[0].values.length).toBe(Math.floor((scraped[scraped.length - 1] - scraped[0]) / 0.05 + 1e-6) + 1);
  }
  await server.process.kill();
});
