import { Worker } from "node:worker_threads";
import { type Files, nodeFiles } from "@ferula/files";
import type { Logger } from "@ferula/logging";
import { errorOf } from "../db/plain-errors.ts";
import { type BlockContent, BlockFiller, type ReadPlace, type ReadSource } from "./block-filler.ts";
import { BLOCK_BYTES, type BlockMemory, blockMemory } from "./read-ahead-block.ts";
import type { ReaderMessage, ReadStart } from "./read-ahead-serve.ts";

/** The program of the thread. Built JavaScript: a worker can't load TypeScript, and the compiler leaves this name as it is. */
const workerUrl: URL = new URL("./read-ahead-worker.js", import.meta.url);

/** Whether there is a worker: not where the program runs from its sources. */
const hasWorker: boolean = import.meta.url.endsWith(".js");

/** Starting a thread takes longer than reading less than this. */
const LEAST_BYTES_FOR_THREAD = 16 << 20;

/** One is filled, one is replayed, the others make up for times when one side is slow. */
const BLOCK_COUNT = 4;

/** The thread keeps nothing longer than a record: the smaller its young generation, the sooner the records that it unpacked are freed. */
const MOST_YOUNG_MEBIBYTES = 1;

/** A thread that runs `serveReading`. */
export interface ReaderThread {
  readonly on: {
    (event: "message", listener: (message: ReaderMessage) => void): unknown;
    (event: "error" | "messageerror", listener: (error: Error) => void): unknown;
    (event: "exit", listener: (code: number) => void): unknown;
  };
  readonly postMessage: (block: number, transferList: ArrayBuffer[]) => void;
  readonly terminate: () => Promise<unknown>;
}

/** Starts a thread that reads. */
export type StartReader = (start: ReadStart) => ReaderThread;

/** Records of one source, in their order. */
export interface ReadBlock {
  readonly memory: BlockMemory;
  readonly content: BlockContent;
}

/** What reads sources into blocks. */
export interface BlockReader {
  /** The next block, good until the next call, by which the caller says that it is done with it; undefined at the end. */
  readonly next: () => Promise<ReadBlock | undefined>;
  readonly close: () => Promise<void>;
}

/** What reading needs. */
export interface BlockReaderOptions {
  readonly files: Files;
  readonly logger: Logger;
  readonly sources: readonly ReadSource[];
  /** Undefined: there is to be no thread. */
  readonly startReader: StartReader | undefined;
}

/** How a thread that reads `totalBytes` ahead is started; undefined where there is none, or none is worth it. */
export function readerFor(files: Files, totalBytes: number): StartReader | undefined {
  if (files !== nodeFiles || !hasWorker || totalBytes < LEAST_BYTES_FOR_THREAD) return undefined;
  const resourceLimits = { maxYoungGenerationSizeMb: MOST_YOUNG_MEBIBYTES };
  return (start) => new Worker(workerUrl, { workerData: start, resourceLimits });
}

/**
 * Reads sources into blocks, in a thread of its own if it can. Where that ends before its time, reading goes on here behind the last block
 * that it gave.
 */
export function createBlockReader({ files, logger, sources, startReader }: BlockReaderOptions): BlockReader {
  let place: ReadPlace = { source: 0, offset: 0 };
  let thread: ThreadReader | undefined;
  let lost: Error | undefined;
  let here: BlockReader | undefined;

  async function readNext(): Promise<ReadBlock | undefined> {
    if (startReader !== undefined && lost === undefined) {
      thread ??= readInThread(startReader, { sources, place });
      const block = await thread.next();
      if (block === undefined || "content" in block) return block;
      ({ lost } = block);
      logger.warn("the thread that reads the write-ahead log ended; it is read on without one", { err: lost });
    }
    here ??= readHere(files, sources, place);
    return await here.next();
  }

  return {
    async next() {
      const block = await readNext();
      if (block !== undefined) place = placeBehind(block, place);
      return block;
    },
    async close() {
      await thread?.close();
      await here?.close();
    },
  };
}

function placeBehind({ memory, content: { source, recordCount, end } }: ReadBlock, before: ReadPlace): ReadPlace {
  if (end !== undefined) return { source: source + 1, offset: 0 };
  return recordCount === 0 ? before : { source, offset: memory.offsets[recordCount - 1] + 1 };
}

function readHere(files: Files, sources: readonly ReadSource[], place: ReadPlace): BlockReader {
  const memory = blockMemory(new ArrayBuffer(BLOCK_BYTES));
  const filler = new BlockFiller(files, sources, place);
  return {
    next: async () => {
      const content = filler.fill(memory);
      return await Promise.resolve(content === undefined ? undefined : { memory, content });
    },
    close: () => Promise.resolve(filler.close()),
  };
}

/** The thread is no more, though not all is read. */
interface ThreadLoss {
  readonly lost: Error;
}

interface ThreadReader {
  readonly next: () => Promise<ReadBlock | undefined | ThreadLoss>;
  readonly close: () => Promise<void>;
}

function readInThread(startReader: StartReader, start: Omit<ReadStart, "blocks">): ThreadReader {
  const blocks = Array.from({ length: BLOCK_COUNT }, () => new SharedArrayBuffer(BLOCK_BYTES));
  const memories = blocks.map(blockMemory);
  const arrived: (ReaderMessage | ThreadLoss)[] = [];
  let wake: (() => void) | undefined;
  let inUse: number | undefined;
  const take = (message: ReaderMessage | ThreadLoss): void => {
    arrived.push(message);
    wake?.();
  };
  const lose = (lost: Error): void => take({ lost });
  const thread = startOrUndefined(startReader, { ...start, blocks }, lose);
  thread?.on("message", take);
  thread?.on("messageerror", lose);
  thread?.on("error", lose);
  thread?.on("exit", (code) => lose(new Error(`it exited with code ${code}`)));
  return {
    async next() {
      if (inUse !== undefined) thread?.postMessage(inUse, []);
      inUse = undefined;
      while (arrived.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const message = arrived.shift() as ReaderMessage | ThreadLoss;
      if ("lost" in message) return message;
      if ("error" in message) throw errorOf(message.error);
      if ("done" in message) return undefined;
      inUse = message.block;
      return { memory: memories[message.block], content: message.content };
    },
    close: async () => void (await thread?.terminate()),
  };
}

function startOrUndefined(startReader: StartReader, start: ReadStart, lose: (error: Error) => void): ReaderThread | undefined {
  try {
    return startReader(start);
  } catch (error) {
    lose(error as Error);
    return undefined;
  }
}
