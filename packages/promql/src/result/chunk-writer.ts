import { MAX_POINT_BYTES, writePoint, writeQuoted, writeSeconds } from "./point-writer.ts";

/** Bytes are handed on in pieces of this size. */
export const CHUNK_BYTES: number = 64 * 1024;

/** The room that a first piece begins with: most results are small, and room is memory to be had and let go. */
const FIRST_BYTES = 2048;

/** Puts bytes together to pieces of `CHUNK_BYTES`, the last one shorter. */
export interface ChunkWriter {
  /** Writes the first `length` of `bytes`, which are copied. */
  readonly bytes: (bytes: Uint8Array, length: number) => void;
  /** Writes text that is ASCII and short. */
  readonly ascii: (text: string) => void;
  /** Writes any text as UTF-8. */
  readonly utf8: (text: string) => void;
  /** Writes `[seconds,"value"]`. */
  readonly point: (timeMs: number, value: number) => void;
  /** Writes a number as a JSON string. */
  readonly quoted: (value: number) => void;
  /** Writes milliseconds as seconds. */
  readonly seconds: (timeMs: number) => void;
  /** Hands on what has been written since the last piece. */
  readonly flush: () => void;
}

/** A writer that calls `onChunk` with each piece, in order. A piece and its buffer belong to the callee. */
export function createChunkWriter(onChunk: (bytes: Uint8Array) => void): ChunkWriter {
  let chunk = uninitialized(FIRST_BYTES);
  let used = 0;

  function flush(): void {
    if (used === 0) return;
    onChunk(chunk.subarray(0, used));
    chunk = NO_BYTES;
    used = 0;
  }

  function makeRoom(length: number): void {
    if (used + length > CHUNK_BYTES) flush();
    if (used + length > chunk.length) grow(used + length);
  }

  function grow(length: number): void {
    // Behind a first piece there is much to come.
    const grown = uninitialized(chunk === NO_BYTES ? CHUNK_BYTES : Math.min(CHUNK_BYTES, Math.max(2 * chunk.length, length)));
    grown.set(chunk.subarray(0, used));
    chunk = grown;
  }

  function bytes(from: Uint8Array, length: number): void {
    let start = 0;
    while (start < length) {
      if (used === CHUNK_BYTES) flush();
      const count = Math.min(length - start, CHUNK_BYTES - used);
      makeRoom(count);
      chunk.set(from.subarray(start, start + count), used);
      used += count;
      start += count;
    }
  }

  return {
    bytes,
    ascii: (text) => {
      makeRoom(text.length);
      for (let i = 0; i < text.length; i++) chunk[used++] = text.charCodeAt(i);
    },
    utf8: (text) => {
      const encoded = Buffer.from(text, "utf8");
      bytes(encoded, encoded.length);
    },
    point: (timeMs, value) => {
      makeRoom(MAX_POINT_BYTES);
      used = writePoint(timeMs, value, chunk, used);
    },
    quoted: (value) => {
      makeRoom(MAX_POINT_BYTES);
      used = writeQuoted(value, chunk, used);
    },
    seconds: (timeMs) => {
      makeRoom(MAX_POINT_BYTES);
      used = writeSeconds(timeMs, chunk, used);
    },
    flush,
  };
}

const NO_BYTES = new Uint8Array(0);

/** Bytes in a buffer of their own, which nobody reads before they are written. */
function uninitialized(length: number): Uint8Array {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}
