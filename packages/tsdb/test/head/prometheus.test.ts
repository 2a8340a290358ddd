import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeFiles } from "@ferula/files";
import { freePort, startProcess, type StartedProcess, tempFolder } from "@ferula/test-kit";
import { expect } from "@jest/globals";
import { peerEnv, testWith } from "../peer.ts";
import { batchOf, histogramOf, openHead, readHead, refOf, type Row } from "./open-head.ts";

const withPrometheus = testWith("prometheus");

const EVERY_MS = 15_000;
const STEPS = 1000;
const READY_MS = 30_000;

/** Starts a prometheus on the folder; it is ready, and ends with the file's tests at the latest. */
async function startPrometheus(dir: string): Promise<{ readonly url: string; readonly process: StartedProcess }> {
  const config = join(dir, "prometheus.yml");
  writeFileSync(config, "{}");
  const port = await freePort();
  const process = await startProcess(
    "prometheus",
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${dir}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--storage.tsdb.retention.time=90d",
      "--enable-feature=native-histograms",
    ],
    { env: peerEnv },
  );
  await process.waitForLine("Server is ready", { timeoutMs: READY_MS });
  return { url: `127.0.0.1:${port}`, process };
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
    const folder = tempFolder();
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
    const { url, process } = await startPrometheus(folder);
    expect(await samplesOf(url, startMs + STEPS * EVERY_MS)).toEqual(written);
    expect(process.stderr()).not.toMatch(/level=(warn|error)(?!.*lockfile)/);
    expect(process.stderr()).toMatch(/On-disk memory mappable chunks replay completed/);
    const metrics = await (await fetch(`http://${url}/metrics`)).text();
    expect(metrics).toMatch(/^prometheus_tsdb_mmap_chunk_corruptions_total 0$/m);
    await process.kill();
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
    const folder = tempFolder();
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
    const { url, process } = await startPrometheus(folder);
    expect(await samplesOf(url, coveredMs)).toEqual(written);
    await process.kill();
  },
  60_000,
);
