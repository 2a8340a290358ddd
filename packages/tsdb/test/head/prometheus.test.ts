import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { nodeFiles } from "@ferula/files";
import { afterEach, expect, test } from "@jest/globals";
import { batchOf, histogramOf, openHead, readHead, refOf, type Row } from "./open-head.ts";

/** The package manager puts our own server of that name in front. */
const PATH = (process.env.PATH ?? "")
  .split(delimiter)
  .filter((entry) => !entry.includes("node_modules"))
  .join(delimiter);
const env = { ...process.env, PATH };
const hasPrometheus = spawnSync("prometheus", ["--version"], { env }).status === 0;
/** Skipped, and named so, where a prometheus is missing. */
const withPrometheus = hasPrometheus ? test : test.skip;

const EVERY_MS = 15_000;
const STEPS = 1000;

let running: ChildProcess | undefined;
let folder: string | undefined;

afterEach(async () => {
  await stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

async function stop(): Promise<void> {
  const stopped = running;
  running = undefined;
  if (stopped === undefined || stopped.exitCode !== null) return;
  const ended = new Promise((resolve) => stopped.once("exit", resolve));
  stopped.kill("SIGTERM");
  await ended;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Starts a prometheus on the folder and returns its address once it is ready, and what it logs. */
async function startPrometheus(dir: string): Promise<{ readonly url: string; readonly log: string[] }> {
  const config = join(dir, "prometheus.yml");
  writeFileSync(config, "{}");
  const url = `127.0.0.1:${await freePort()}`;
  const log: string[] = [];
  running = spawn(
    "prometheus",
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${dir}`,
      `--web.listen-address=${url}`,
      "--storage.tsdb.retention.time=90d",
      "--enable-feature=native-histograms",
    ],
    { env },
  );
  running.stderr?.on("data", (data: Buffer) => void log.push(data.toString()));
  for (let attempt = 0; attempt < 200; attempt++) {
    const response = await fetch(`http://${url}/-/ready`).catch(() => undefined);
    if (response?.ok === true) return { url, log };
    await sleep(100);
  }
  throw new Error(`prometheus was not ready: ${log.join("")}`);
}

interface Answer {
  readonly data: {
    readonly result: readonly {
      readonly metric: { readonly n: string };
      readonly values?: readonly (readonly [number, string])[];
      readonly histograms?: readonly (readonly [number, { readonly count: string }])[];
    }[];
  };
}

/** All samples of all series, in the words of `readHead`. */
async function samplesOf(url: string, atMs: number): Promise<Record<string, string>> {
  const query = encodeURIComponent('{n=~".+"}[1d]');
  const { data } = (await (await fetch(`http://${url}/api/v1/query?query=${query}&time=${atMs / 1000}`)).json()) as Answer;
  return Object.fromEntries(
    data.result.map(({ metric, values = [], histograms = [] }) => {
      const samples = [
        ...values.map(([seconds, value]) => [Math.round(seconds * 1000), String(Number(value))] as const),
        ...histograms.map(([seconds, { count }]) => [Math.round(seconds * 1000), `h${Number(count) / 3}`] as const),
      ];
      samples.sort(([a], [b]) => a - b);
      return [metric.n, samples.map(([timeMs, text]) => `${timeMs}:${text}`).join(" ")];
    }),
  );
}

withPrometheus(
  "a prometheus opens the log and the head chunks of a head that was killed, finds nothing wrong, and has the same samples; and the other way round",
  async () => {
    folder = mkdtempSync(join(tmpdir(), "head-"));
    const startMs = Math.floor(Date.now() / EVERY_MS - STEPS) * EVERY_MS;
    const open = await openHead(nodeFiles, { folder });
    for (let step = 0; step < STEPS; step++) {
      const timeMs = startMs + step * EVERY_MS;
      const rows: Row[] = [
        [1, timeMs, Math.sin(step) * 1e6],
        [2, timeMs, 7],
        [3, timeMs, histogramOf(step + 1)],
      ];
      open.head.append(batchOf(open.head, rows));
    }
    while (open.head.finished.writeWaiting(1000));
    open.head.finished.files?.flush();
    const written = readHead(open, nodeFiles);
    const { url, log } = await startPrometheus(folder);
    expect(await samplesOf(url, startMs + STEPS * EVERY_MS)).toEqual(written);
    expect(log.join("")).not.toMatch(/level=(warn|error)(?!.*lockfile)/);
    expect(log.join("")).toMatch(/On-disk memory mappable chunks replay completed/);
    const metrics = await (await fetch(`http://${url}/metrics`)).text();
    expect(metrics).toMatch(/^prometheus_tsdb_mmap_chunk_corruptions_total 0$/m);
    await stop();
    const again = await openHead(nodeFiles, { folder });
    expect(again.headChunks.summary).toMatchObject({ corruptions: 0 });
    expect(again.headChunks.summary.chunks).toBeGreaterThan(10);
    const read = readHead(again, nodeFiles);
    for (const n of Object.keys(written)) expect(read[n]).toBe(written[n]);
    await open.headChunks.close();
    await again.close();
  },
  60_000,
);

withPrometheus(
  "of a log that tells of series alone, a prometheus has the samples that are in our head chunks",
  async () => {
    folder = mkdtempSync(join(tmpdir(), "head-"));
    const startMs = Math.floor(Date.now() / EVERY_MS - STEPS) * EVERY_MS;
    const open = await openHead(nodeFiles, { folder });
    for (const i of [1, 2]) refOf(open.head, i);
    open.head.flushNewSeries();
    open.head.headLog = undefined;
    for (let step = 0; step < STEPS; step++) {
      const timeMs = startMs + step * EVERY_MS;
      open.head.append(
        batchOf(open.head, [
          [1, timeMs, Math.sin(step) * 1e6],
          [2, timeMs, 7],
        ]),
      );
    }
    const coveredMs = Math.min(...[1, 2].map((i) => open.head.finished.coveredUntilMs(refOf(open.head, i))));
    expect(coveredMs).toBeGreaterThan(startMs + (STEPS / 2) * EVERY_MS);
    const written = readHead(open, nodeFiles, startMs, coveredMs);
    await open.close();
    const { url } = await startPrometheus(folder);
    expect(await samplesOf(url, coveredMs)).toEqual(written);
  },
  60_000,
);
