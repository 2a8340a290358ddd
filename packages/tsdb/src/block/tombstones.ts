import { ByteReader, ByteWriter, crc32c } from "@ferula/bytes";
import type { Files } from "@ferula/files";
import { damaged, namingPlace } from "./damage.ts";
import { CRC_BYTES, TOMBSTONES_FILE, TOMBSTONES_MAGIC, TOMBSTONES_VERSION } from "./format.ts";
import { addInterval, type Interval } from "./intervals.ts";

/** What was deleted of each series, by its reference in the block: intervals that ascend and don't touch. */
export type Tombstones = ReadonlyMap<number, readonly Interval[]>;

const MAGIC_BYTES = 4;

/** Magic and version. */
const HEADER_BYTES = 5;

/** The least and the greatest 64-bit number as signed varints: how infinite ends are written. */
const LEAST_VARINT = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01);
const GREATEST_VARINT = Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01);

/** How many intervals there are. */
export function countTombstones(tombstones: Tombstones): number {
  let count = 0;
  for (const intervals of tombstones.values()) count += intervals.length;
  return count;
}

/**
 * The tombstone file of a block (tsdb/docs/format/tombstones.md): magic, version, then reference, first and last time of each interval,
 * and the checksum of these.
 */
export function encodeTombstones(tombstones: Tombstones): Uint8Array {
  const writer = new ByteWriter();
  writer.u32be(TOMBSTONES_MAGIC);
  writeTombstoneEntries(writer, tombstones);
  // The version is not part of what is summed.
  writer.u32be(crc32c(writer.view(), HEADER_BYTES));
  return writer.view().slice();
}

/** Writes the version and the intervals, as they stand in the file and in a snapshot of the head. */
export function writeTombstoneEntries(writer: ByteWriter, tombstones: Tombstones): void {
  writer.u8(TOMBSTONES_VERSION);
  for (const ref of [...tombstones.keys()].sort((a, b) => a - b)) {
    for (const { minTimeMs, maxTimeMs } of tombstones.get(ref) ?? []) {
      writer.uvarint(ref);
      writeTime(writer, minTimeMs);
      writeTime(writer, maxTimeMs);
    }
  }
}

/** The contrary of `encodeTombstones`; `path` is for messages. Throws PromError("internal") for a file that is damaged. */
export function decodeTombstones(bytes: Uint8Array, path: string): Map<number, Interval[]> {
  if (bytes.length < HEADER_BYTES + CRC_BYTES) throw damaged(path, 0, `${bytes.length} bytes are too few for tombstones`);
  const end = bytes.length - CRC_BYTES;
  const reader = new ByteReader(bytes);
  const magic = reader.u32be();
  if (magic !== TOMBSTONES_MAGIC) throw damaged(path, 0, `tombstones don't begin with ${magic.toString(16)}`);
  const written = new ByteReader(bytes, end).u32be();
  const actual = crc32c(bytes, HEADER_BYTES, end);
  if (written !== actual) throw damaged(path, end, `the checksum is ${actual.toString(16)}, not ${written.toString(16)}`);
  return readTombstoneEntries(new ByteReader(bytes, MAGIC_BYTES, end), path);
}

/**
 * The contrary of `writeTombstoneEntries`; reads to the reader's end. Throws PromError("internal"), with `path` and the place, for what is
 * malformed.
 */
export function readTombstoneEntries(entries: ByteReader, path: string): Map<number, Interval[]> {
  const versionAt = entries.position;
  const version = namingPlace(path, versionAt, "the version of tombstones", () => entries.u8());
  if (version !== TOMBSTONES_VERSION) {
    throw damaged(path, versionAt, `the version of tombstones is ${version}, not ${TOMBSTONES_VERSION}`);
  }
  const tombstones = new Map<number, Interval[]>();
  while (entries.remaining > 0) {
    const at = entries.position;
    namingPlace(path, at, "a tombstone", () => {
      const ref = entries.uvarint();
      const intervals = tombstones.get(ref) ?? [];
      addInterval(intervals, { minTimeMs: readTime(entries), maxTimeMs: readTime(entries) });
      tombstones.set(ref, intervals);
    });
  }
  return tombstones;
}

/** The tombstones of the block in `dir`; without a file there are none. */
export function readTombstones(files: Files, dir: string): { readonly tombstones: Map<number, Interval[]>; readonly sizeBytes: number } {
  const path = `${dir}/${TOMBSTONES_FILE}`;
  if (files.stat(path) === undefined) return { tombstones: new Map(), sizeBytes: 0 };
  const bytes = files.readFile(path);
  return { tombstones: decodeTombstones(bytes, path), sizeBytes: bytes.length };
}

/** Replaces the tombstones of the block in `dir` and returns the size of the file. */
export function writeTombstones(files: Files, dir: string, tombstones: Tombstones): number {
  const bytes = encodeTombstones(tombstones);
  files.writeFileAtomic(`${dir}/${TOMBSTONES_FILE}`, bytes);
  return bytes.length;
}

function writeTime(writer: ByteWriter, timeMs: number): void {
  if (timeMs === -Infinity) writer.bytes(LEAST_VARINT);
  else if (timeMs === Infinity) writer.bytes(GREATEST_VARINT);
  else writer.varint(timeMs);
}

/** A time past what a double counts exactly is no sample's: it stands for any time. */
function readTime(reader: ByteReader): number {
  try {
    return reader.varint();
  } catch (error) {
    // The reader stands where it stood; what remains is told apart from bytes that end early by their continuation bits.
    const first = reader.u8();
    let byte = first;
    for (let length = 1; byte > 127; length++) {
      if (length === 10) throw error;
      byte = reader.u8();
    }
    return (first & 1) === 0 ? Infinity : -Infinity;
  }
}
