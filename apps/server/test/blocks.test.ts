import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { nodeFiles } from "@ferula/files";
import { createSharedMemory } from "@ferula/kernels";
import { noLogger } from "@ferula/logging";
import { createSampleBatch, labelsOf } from "@ferula/model";
import { eventually } from "@ferula/test-kit";
import { openDb, type Db } from "@ferula/tsdb";
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

const HOUR = 3_600_000;
const SERIES = 100_000;

function openData(dir: string): Promise<Db> {
  return openDb({ dir, files: nodeFiles, shared: createSharedMemory(), logger: noLogger, maintainsItself: false });
}

/** A head of many series that is due to be written. */
async function writeHead(dir: string): Promise<void> {
  mkdirSync(dir);
  const db = await openData(dir);
  const endMs = Date.now();
  const batch = createSampleBatch(SERIES);
  batch.length = SERIES;
  for (let i = 0; i < SERIES; i++) batch.refs[i] = db.seriesRef(labelsOf({ __name__: "many", i: String(i) }));
  for (const timeMs of [endMs - 5 * HOUR, endMs - 3 * HOUR, endMs]) {
    batch.timestampsMs.fill(timeMs);
    expect(db.append(batch).appended).toBe(SERIES);
  }
  await db.close();
}

test("a signal to end while a block of the head is written cancels it: nothing is left of it, and no sample is lost", async () => {
  const { folder } = configFolder("");
  const data = join(folder, "data");
  await writeHead(data);
  const server = await startPrometheus(folder, ["--storage.tsdb.block-reload-interval=1s"]);
  const names = (): string[] => readdirSync(data);
  await eventually(() => expect(names().some((name) => name.endsWith(".tmp-for-creation"))).toBe(true));
  expect(await server.process.kill("SIGTERM")).toEqual({ code: 0, signal: null });
  expect(server.process.stderr()).not.toMatch(/level=ERROR/i);
  expect(names().filter((name) => name.includes("tmp-for-"))).toEqual([]);
  const db = await openData(data);
  const blockSamples = db.blocks().reduce((sum, { stats }) => sum + stats.numSamples, 0);
  expect([0, SERIES, 2 * SERIES]).toContain(blockSamples);
  expect(db.replayed.samples).toBeGreaterThanOrEqual(3 * SERIES - blockSamples);
  await db.close();
}, 60_000);
