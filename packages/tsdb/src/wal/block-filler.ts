import type { Files, OpenFile } from "@ferula/files";
import { type BlockMemory, BlockWriter } from "./read-ahead-block.ts";
import { SegmentReader, type WalDamage } from "./segment-reader.ts";

/** A segment to read. */
export interface ReadSource {
  readonly path: string;
  /** For messages. */
  readonly name: string;
  /** Records that begin before this are left out. */
  readonly startOffset: number;
}

/** A place in a row of sources: all records that begin before `offset` in `sources[source]` are done, and all sources before that. */
export interface ReadPlace {
  readonly source: number;
  readonly offset: number;
}

/** What is known of a segment at its end. */
export interface SegmentEnd {
  readonly damages: readonly WalDamage[];
  readonly goodEnd: number;
  readonly sizeBytes: number;
}

/** What a block holds; all of it is of one source. Plain data: it goes from thread to thread. */
export interface BlockContent {
  readonly source: number;
  readonly recordCount: number;
  readonly oversize: Uint8Array | undefined;
  /** How far the source was read. */
  readonly readOffset: number;
  /** Given with the source's last block. */
  readonly end: SegmentEnd | undefined;
}

/** Reads sources one after the other into blocks. */
export class BlockFiller {
  private readonly files: Files;
  private readonly sources: readonly ReadSource[];
  private source: number;
  private startOffset: number;
  private file: OpenFile | undefined;
  private reader: SegmentReader | undefined;
  /** Whether the reader's record is in no block yet. */
  private isRecordLeft = false;

  constructor(files: Files, sources: readonly ReadSource[], { source, offset }: ReadPlace) {
    this.files = files;
    this.sources = sources;
    this.source = source;
    this.startOffset = offset;
  }

  /** Fills a block; undefined when all is read. What is `oversize` is good until the next call. Throws what reading throws. */
  fill(memory: BlockMemory): BlockContent | undefined {
    const { source } = this;
    if (source === this.sources.length) return undefined;
    const reader = (this.reader ??= this.open());
    const writer = new BlockWriter(memory);
    let isAtEnd = false;
    // An oversize record is the reader's own memory still.
    do {
      if (!this.isRecordLeft && !this.findRecord(reader)) isAtEnd = true;
      else this.isRecordLeft = !writer.add(reader.record, reader.recordOffset);
    } while (!isAtEnd && !this.isRecordLeft && writer.oversize === undefined);
    const { recordCount, oversize } = writer;
    const readOffset = reader.offset;
    return { source, recordCount, oversize, readOffset, end: isAtEnd ? this.endSource(reader) : undefined };
  }

  /** Closes the file that is open. */
  close(): void {
    this.file?.close();
    this.file = undefined;
  }

  private open(): SegmentReader {
    const { path, name, startOffset } = this.sources[this.source];
    this.startOffset = Math.max(this.startOffset, startOffset);
    this.file = this.files.open(path, "read");
    return new SegmentReader(this.file, name);
  }

  private findRecord(reader: SegmentReader): boolean {
    while (reader.next()) if (reader.recordOffset >= this.startOffset) return true;
    return false;
  }

  private endSource({ damages, goodEnd }: SegmentReader): SegmentEnd {
    const sizeBytes = this.file?.size() ?? 0;
    this.close();
    this.reader = undefined;
    this.source++;
    this.startOffset = 0;
    return { damages, goodEnd, sizeBytes };
  }
}
