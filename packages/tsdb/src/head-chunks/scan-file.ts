import { ByteReader } from "@ferula/bytes";
import { chunkSampleCount } from "@ferula/chunks";
import type { OpenFile } from "@ferula/files";
import { type HeadChunk, decodeHeadChunk, headChunkLength } from "./chunk-entry.ts";
import { CHUNK_HEADER_BYTES, FILE_HEADER_BYTES, HEAD_CHUNKS_MAGIC, HEAD_CHUNKS_VERSION, MOST_LENGTH_BYTES } from "./format.ts";

/** Where a file can't be read on. */
export interface HeadChunkDamage {
  readonly offset: number;
  readonly reason: string;
}

/** A file is read in pieces of this size. */
const READ_BYTES = 1 << 18;

/** Reads the chunks of a file from its beginning, one `next` after another, up to the first that is damaged. */
export class HeadChunkScanner {
  private readonly file: OpenFile;
  private readonly sizeBytes: number;
  private buffer: Uint8Array = new Uint8Array(READ_BYTES);
  private bufferOffset = 0;
  private bufferLength = 0;
  private offset = 0;
  private foundChunk: HeadChunk | undefined;
  private foundOffset = 0;
  private foundSampleCount = 0;
  private foundDamage: HeadChunkDamage | undefined;
  private isAtEnd = false;

  constructor(file: OpenFile) {
    this.file = file;
    this.sizeBytes = file.size();
    try {
      this.readFileHeader();
    } catch (error) {
      this.foundDamage = damageAt(0, error);
    }
  }

  /** The chunk that `next` found; its bytes are good until the next `next`. */
  get chunk(): HeadChunk {
    if (this.foundChunk === undefined) throw new Error("BUG: no chunk was found");
    return this.foundChunk;
  }

  /** How many samples its header tells of. */
  get sampleCount(): number {
    return this.foundSampleCount;
  }

  /** Where that chunk begins. */
  get chunkOffset(): number {
    return this.foundOffset;
  }

  /** What ended the reading, when that was not the end of the chunks. */
  get damage(): HeadChunkDamage | undefined {
    return this.foundDamage;
  }

  /** Where the chunks that could be read end. */
  get goodEnd(): number {
    return this.offset;
  }

  /** Finds the next chunk; false at the end, and at the first damage. */
  next(): boolean {
    if (this.isAtEnd || this.foundDamage !== undefined) return false;
    try {
      this.isAtEnd = this.offset === this.sizeBytes || this.isUnusedRoom();
      if (this.isAtEnd) return false;
      this.readChunk();
      return true;
    } catch (error) {
      this.foundDamage = damageAt(this.offset, error);
      return false;
    }
  }

  private readChunk(): void {
    const headerBytes = Math.min(CHUNK_HEADER_BYTES + MOST_LENGTH_BYTES, this.left());
    const header = this.view(headerBytes);
    const length = headChunkLength(this.buffer.subarray(0, header + headerBytes), header);
    if (length > this.left()) throw new RangeError(`${length} bytes are expected, but ${this.left()} are left`);
    const start = this.view(length);
    const chunk = decodeHeadChunk(this.buffer, start, start + length);
    this.foundSampleCount = chunkSampleCount(chunk.encoding, chunk.bytes);
    this.foundChunk = chunk;
    this.foundOffset = this.offset;
    this.offset += length;
  }

  private readFileHeader(): void {
    if (this.sizeBytes < FILE_HEADER_BYTES) {
      this.foundDamage = { offset: 0, reason: `the file has ${this.sizeBytes} bytes, too few for its header` };
      return;
    }
    const reader = new ByteReader(this.buffer, this.view(FILE_HEADER_BYTES), FILE_HEADER_BYTES);
    const magic = reader.u32be();
    const version = reader.u8();
    if (magic !== HEAD_CHUNKS_MAGIC) this.foundDamage = { offset: 0, reason: `a head chunk file doesn't begin with ${magic.toString(16)}` };
    else if (version !== HEAD_CHUNKS_VERSION)
      this.foundDamage = { offset: 4, reason: `version ${version} of head chunk files is not known` };
    else this.offset = FILE_HEADER_BYTES;
  }

  private left(): number {
    return this.sizeBytes - this.offset;
  }

  /** Whether all that is left is zeros. No series has the reference 0, so chunks answer by their first bytes. */
  private isUnusedRoom(): boolean {
    const piece = Math.min(CHUNK_HEADER_BYTES, this.left());
    if (!isZero(this.buffer, this.view(piece), piece)) return false;
    const rest = new Uint8Array(Math.min(READ_BYTES, this.left()));
    for (let at = this.offset; at < this.sizeBytes; at += rest.length) {
      const count = this.file.read(rest, at);
      if (count === 0 || !isZero(rest, 0, count)) return false;
    }
    return true;
  }

  /** Brings `length` bytes from `offset` on into the buffer and returns where they stand there. */
  private view(length: number): number {
    const start = this.offset - this.bufferOffset;
    if (start >= 0 && start + length <= this.bufferLength) return start;
    if (length > this.buffer.length) this.buffer = new Uint8Array(length);
    this.bufferLength = this.file.read(this.buffer, this.offset);
    this.bufferOffset = this.offset;
    if (this.bufferLength < length) throw new RangeError(`${length} bytes are expected, but the file was cut short`);
    return 0;
  }
}

/** Bytes that mean nothing, and bytes that the disk does not give, are damage; anything else that is thrown is not the file's fault. */
export function damageAt(offset: number, error: unknown): HeadChunkDamage {
  const { name, code, message } = error as { readonly name?: unknown; readonly code?: unknown; readonly message: string };
  if (name !== "RangeError" && typeof code !== "string") throw error;
  return { offset, reason: message };
}

function isZero(bytes: Uint8Array, start: number, length: number): boolean {
  for (let i = start; i < start + length; i++) if (bytes[i] !== 0) return false;
  return true;
}
