import type { AddressInfo } from "node:net";
import { createServer } from "node:http";
import { afterEach } from "@jest/globals";
import { Registry } from "@ferula/client";
import { createApp, finishApp } from "@ferula/http";
import { noLogger } from "@ferula/logging";
import { createHistogramColumns, createMatcher, createSampleColumns, formatLabels, formatTestHistogram, METRIC_NAME } from "@ferula/model";
import { memoryStorage, type MemoryStorage } from "@ferula/test-kit";
import { encodeWriteRequest, encodeWriteRequestV2, packSnappy, type OutgoingSeries } from "@ferula/wire";
import { type ReceiverDeps, receiverRoutes } from "../src/index.ts";

/** "Now" of all receivers. */
export const NOW_MS = 1_700_000_000_000;
export const V2_TYPE = "application/x-protobuf;proto=io.prometheus.write.v2.Request";

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
});

/** What a sender sees of an answer. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Samples, histograms and exemplars written; undefined where the headers are missing. */
  readonly written: readonly number[] | undefined;
}

/** A receiver that listens. */
export interface TestReceiver {
  readonly storage: MemoryStorage;
  readonly registry: Registry;
  readonly post: (body: Uint8Array, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
  readonly write: (series: readonly OutgoingSeries[]) => Promise<Answer>;
  readonly writeV2: (series: readonly OutgoingSeries[]) => Promise<Answer>;
  /** All that is stored: `{labels} value@time …` of each series. */
  readonly stored: () => readonly string[];
}

/** Starts a receiver over a storage in memory. */
export async function startReceiver(deps: Partial<ReceiverDeps> = {}): Promise<TestReceiver> {
  const storage = memoryStorage();
  const registry = new Registry();
  const app = createApp();
  app.use("/api/v1", receiverRoutes({ appender: storage, registry, logger: noLogger, nowMs: () => NOW_MS, ...deps }));
  finishApp(app, noLogger);
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/write`;
  const post: TestReceiver["post"] = async (body, headers = {}) => {
    const response = await fetch(url, { method: "POST", body: Uint8Array.from(body), headers });
    const written = ["Samples", "Histograms", "Exemplars"].map((kind) => response.headers.get(`X-Prometheus-Remote-Write-${kind}-Written`));
    return {
      status: response.status,
      text: await response.text(),
      written: written.includes(null) ? undefined : written.map(Number),
    };
  };
  return {
    storage,
    registry,
    post,
    write: (series) => post(packSnappy(encodeWriteRequest(series)), { "content-encoding": "snappy" }),
    writeV2: (series) => post(packSnappy(encodeWriteRequestV2(series)), { "content-encoding": "snappy", "content-type": V2_TYPE }),
    stored: () => storedIn(storage),
  };
}

function storedIn(storage: MemoryStorage): readonly string[] {
  const querier = storage.querier(-Infinity, Infinity);
  const set = querier.select([createMatcher("=~", METRIC_NAME, ".+")]);
  const rows: string[] = [];
  for (let i = 0; i < set.seriesCount; i++) {
    const columns = createSampleColumns(1);
    const histograms = createHistogramColumns(1);
    set.read(i, columns);
    set.readHistograms(i, histograms);
    const samples = Array.from({ length: columns.length }, (_, k) => `${columns.values[k]}@${columns.timestampsMs[k] - NOW_MS}`);
    for (let k = 0; k < histograms.length; k++) {
      samples.push(`${formatTestHistogram(histograms.histograms[k])}@${histograms.timestampsMs[k] - NOW_MS}`);
    }
    rows.push(`${formatLabels(set.labels(i))} ${samples.join(" ")}`);
  }
  querier.close();
  return rows.toSorted();
}

/** A series to send: `[ms before or after now, value]…` */
export function series(labels: Readonly<Record<string, string>>, ...samples: readonly (readonly [number, number])[]): OutgoingSeries {
  const columns = createSampleColumns(samples.length);
  for (const [offsetMs, value] of samples) {
    columns.timestampsMs[columns.length] = NOW_MS + offsetMs;
    columns.values[columns.length++] = value;
  }
  return { labels: Object.entries(labels).flat(), samples: columns };
}

/** The value of a counter without labels. */
export async function counterOf(registry: Registry, name: string): Promise<number> {
  const line = (await registry.metrics()).split("\n").find((text) => text.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1));
}
