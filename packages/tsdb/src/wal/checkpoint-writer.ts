import type { Files, OpenFile } from "@ferula/files";
import type { RecordCodec } from "./compression.ts";
import { segmentName } from "./format.ts";
import { FragmentWriter } from "./fragment-writer.ts";

/** Records are written once there are this many bytes of them. */
const WRITE_BYTES = 1 << 20;

/** Writes the segments of a checkpoint, in a folder of its own that nobody reads before it is complete. */
export class CheckpointWriter {
  private readonly files: Files;
  private readonly folder: string;
  private readonly segmentBytes: number;
  private readonly fragments: FragmentWriter;
  private file: OpenFile;
  private segment = 0;
  private offset = 0;

  /** The folder exists and is empty. */
  constructor(files: Files, folder: string, segmentBytes: number, codec: RecordCodec | undefined) {
    this.files = files;
    this.folder = folder;
    this.segmentBytes = segmentBytes;
    this.fragments = new FragmentWriter(codec);
    this.file = files.open(`${folder}/${segmentName(0)}`, "exclusive");
    this.fragments.begin(0);
  }

  /** Adds a record; its bytes are copied. A segment grows past its size by what is written at once. */
  async add(record: Uint8Array): Promise<void> {
    this.fragments.add(record);
    if (this.fragments.view().length < WRITE_BYTES && this.offset + this.fragments.view().length < this.segmentBytes) return;
    this.write();
    if (this.offset >= this.segmentBytes) await this.nextSegment();
  }

  /** Brings all of it to the disk. */
  async finish(): Promise<void> {
    await this.endSegment();
    this.files.syncFolder(this.folder);
  }

  close(): void {
    this.file.close();
  }

  private write(): void {
    const bytes = this.fragments.view();
    this.file.write(bytes, this.offset);
    this.offset += bytes.length;
    this.fragments.begin(this.offset);
  }

  private async endSegment(): Promise<void> {
    this.fragments.padPage();
    this.write();
    await this.file.syncAsync();
  }

  private async nextSegment(): Promise<void> {
    await this.endSegment();
    this.file.close();
    this.segment++;
    this.file = this.files.open(`${this.folder}/${segmentName(this.segment)}`, "exclusive");
    this.offset = 0;
    this.fragments.begin(0);
  }
}
