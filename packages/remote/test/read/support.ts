import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "@jest/globals";
import { ByteReader, crc32c } from "@ferula/bytes";
import { chunkEncodingOf, openChunk, SAMPLE_TYPES } from "@ferula/chunks";
import { Registry } from "@ferula/client";
import { nodeFiles } from "@ferula/files";
import { createApp, finishApp } from "@ferula/http";
import { createSharedMemory, type SharedMemory } from "@ferula/kernels";
import { noLogger } from "@ferula/logging";
import { createSampleBatch, formatTestHistogram, type Histogram, labelsOf, toFloatHistogram } from "@ferula/model";
import { tempFolder } from "@ferula/test-kit";
import { createSelectionReader, type Db, type DbSelection, openDb } from "@ferula/tsdb";
import {
  chunkedReadResponseCodec,
  type ChunkedReadResponseMessage,
  createWriteColumns,
  decodeWriteRequest,
  packSnappy,
  type ReadQueryMessage,
  readRequestCodec,
  readResponseCodec,
  readText,
  unpackSnappy,
} from "@ferula/wire";
import { type AnswerThread, createAnswerThread, type MessageThread } from "../../src/read/answer-thread.ts";
import type { AnswerSources } from "../../src/read/answer.ts";
import { createAnswering } from "../../src/read/make-answers.ts";
import type { AnsweringMessage } from "../../src/read/protocol.ts";
import { type ReadDeps, readRoutes } from "../../src/read/read-routes.ts";

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
});

/** Runs after the test. */
export function afterTest(clean: () => unknown): void {
  cleanups.push(clean);
}

/** A database, and what reads its selections. */
export interface TestStorage {
  readonly db: Db;
  readonly shared: SharedMemory;
  readonly sources: AnswerSources;
}

/** Opens an empty database. */
export async function openStorage(): Promise<TestStorage> {
  const shared = createSharedMemory();
  const dir = tempFolder();
  const db = await openDb({ dir, files: nodeFiles, shared, logger: noLogger, outOfOrderWindowMs: 3_600_000 });
  const reader = createSelectionReader({ shared, dir });
  afterTest(async () => {
    reader.close();
    await db.close();
  });
  return {
    db,
    shared,
    sources: {
      open: (selection) => reader.open(selection as DbSelection),
      openChunks: (selection) => reader.openChunks(selection as DbSelection),
    },
  };
}

/** Appends `[ms, value]…` to a series; a value may be a histogram. */
export function append(
  db: Db,
  labels: Readonly<Record<string, string>>,
  ...samples: readonly (readonly [number, number | Histogram])[]
): void {
  const ref = db.seriesRef(labelsOf(labels));
  for (const [timestampMs, value] of samples) {
    const batch = createSampleBatch(1);
    if (typeof value !== "number") {
      db.append({ ...batch, histograms: [{ ref, timestampMs, startTimestampMs: 0, histogram: value }] });
      continue;
    }
    batch.length = 1;
    batch.refs[0] = ref;
    batch.timestampsMs[0] = timestampMs;
    batch.values[0] = value;
    db.append(batch);
  }
}

/** Appends a sample of each of `count` series at once, whose labels are those of `labelsAt` and a name. */
export function appendMany(db: Db, count: number, timestampMs: number, labelsAt: (i: number) => Readonly<Record<string, string>>): void {
  const batch = createSampleBatch(count);
  for (let i = 0; i < count; i++) {
    batch.refs[i] = db.seriesRef(labelsOf({ __name__: "many", ...labelsAt(i) }));
    batch.timestampsMs[i] = timestampMs;
    batch.values[i] = i;
  }
  batch.length = count;
  db.append(batch);
}

/** The thread that makes answers, on this thread: messages by turns of the event loop. `crash` ends it as an error would. */
export function threadHere(
  sources: AnswerSources,
  sliceMs = 1000,
): { readonly startThread: () => MessageThread; readonly crash: () => void; starts: number } {
  let listeners: Record<string, (value: never) => void> = {};
  const stand = {
    starts: 0,
    crash(): void {
      const { error, exit } = listeners;
      listeners = {};
      (error as (reason: Error) => void)(new Error("out of memory"));
      (exit as (code: number) => void)(1);
    },
    startThread(): MessageThread {
      stand.starts++;
      const own: Record<string, (value: never) => void> = {};
      listeners = own;
      const post = (message: AnsweringMessage): void => {
        setImmediate(() => listeners === own && (own["message"] as (value: AnsweringMessage) => void)(message));
      };
      const answering = createAnswering({ sources, post, sliceMs });
      return {
        postMessage: (message) => void setImmediate(() => listeners === own && answering.take(structuredClone(message))),
        on: (event: string, listener: (value: never) => void) => void (own[event] = listener),
        terminate: () => {
          if (listeners === own) listeners = {};
          return Promise.resolve();
        },
      };
    },
  };
  return stand;
}

/** A server that listens. */
export interface TestReader extends TestStorage {
  readonly url: string;
  readonly registry: Registry;
  readonly answers: AnswerThread;
  readonly post: (body: Uint8Array) => Promise<Response>;
  readonly read: (queries: readonly ReadQueryMessage[], acceptedResponseTypes?: readonly number[]) => Promise<Response>;
}

/** Starts one over an empty database. */
export async function startReader(deps: Partial<ReadDeps> = {}): Promise<TestReader> {
  const storage = await openStorage();
  const registry = new Registry();
  const answers = createAnswerThread({ startThread: threadHere(storage.sources).startThread, idleMs: 1000 });
  afterTest(answers.close);
  const app = createApp();
  const limits = { sampleLimit: 0, concurrentLimit: 10, maxBytesInFrame: 1 << 20 };
  app.use("/api/v1", readRoutes({ source: storage.db, answers, externalLabels: () => [], ...limits, registry, logger: noLogger, ...deps }));
  finishApp(app, noLogger);
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterTest(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/read`;
  const post: TestReader["post"] = (body) => fetch(url, { method: "POST", body: Uint8Array.from(body) });
  const read: TestReader["read"] = (queries, acceptedResponseTypes = []) =>
    post(packSnappy(readRequestCodec.encode({ queries, acceptedResponseTypes })));
  return { ...storage, url, registry, answers, post, read };
}

const TYPES = ["=", "!=", "=~", "!~"];

/** A query of all times, or of some; matchers are `name=value`, with any of the four operators. */
export function query(matchers: readonly string[], startTimestampMs = -1e15, endTimestampMs = 1e15): ReadQueryMessage {
  const parsed = matchers.map((text) => {
    const [, name, type, value] = /^([^=!~]*)(=~|!=|!~|=)(.*)$/.exec(text) ?? [];
    return { type: TYPES.indexOf(type), name, value };
  });
  return { startTimestampMs, endTimestampMs, matchers: parsed, hints: null };
}

/** Of each query its series as `labels sample@ms …`; histograms tell their kind and hint. */
export function readSamples(block: Uint8Array): string[][] {
  const { results } = readResponseCodec.decode(unpackSnappy(block, 1 << 30));
  return results.map((result) => {
    const columns = createWriteColumns();
    const decoder = decodeWriteRequest(Uint8Array.from(result), columns);
    while (decoder.readOn());
    const bytes = Buffer.from(columns.bytes);
    return Array.from({ length: columns.seriesCount }, (_, i) => {
      const labels: string[] = [];
      const { labelRanges, samples, histograms } = columns;
      for (let k = 4 * (columns.labelEnds[i - 1] ?? 0); k < 4 * columns.labelEnds[i]; k += 2)
        labels.push(readText(bytes, labelRanges[k], labelRanges[k + 1]));
      const texts: string[] = [];
      for (let k = columns.sampleEnds[i - 1] ?? 0; k < columns.sampleEnds[i]; k++)
        texts.push(`${samples.values[k]}@${samples.timestampsMs[k]}`);
      for (let k = columns.histogramEnds[i - 1] ?? 0; k < columns.histogramEnds[i]; k++)
        texts.push(histogramText(histograms[k].histogram, histograms[k].timestampMs));
      return [labels.join(","), ...texts].join(" ");
    });
  });
}

/** The messages of the frames of a stream; throws where a checksum is wrong. */
export function readFrames(stream: Uint8Array): ChunkedReadResponseMessage[] {
  const reader = new ByteReader(stream);
  const messages: ChunkedReadResponseMessage[] = [];
  while (reader.remaining > 0) {
    const size = reader.uvarint();
    const checksum = reader.u32be();
    const message = reader.bytes(size);
    if (crc32c(message) !== checksum) throw new Error("a frame is damaged");
    messages.push(chunkedReadResponseCodec.decode(message));
  }
  return messages;
}

/** The series of a stream in the form of `readSamples`, with the index of their query before them. */
export function readStream(stream: Uint8Array): string[] {
  const lines = new Map<string, string[]>();
  for (const { chunkedSeries, queryIndex } of readFrames(stream)) {
    for (const { labels, chunks } of chunkedSeries) {
      const key = `${queryIndex} ${labels.flatMap(({ name, value }) => [name, value]).join(",")}`;
      const texts = lines.get(key) ?? [];
      lines.set(key, texts);
      for (const { type, data } of chunks) texts.push(...chunkTexts(type, data));
    }
  }
  return [...lines].map(([key, texts]) => [key, ...texts].join(" "));
}

function chunkTexts(type: number, data: Uint8Array): string[] {
  const encoding = chunkEncodingOf(type);
  if (encoding === undefined) throw new Error(`there is no encoding ${type}`);
  const samples = openChunk(encoding, data);
  const texts: string[] = [];
  for (let kind = samples.next(); kind !== SAMPLE_TYPES.none; kind = samples.next()) {
    if (kind === SAMPLE_TYPES.float) texts.push(`${samples.value}@${samples.timestampMs}`);
    else texts.push(histogramText(kind === SAMPLE_TYPES.histogram ? samples.histogram() : samples.floatHistogram(), samples.timestampMs));
  }
  return texts;
}

function histogramText(histogram: Histogram, timestampMs: number): string {
  const { kind, counterResetHint } = histogram;
  const float = kind === "integer" ? toFloatHistogram(histogram) : histogram;
  return `${kind}:${counterResetHint}:${formatTestHistogram({ ...float, counterResetHint: "unknown" })}@${timestampMs}`;
}
