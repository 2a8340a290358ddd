import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { eventually } from "@ferula/test-kit";
import { configFolder, startPrometheus, startTarget, type Prometheus } from "./prometheus.ts";

/** Blocks of two seconds: all of their life is seen at once, in the thread that has it in earnest, too. */
const FLAGS = ["--storage.tsdb.min-block-duration=2s", "--storage.tsdb.max-block-duration=18s", "--storage.tsdb.block-reload-interval=1s"];

async function samples({ api }: Prometheus): Promise<readonly [number, string][]> {
  const { result } = await api(`/api/v1/query?query=${encodeURIComponent("made[10m]")}`);
  return result[0]?.values ?? [];
}

async function metric({ get }: Prometheus, name: string): Promise<number> {
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec((await get("/metrics")).text)?.[1]);
}

test("what was scraped is read across blocks, merged blocks and the head, as long as the server runs and after a kill", async () => {
  const target = await startTarget();
  target.exposition = "made 7\n";
  const scrape = `scrape_configs: [{job_name: t, static_configs: [{targets: ["${target.address}"]}]}]`;
  const { folder } = configFolder(`global: {scrape_interval: 200ms, scrape_timeout: 200ms}\n${scrape}\n`);
  const server = await startPrometheus(folder, FLAGS);
  const [[oldest]] = await eventually(async () => {
    const found = await samples(server);
    expect(found.length).toBeGreaterThan(0);
    return found;
  });
  await eventually(async () => {
    expect(await metric(server, "prometheus_tsdb_compactions_total")).toBeGreaterThanOrEqual(5);
    expect(await metric(server, "prometheus_tsdb_checkpoint_creations_total")).toBeGreaterThan(0);
  });
  const before = await samples(server);
  expect(before[0][0]).toBe(oldest);
  const times = before.map(([seconds]) => seconds);
  expect(Math.max(...times.slice(1).map((seconds, i) => seconds - times[i]))).toBeLessThan(2);
  expect(await metric(server, "prometheus_tsdb_compactions_failed_total")).toBe(0);
  await server.process.kill("SIGKILL");
  expect(readdirSync(join(folder, "data")).filter((name) => /^[0-9A-Z]{26}$/.test(name)).length).toBeGreaterThan(0);

  const again = await startPrometheus(folder, FLAGS);
  expect((await samples(again)).slice(0, before.length)).toEqual(before);
  await again.process.kill();
}, 60_000);
