import { createFloatAppender, type FloatEncoding } from "@ferula/chunks";
import { createFaultyFiles, type FaultyFiles, type Files } from "@ferula/files";
import { noLogger, type Logger } from "@ferula/logging";
import { createSampleColumns } from "@ferula/model";
import type { HeadChunk } from "../../src/head-chunks/chunk-entry.ts";
import { HeadChunkWriter } from "../../src/head-chunks/head-chunk-writer.ts";
import { type HeadChunkSummary, scanHeadChunks } from "../../src/head-chunks/scan-head-chunks.ts";

export const FOLDER = "/data/chunks_head";

export function newDisk(): FaultyFiles {
  const files = createFaultyFiles();
  files.makeFolder(FOLDER);
  files.syncFolder(FOLDER);
  return files;
}

/** Chunk number `i`: one to thirty samples, every fifth chunk out of order. */
export function chunkOf(i: number): HeadChunk {
  const sampleCount = 1 + ((7 * i) % 30);
  const encoding: FloatEncoding = i % 2 === 0 ? "xor" : "xor2";
  const appender = createFloatAppender(encoding);
  const columns = createSampleColumns(sampleCount);
  for (let row = 0; row < sampleCount; row++) {
    columns.timestampsMs[row] = 1_700_000_000_000 + i * 1000 + row * 15_000;
    columns.values[row] = Math.sin(i + row);
    appender.append(columns, row);
  }
  return {
    seriesRef: i + 1,
    minTimeMs: columns.timestampsMs[0],
    maxTimeMs: columns.timestampsMs[sampleCount - 1],
    encoding,
    isOutOfOrder: i % 5 === 4,
    bytes: appender.bytes().slice(),
  };
}

/** A chunk that a scan told of. */
export interface FoundChunk extends HeadChunk {
  readonly ref: number;
}

export interface ScanResult extends HeadChunkSummary {
  readonly found: FoundChunk[];
}

/** Scans a folder and copies what it holds. */
export async function scan(files: Files, logger: Logger = noLogger): Promise<ScanResult> {
  const found: FoundChunk[] = [];
  const onChunk = (ref: number, chunk: HeadChunk): void => {
    found.push({ ...chunk, bytes: chunk.bytes.slice(), ref });
  };
  const summary = await scanHeadChunks({ files, logger, folder: FOLDER, onChunk });
  return { ...summary, found };
}

/** Writes chunks 0 to `count - 1`, some a file, and returns them with their references. */
export async function writeChunks(files: Files, count: number, mostFileBytes: number): Promise<FoundChunk[]> {
  const writer = new HeadChunkWriter({ files, folder: FOLDER, lastFile: 0, mostFileBytes });
  const written = Array.from({ length: count }, (_, i) => ({ ...chunkOf(i), ref: writer.write(chunkOf(i)) }));
  await writer.close();
  return written;
}
