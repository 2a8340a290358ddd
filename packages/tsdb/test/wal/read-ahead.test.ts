import { MessageChannel } from "node:worker_threads";
import { ByteWriter } from "@ferula/bytes";
import { createFaultyFiles, type FaultyFiles, type Files, flipBit } from "@ferula/files";
import { createLogger, noLogger } from "@ferula/logging";
import { createSampleBatch } from "@ferula/model";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { recordTypeOf } from "../../src/wal/records/record-types.ts";
import type { StartReader } from "../../src/wal/read-ahead.ts";
import { type ReaderMessage, serveReading } from "../../src/wal/read-ahead-serve.ts";
import { ReplayBuffer } from "../../src/wal/replay-buffer.ts";
import { replay, type ReplaySummary } from "../../src/wal/replay.ts";
import { type ReplayContext, replayers } from "../../src/wal/replayers.ts";
import { SegmentLog } from "../../src/wal/segment-log.ts";
import { SegmentReader } from "../../src/wal/segment-reader.ts";
import { WalRefs } from "../../src/wal/wal-refs.ts";
import { describeChunks, headFor } from "../head/histograms/support.ts";
import { noUnknownRefs } from "../../src/wal/unknown-refs.ts";

const FOLDER = "/data/wal";
const SERIES = 50;
const START_MS = 1_767_225_600_000;

/** Stands for the thread's program, on this thread: after `messages` of what it says it is gone. */
function readerOn(files: Files, messages: number = Infinity): StartReader {
  return (start) => {
    const { port1, port2 } = new MessageChannel();
    let said = 0;
    const say = (message: ReaderMessage, transferList: ArrayBuffer[]): void => {
      if (said++ < messages) port2.postMessage(message, transferList);
      else port2.postMessage("gone", []);
    };
    let onExit: (code: number) => void = () => undefined;
    const listen = (event: string, listener: (value: never) => void): void => {
      if (event === "exit") onExit = listener as typeof onExit;
      else if (event === "message") port1.on("message", (message) => (message === "gone" ? onExit(3) : listener(message as never)));
    };
    serveReading({ on: (_, listener) => port2.on("message", listener), postMessage: say }, files, start);
    return {
      on: listen,
      postMessage: (block, transferList) => port1.postMessage(block, transferList),
      terminate: () => Promise.resolve(port1.close()),
    };
  };
}

const seriesRecord = (walRef: number): Uint8Array => {
  const writer = new ByteWriter();
  writer.u8(1);
  writer.u64be(walRef);
  for (const byte of [1, 1, 0x6e, 2, 0x30 + Math.floor(walRef / 10), 0x30 + (walRef % 10)]) writer.u8(byte);
  return writer.view().slice();
};

/** One sample of each of the first references in turn, at ever later times; some of them no record of series may have told of. */
function samplesRecord(scrape: number, samples: number): Uint8Array {
  const writer = new ByteWriter();
  writer.u8(2);
  writer.u64be(0);
  writer.u64be(START_MS + scrape * 1_000_000);
  for (let i = 0; i < samples; i++) {
    writer.u8(2 * (1 + (i % SERIES)));
    // The time as a signed varint of three bytes.
    const delta = 2 * Math.floor(i / SERIES);
    for (const byte of [(delta & 127) | 128, ((delta >> 7) & 127) | 128, delta >> 14]) writer.u8(byte);
    writer.u32be(scrape);
    writer.u32be(i);
  }
  return writer.view().slice();
}

const anyRecord: fc.Arbitrary<(scrape: number) => Uint8Array> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(1, 40, 7000, 20_000).map((count) => (scrape: number) => samplesRecord(scrape, count)) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: SERIES }).map((walRef) => () => seriesRecord(walRef)) },
  // More rows than a block has.
  { weight: 1, arbitrary: fc.constant((scrape: number) => samplesRecord(scrape, 40_000)) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 500 }).map((cut) => (scrape: number) => samplesRecord(scrape, 40).subarray(0, -cut)) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, 300_000).map((length) => () => new Uint8Array(length).fill(5)) },
);

interface Log {
  readonly records: readonly ((scrape: number) => Uint8Array)[];
  readonly compression: "none" | "snappy";
  readonly segmentBytes: number;
  /** Where bits are flipped, as parts of all bytes. */
  readonly flips: readonly number[];
}

const anyLog: fc.Arbitrary<Log> = fc.record({
  records: fc.array(anyRecord, { minLength: 1, maxLength: 25 }),
  compression: fc.constantFrom("none", "snappy"),
  segmentBytes: fc.constantFrom(1 << 18, 1 << 22),
  flips: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 3 }),
});

async function diskOf({ records, compression, segmentBytes, flips }: Log): Promise<FaultyFiles> {
  const files = createFaultyFiles();
  files.makeFolder(FOLDER);
  const log = new SegmentLog({ files, logger: noLogger, folder: FOLDER, name: "log", segmentBytes, fsync: "segment", compression }, 0);
  for (let walRef = 1; walRef <= SERIES / 2; walRef++) log.append((sink) => sink(seriesRecord(walRef)));
  records.forEach((recordOf, scrape) => log.append((sink) => sink(recordOf(scrape))));
  await log.close();
  const paths = files.readFolder(FOLDER).map((name) => `${FOLDER}/${name}`);
  for (const flip of flips) {
    const path = paths[Math.floor(flip * paths.length)];
    const bits = 8 * files.readFile(path).length;
    if (bits > 0) files.corrupt(path, flipBit(Math.floor(((flip * paths.length) % 1) * bits)));
  }
  return files;
}

interface Outcome {
  readonly summary: Omit<ReplaySummary, "seconds">;
  readonly chunks: readonly (readonly string[])[];
  readonly highestMissing: number;
  readonly lines: readonly string[];
  readonly segments: readonly string[];
}

async function outcomeOf(log: Log, startReaderOn?: (files: Files) => StartReader): Promise<Outcome> {
  const files = await diskOf(log);
  const head = headFor({ keepsStarts: false });
  const walRefs = new WalRefs();
  const lines: string[] = [];
  const logger = createLogger({ write: (line) => lines.push(line.replace(/^time=\S+ /, "")) });
  const { seconds, ...summary } = await replay({ files, logger, folder: FOLDER, head, walRefs, startReader: startReaderOn?.(files) });
  expect(seconds).toBeGreaterThanOrEqual(0);
  return {
    summary,
    chunks: Array.from({ length: head.series.count }, (_, i) => describeChunks(head, i + 1)),
    highestMissing: walRefs.highestMissing,
    lines: lines.filter((line) => !line.includes("the thread that reads")),
    segments: files.readFolder(FOLDER).map((name) => `${name} ${Buffer.from(files.readFile(`${FOLDER}/${name}`)).toString("base64")}`),
  };
}

/** What replaying record by record finds. */
async function plainOutcomeOf(log: Log): Promise<Pick<Outcome, "chunks" | "highestMissing"> & { readonly tally: object }> {
  const files = await diskOf(log);
  const head = headFor({ keepsStarts: false });
  const tally = { records: 0, samples: 0, skippedRecords: 0, unknownRefs: noUnknownRefs(), corruptions: 0 };
  const context: ReplayContext = {
    head,
    walRefs: new WalRefs(),
    buffer: new ReplayBuffer(head),
    rowRefs: new Uint32Array(0),
    batch: createSampleBatch(0),
    startsBatch: createSampleBatch(0),
    tally,
  };
  for (const name of files.readFolder(FOLDER)) {
    const reader = new SegmentReader(files.open(`${FOLDER}/${name}`, "read"), name);
    while (reader.next()) {
      tally.records++;
      try {
        const type = recordTypeOf(reader.record);
        if (type === undefined) tally.skippedRecords++;
        else replayers[type](context, reader.record);
      } catch (error) {
        expect((error as Error).name).toBe("RangeError");
        tally.corruptions++;
      }
      context.buffer.appendAll();
    }
    tally.corruptions += reader.damages.length;
  }
  const chunks = Array.from({ length: head.series.count }, (_, i) => describeChunks(head, i + 1));
  return { tally, chunks, highestMissing: context.walRefs.highestMissing };
}

test("a log is replayed to the same, with the same damage, here, by a thread, and by one that is gone at any time", async () => {
  await fc.assert(
    fc.asyncProperty(anyLog, fc.integer({ min: 0, max: 12 }), async (log, messages) => {
      const here = await outcomeOf(log);
      const { tally, ...plain } = await plainOutcomeOf(log);
      expect(here.summary).toMatchObject(tally);
      expect(here).toMatchObject(plain);
      expect(await outcomeOf(log, readerOn)).toEqual(here);
      expect(await outcomeOf(log, (files) => readerOn(files, messages))).toEqual(here);
    }),
    { numRuns: 25 },
  );
}, 120_000);

const longLog: Log = {
  records: Array.from({ length: 12 }, () => (scrape) => samplesRecord(scrape, 20_000)),
  compression: "none",
  segmentBytes: 1 << 20,
  flips: [],
};

test("a thread that can't be started is done without", async () => {
  const failing: StartReader = () => {
    throw new Error("no thread left");
  };
  expect(await outcomeOf(longLog, () => failing)).toEqual(await outcomeOf(longLog));
});

test.each([
  { why: "here", by: undefined },
  { why: "in a thread", by: readerOn },
])("a disk that can't be read $why fails the replay with its error", async ({ by }) => {
  const disk = await diskOf(longLog);
  const files: Files = {
    ...disk,
    open(path, mode) {
      const file = disk.open(path, mode);
      const read = (): number => {
        throw Object.assign(new Error("EIO: i/o error, read"), { code: "EIO" });
      };
      return path.endsWith("1") ? { ...file, size: () => file.size(), read } : file;
    },
  };
  const done = replay({ files, logger: noLogger, folder: FOLDER, head: headFor({ keepsStarts: false }), startReader: by?.(files) });
  await expect(done).rejects.toMatchObject({ code: "EIO", message: "EIO: i/o error, read" });
});

test("progress only grows, up to the whole log, by a thread as here", async () => {
  const ends: number[] = [];
  for (const by of [undefined, readerOn]) {
    const files = await diskOf(longLog);
    const seen: number[] = [];
    let totalBytes = 0;
    const onProgress = (progress: { readonly readBytes: number; readonly totalBytes: number }): void => {
      seen.push(progress.readBytes);
      ({ totalBytes } = progress);
    };
    await replay({ files, logger: noLogger, folder: FOLDER, head: headFor({ keepsStarts: false }), startReader: by?.(files), onProgress });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(totalBytes);
    ends.push(totalBytes);
  }
  expect(ends[1]).toBe(ends[0]);
});
