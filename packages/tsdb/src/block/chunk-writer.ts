import { ByteWriter, crc32c } from "@ferula/bytes";
import { CHUNK_ENCODING_BYTES, type ChunkEncoding } from "@ferula/chunks";
import type { Files } from "@ferula/files";
import {
  CHUNKS_MAGIC,
  CHUNKS_VERSION,
  chunkSegmentName,
  CRC_BYTES,
  MOST_LENGTH_BYTES,
  OFFSETS_A_SEGMENT,
  SEGMENT_HEADER_BYTES,
} from "./format.ts";
import { OutputFile } from "./output-file.ts";

/** Writes the chunk segments of a block, see tsdb/docs/format/chunks.md. */
export class ChunkWriter {
  private readonly files: Files;
  private readonly folder: string;
  private readonly segmentBytes: number;
  private readonly scratch: ByteWriter = new ByteWriter();
  private segment: OutputFile | undefined;
  private segmentCount = 0;
  /** As the segment would be if every chunk's length took the most it can: upstream cuts by this, so ours cuts at the same chunks. */
  private estimatedBytes = 0;

  /** `folder` exists and is empty. */
  constructor(files: Files, folder: string, segmentBytes: number) {
    this.files = files;
    this.folder = folder;
    this.segmentBytes = segmentBytes;
  }

  /** To be called before a series' first chunk: from here the segment's size is estimated anew. */
  startSeries(): void {
    this.estimatedBytes = this.segment?.position ?? 0;
  }

  /** Writes a chunk and returns its reference, see `SeriesEntry.chunkRefs`. Begins a new segment when the chunk does not fit. */
  write(encoding: ChunkEncoding, bytes: Uint8Array): number {
    const mostBytes = MOST_LENGTH_BYTES + 1 + bytes.length + CRC_BYTES;
    const isFull = this.estimatedBytes > SEGMENT_HEADER_BYTES && this.estimatedBytes + mostBytes > this.segmentBytes;
    const segment = this.segment === undefined || isFull ? this.cut() : this.segment;
    this.estimatedBytes += mostBytes;
    const ref = (this.segmentCount - 1) * OFFSETS_A_SEGMENT + segment.position;
    const { scratch } = this;
    scratch.reset();
    scratch.uvarint(bytes.length);
    const encodingAt = scratch.length;
    scratch.u8(CHUNK_ENCODING_BYTES[encoding]);
    const encodingSum = crc32c(scratch.view(), encodingAt);
    segment.write(scratch.view());
    segment.write(bytes);
    scratch.reset();
    scratch.u32be(crc32c(bytes, 0, bytes.length, encodingSum));
    segment.write(scratch.view());
    return ref;
  }

  /** What was written survives a power cut then. */
  finish(): void {
    this.segment?.finish();
    this.close();
    this.files.syncFolder(this.folder);
  }

  /** Lets go of the open segment. */
  close(): void {
    this.segment?.close();
    this.segment = undefined;
  }

  private cut(): OutputFile {
    this.segment?.finish();
    this.close();
    const segment = new OutputFile(this.files, `${this.folder}/${chunkSegmentName(this.segmentCount++)}`);
    this.segment = segment;
    this.scratch.reset();
    this.scratch.u32be(CHUNKS_MAGIC);
    this.scratch.u32be(CHUNKS_VERSION * 2 ** 24);
    segment.write(this.scratch.view());
    this.estimatedBytes = SEGMENT_HEADER_BYTES;
    return segment;
  }
}
