import type { ChunkEncoding } from "@ferula/chunks";
import type { StoredChunk } from "../block/chunk-reader.ts";
import type { BlockChunk } from "../block/write-block.ts";

/** A chunk of a series that is to be merged; its bytes are read when they are needed, and most are only copied. */
export interface SourceChunk {
  /** The times of its first and its last sample. */
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  /** A view that is good until another chunk is read. */
  readonly read: () => StoredChunk;
  /** Where it stands, for messages. */
  readonly place: () => ChunkPlace;
}

/** A file and an offset in it. */
export interface ChunkPlace {
  readonly path: string;
  readonly offset: number;
}

/** A chunk that was encoded anew out of the one that stands at `place`. */
export function sourceOfEncoded({ minTimeMs, maxTimeMs, encoding, bytes }: BlockChunk, place: () => ChunkPlace): SourceChunk {
  const chunk: { readonly encoding: ChunkEncoding; readonly bytes: Uint8Array } = { encoding, bytes };
  return { minTimeMs, maxTimeMs, read: () => chunk, place };
}
