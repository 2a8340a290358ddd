import { cpSync } from "node:fs";
import { join } from "node:path";
import {
  createFloatHistogram,
  createIntegerHistogram,
  createSampleColumns,
  type Histogram,
  labelsOf,
  STALE_NAN_HIGH,
  STALE_NAN_LOW,
} from "@ferula/model";
import { encodeWriteRequestV2, type OutgoingSeries, packSnappy } from "@ferula/wire";
import { expect } from "../../harness.ts";
import { binary } from "../../paths.ts";
import type { Bench } from "../../processes.ts";
import { type Running, startOn } from "../tsdb/servers.ts";

/** Samples lie so far apart, and not where a step of a query is: there the versions of PromQL differ. */
const STEP_MS = 15_000;
const PHASE_MS = 7;
/** In a block, and behind them in the log. */
const SAMPLES = 200;

const FLOATS = 60;
const HISTOGRAMS = 6;

/** What is in the folder, from when to when. */
export interface SharedData {
  readonly folder: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Makes a data folder with a block and a log of floats and native histograms, of custom buckets only where `withCustom` asks for them. */
export async function makeData(bench: Bench, withCustom: boolean): Promise<SharedData> {
  const toMs = Math.floor(Date.now() / 60_000) * 60_000;
  const fromMs = toMs - 2 * SAMPLES * STEP_MS;
  const first = join(bench.folder(), "data");
  const flags = ["--web.enable-remote-write-receiver", "--web.enable-admin-api"];
  const early = await startOn(bench, binary("prometheus"), first, { flags });
  await send(early, series(fromMs, 0, withCustom));
  const answer = await fetch(`${early.url}/api/v1/admin/tsdb/snapshot`, { method: "POST" });
  const { data } = (await answer.json()) as { data: { name: string } };
  await early.program.kill("SIGTERM");
  const folder = join(bench.folder(), "data");
  cpSync(join(first, "snapshots", data.name), folder, { recursive: true });
  const late = await startOn(bench, binary("prometheus"), folder, { flags });
  await send(late, series(fromMs, SAMPLES, withCustom));
  await late.program.kill("SIGTERM");
  return { folder, fromMs, toMs };
}

async function send({ url }: Running, outgoing: readonly OutgoingSeries[]): Promise<void> {
  const response = await fetch(`${url}/api/v1/write`, {
    method: "POST",
    headers: { "Content-Type": "application/x-protobuf;proto=io.prometheus.write.v2.Request", "Content-Encoding": "snappy" },
    body: Buffer.from(packSnappy(encodeWriteRequestV2(outgoing))),
  });
  expect(response.status === 204, `remote write: ${response.status} ${await response.text()}`);
}

/** The samples from number `first` on of all series. */
function series(fromMs: number, first: number, withCustom: boolean): OutgoingSeries[] {
  const timeOf = (i: number): number => fromMs + (first + i) * STEP_MS + PHASE_MS;
  const floats = Array.from({ length: FLOATS }, (_, s): OutgoingSeries => {
    const samples = createSampleColumns(SAMPLES);
    for (let i = 0; i < SAMPLES; i++) {
      samples.timestampsMs[i] = timeOf(i);
      setValue(samples.values, samples.valueBits, i, s, first + i);
    }
    samples.length = SAMPLES;
    return { labels: labelsOf({ __name__: s % 2 === 0 ? "counter_total" : "gauge", s: String(s), ort: `Köln "${s % 3}"` }), samples };
  });
  const histograms = Array.from({ length: HISTOGRAMS }, (_, s): OutgoingSeries => {
    const isFloat = s % 2 === 1;
    const rows = Array.from({ length: SAMPLES }, (_row, i) => ({
      timestampMs: timeOf(i),
      startTimestampMs: 0,
      histogram: histogramOf(s, first + i, isFloat),
    }));
    return { labels: labelsOf({ __name__: "native", s: String(s) }), histograms: rows };
  });
  const custom = { labels: labelsOf({ __name__: "custom" }), histograms: customRows(timeOf, first) };
  return [...floats, ...histograms, ...(withCustom ? [custom] : [])];
}

function setValue(values: Float64Array, bits: Uint32Array, i: number, s: number, n: number): void {
  values[i] = s % 2 === 0 ? (n * (s + 1)) % 1000 : Math.sin(n * (s + 1)) * 10 ** (s % 7);
  if (s % 10 === 9) values[i] = [NaN, Infinity, -Infinity, -0, 1e-300][n % 5];
  if ((n + s) % 50 !== 0) return;
  bits[2 * i] = STALE_NAN_LOW;
  bits[2 * i + 1] = STALE_NAN_HIGH;
}

/** Counters, of which some are reset, some grow by new buckets, and one is a gauge. */
function histogramOf(s: number, n: number, isFloat: boolean): Histogram {
  const grown = (n % 90) + 1;
  const width = 2 + (n % 90 > 45 ? 1 : 0);
  const counts = Array.from({ length: width }, (_, k) => grown * (k + 1));
  const fields = {
    counterResetHint: s >= HISTOGRAMS - 2 ? ("gauge" as const) : ("unknown" as const),
    schema: s % 4,
    zeroThreshold: 0.001,
    zeroCount: grown,
    count: grown + counts.reduce((sum, count) => sum + count, 0),
    sum: grown * 1.5,
    positiveSpans: Int32Array.of(s, width),
  };
  if (isFloat) return createFloatHistogram({ ...fields, positiveBuckets: Float64Array.from(counts) });
  const deltas = counts.map((count, k) => count - (counts[k - 1] ?? 0));
  return createIntegerHistogram({ ...fields, positiveBuckets: Float64Array.from(deltas) });
}

function customRows(timeOf: (i: number) => number, first: number): NonNullable<OutgoingSeries["histograms"]> {
  return Array.from({ length: SAMPLES }, (_, i) => {
    const n = first + i + 1;
    const buckets = { positiveSpans: Int32Array.of(0, 2), positiveBuckets: Float64Array.of(n, n), customValues: Float64Array.of(0.5, 2) };
    const histogram = createIntegerHistogram({ schema: -53, count: 3 * n, sum: n, ...buckets });
    return { timestampMs: timeOf(i), startTimestampMs: 0, histogram };
  });
}
