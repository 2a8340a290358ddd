import type { Files, OpenFile } from "@ferula/files";
import type { Logger } from "@ferula/logging";
import { createTimeSlice } from "@ferula/lifecycle";
import type { HeadChunk } from "./chunk-entry.ts";
import { headChunkFileName, headChunkFileNumber, headChunkRef } from "./format.ts";
import { damageAt, type HeadChunkDamage, HeadChunkScanner } from "./scan-file.ts";

/** The event loop is given a turn after this long. */
const SLICE_MS = 10;

/** What a start needs to read the files. */
export interface HeadChunkScan {
  readonly files: Files;
  readonly logger: Logger;
  /** The folder `chunks_head`; it exists. */
  readonly folder: string;
  /**
   * Told of each chunk in the order in which they were written; `ref` stays good, the chunk's bytes do until it returns. `sampleCount` is
   * what the chunk's header tells.
   */
  readonly onChunk: (ref: number, chunk: HeadChunk, sampleCount: number) => void;
}

/** What the files held. */
export interface HeadChunkSummary {
  readonly chunks: number;
  /** The highest number of a file there is, or 0. */
  readonly lastFile: number;
  /** Places that could not be read: one at most, as nothing behind the first is. */
  readonly corruptions: number;
}

/** The numbers of all head chunk files in a folder, ascending. */
export function listHeadChunkFiles(files: Files, folder: string): number[] {
  return files
    .readFolder(folder)
    .flatMap((name) => headChunkFileNumber(name) ?? [])
    .sort((a, b) => a - b);
}

/**
 * Reads all chunks and repairs what is damaged. All samples of these files are in the log too, and the log is replayed from where a
 * series' chunks end, so no chunk may be missing before one that is kept: the first damage ends the file it is in, and the files behind it
 * are removed, like those behind a gap. A repair that the disk does not take is logged, and tried again by the next start. Throws the file
 * system's errors when the folder can't be listed or the last file can't be synced.
 */
export async function scanHeadChunks(scan: HeadChunkScan): Promise<HeadChunkSummary> {
  const { files, logger, folder } = scan;
  const slice = createTimeSlice(SLICE_MS);
  const numbers = listHeadChunkFiles(files, folder);
  let chunks = 0;
  for (const [i, number] of numbers.entries()) {
    const path = `${folder}/${headChunkFileName(number)}`;
    const hasGap = i > 0 && number !== numbers[i - 1] + 1;
    const result = hasGap ? behindGap : await scanFile(scan, number, path, slice);
    chunks += result.chunks;
    if (result.damage === undefined) continue;
    logger.warn("a head chunk file is damaged; what follows is removed, the log has its samples", { path, ...result.damage });
    const lastFile = repair(scan, numbers.slice(0, i), numbers.slice(i), result);
    return { chunks, lastFile, corruptions: 1 };
  }
  const lastFile = numbers.at(-1) ?? 0;
  // The next file begins behind it, see `HeadChunkWriter`: it must not outlive this one's end.
  if (lastFile > 0) syncFile(files, `${folder}/${headChunkFileName(lastFile)}`);
  return { chunks, lastFile, corruptions: 0 };
}

const behindGap: FileResult = { chunks: 0, goodEnd: 0, damage: { offset: 0, reason: "the file before it is missing" } };

/** Cuts the first of `damaged` where its chunks end, removes the others, and returns the highest number that is left. */
function repair(
  { files, logger, folder }: HeadChunkScan,
  sound: readonly number[],
  damaged: readonly number[],
  { chunks, goodEnd }: FileResult,
): number {
  const pathOf = (number: number): string => `${folder}/${headChunkFileName(number)}`;
  const [first, ...behind] = damaged;
  try {
    // Those behind go first, the last of them before the others: until all are gone the damage must stay to be seen.
    for (const number of behind.toReversed()) files.unlink(pathOf(number));
    files.syncFolder(folder);
    if (chunks > 0) {
      cutFile(files, pathOf(first), goodEnd);
      return first;
    }
    files.unlink(pathOf(first));
    files.syncFolder(folder);
    return sound.at(-1) ?? 0;
  } catch (error) {
    logger.error("cannot repair head chunk files; they stay as they are", { folder, err: error });
    return damaged[damaged.length - 1];
  }
}

interface FileResult {
  readonly chunks: number;
  readonly goodEnd: number;
  readonly damage: HeadChunkDamage | undefined;
}

async function scanFile(
  { files, onChunk }: HeadChunkScan,
  number: number,
  path: string,
  slice: ReturnType<typeof createTimeSlice>,
): Promise<FileResult> {
  let file: OpenFile;
  try {
    file = files.open(path, "read");
  } catch (error) {
    return { chunks: 0, goodEnd: 0, damage: damageAt(0, error) };
  }
  try {
    const scanner = new HeadChunkScanner(file);
    let chunks = 0;
    while (scanner.next()) {
      onChunk(headChunkRef(number, scanner.chunkOffset), scanner.chunk, scanner.sampleCount);
      chunks++;
      if (chunks % 256 === 0 && slice.isSpent()) await slice.yield();
    }
    return { chunks, goodEnd: scanner.goodEnd, damage: scanner.damage };
  } finally {
    file.close();
  }
}

function cutFile(files: Files, path: string, sizeBytes: number): void {
  const file = files.open(path, "update");
  try {
    file.truncate(sizeBytes);
    file.sync();
  } finally {
    file.close();
  }
}

function syncFile(files: Files, path: string): void {
  const file = files.open(path, "update");
  try {
    file.sync();
  } finally {
    file.close();
  }
}
