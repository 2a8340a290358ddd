import { ByteWriter, crc32c } from "@ferula/bytes";
import type { Labels } from "@ferula/model";
import { writeLabels } from "../write/encode-v1.ts";
import { writeInner, writeInt64, writeTag } from "../write/write-fields.ts";

const LENGTH_DELIMITED = 2;

/**
 * Writes series as frames of a streamed remote read: the size of a `ChunkedReadResponse` as an unsigned varint, its CRC-32C in four bytes,
 * big endian, and the message with chunks of one series (storage/remote/chunked.go, and codec.go `StreamChunkedReadResponses`). The chunks
 * of a series are spread over as many frames as they need.
 */
export class ChunkFrameWriter {
  private readonly out: ByteWriter;
  private readonly maxBytes: number;
  private readonly queryIndex: number;
  private readonly labels = new ByteWriter(1024);
  private readonly chunks = new ByteWriter(4096);
  private readonly chunk = new ByteWriter(1024);
  private readonly series = new ByteWriter(4096);
  private readonly message = new ByteWriter(4096);
  /** What the labels of the series leave of a frame, and what its chunks have left of that. */
  private mostBytes = 0;
  private bytesLeft = 0;

  /** Writes to `out` the answer to the query of this index. A frame ends with the chunk by which it reaches `maxBytes`. */
  constructor(out: ByteWriter, maxBytes: number, queryIndex: number) {
    this.out = out;
    this.maxBytes = maxBytes;
    this.queryIndex = queryIndex;
  }

  /** Begins a series. */
  begin(labels: Labels): void {
    this.labels.reset();
    this.chunks.reset();
    writeLabels(this.labels, labels);
    this.mostBytes = this.maxBytes - this.labels.length;
    this.bytesLeft = this.mostBytes;
  }

  /** Adds a chunk to the series, by the number of its encoding and with its header; the bytes are copied. */
  add(minTimeMs: number, maxTimeMs: number, encoding: number, bytes: Uint8Array): void {
    const { chunk, chunks } = this;
    chunk.reset();
    writeInt64(chunk, 1, minTimeMs);
    writeInt64(chunk, 2, maxTimeMs);
    writeInt64(chunk, 3, encoding);
    writeTag(chunk, 4, LENGTH_DELIMITED);
    chunk.uvarint(bytes.length);
    chunk.bytes(bytes);
    writeInner(chunks, 2, chunk);
    this.bytesLeft -= chunk.length;
    if (this.bytesLeft <= 0) this.end();
  }

  /** Ends the frame, and with it the series where no chunk follows. One without a chunk is none. */
  end(): void {
    const { out, labels, chunks, series, message } = this;
    if (chunks.length === 0) return;
    series.reset();
    series.bytes(labels.view());
    series.bytes(chunks.view());
    message.reset();
    writeInner(message, 1, series);
    writeInt64(message, 2, this.queryIndex);
    const bytes = message.view();
    out.uvarint(bytes.length);
    out.u32be(crc32c(bytes));
    out.bytes(bytes);
    chunks.reset();
    this.bytesLeft = this.mostBytes;
  }
}
