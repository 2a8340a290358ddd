import type { Files, OpenFile } from "@ferula/files";

/** What is written at once. */
const BUFFER_BYTES = 1 << 20;

/** A new file that is written from its beginning to its end, in large pieces. */
export class OutputFile {
  private readonly file: OpenFile;
  private readonly buffer: Uint8Array = new Uint8Array(BUFFER_BYTES);
  private bufferLength = 0;
  private flushedBytes = 0;

  constructor(files: Files, path: string) {
    this.file = files.open(path, "exclusive");
  }

  /** Where the next byte goes. */
  get position(): number {
    return this.flushedBytes + this.bufferLength;
  }

  write(bytes: Uint8Array): void {
    if (this.bufferLength + bytes.length > BUFFER_BYTES) this.flush();
    if (bytes.length > BUFFER_BYTES) {
      this.file.write(bytes, this.flushedBytes);
      this.flushedBytes += bytes.length;
    } else {
      this.buffer.set(bytes, this.bufferLength);
      this.bufferLength += bytes.length;
    }
  }

  /** Writes zeros up to the next multiple of `alignment`. */
  align(alignment: number): void {
    const over = this.position % alignment;
    if (over > 0) this.write(new Uint8Array(alignment - over));
  }

  /** Overwrites bytes that were written: for a length that is known afterwards. */
  overwrite(bytes: Uint8Array, position: number): void {
    this.flush();
    this.file.write(bytes, position);
  }

  /** Reads back what was written. Fills `target` from `position` and returns how many bytes there were. */
  fill(target: Uint8Array, position: number): number {
    this.flush();
    return this.file.read(target, position);
  }

  /** Writes what is left; content and size survive a power cut then. */
  finish(): void {
    this.flush();
    this.file.sync();
  }

  close(): void {
    this.file.close();
  }

  private flush(): void {
    if (this.bufferLength === 0) return;
    this.file.write(this.buffer.subarray(0, this.bufferLength), this.flushedBytes);
    this.flushedBytes += this.bufferLength;
    this.bufferLength = 0;
  }
}
