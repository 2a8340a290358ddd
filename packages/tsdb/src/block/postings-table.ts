import { Buffer } from "node:buffer";
import { ByteReader, compareUtf8 } from "@ferula/bytes";
import type { Steps } from "../steps.ts";
import { namingPlace, namingPlaceOfSteps } from "./damage.ts";
import { ENTRIES_A_STEP, INDEX_V1, SAMPLING_DISTANCE } from "./format.ts";
import type { PagedFile } from "./paged-file.ts";
import { scanSection, type Scanner } from "./scanner.ts";
import { compareBytes, SortedStrings } from "./sorted-strings.ts";
import { scanText, textOf } from "./symbols.ts";

/** Takes a value of a label and where the postings of the pair stand. False ends the walk. */
export type VisitValue = (value: string, postingsOffset: number) => boolean;

/** Where the postings of each pair of name and value stand. The pair of two empty strings has the postings of all series. */
export interface PostingsTable {
  /** Ascending by their UTF-8 bytes, the empty one among them. */
  readonly names: readonly string[];
  /** Where the postings of a pair stand, or -1 when no series carries it. */
  readonly find: (name: string, value: string) => number;
  /** Visits the values of a name that are not before `from`, ascending by their UTF-8 bytes. */
  readonly forEach: (name: string, from: string, visit: VisitValue) => void;
}

/** Checks the postings table at `offset` and notes what look-ups need: of version 1 everything, else every 32nd value of a name. */
export function openPostingsTable(file: PagedFile, version: number, offset: number): Steps<PostingsTable> {
  return version === INDEX_V1 ? readUnsorted(file, offset) : openSorted(file, offset);
}

/** The values of one name in the table. */
interface NameRange {
  /** Its sampled values have the numbers `[first, end)`. */
  readonly first: number;
  end: number;
  /** Where its last entry ends. */
  endOffset: number;
}

function* openSorted(file: PagedFile, offset: number): Steps<PostingsTable> {
  const sampledValues = new SortedStrings();
  const sampledOffsets: number[] = [];
  const ranges = new Map<string, NameRange>();
  let range: NameRange | undefined;
  let previousName: Uint8Array = new Uint8Array(0);
  let inName = 0;
  yield* scanTable(file, offset, (scanner) => {
    const start = scanner.position;
    const nameBytes = scanEntryName(scanner);
    if (range === undefined || compareBytes(nameBytes, 0, nameBytes.length, previousName, 0, previousName.length) !== 0) {
      previousName = nameBytes.slice();
      const name = textOf(previousName);
      if (ranges.has(name)) throw new RangeError(`the label ${JSON.stringify(name)} stands in two places`);
      range = { first: sampledOffsets.length, end: 0, endOffset: 0 };
      ranges.set(name, range);
      inName = 0;
    }
    const value = scanner.bytes(scanner.uvarint());
    if (inName++ % SAMPLING_DISTANCE === 0) {
      sampledValues.push(value);
      sampledOffsets.push(start);
    }
    scanner.uvarint();
    range.end = sampledOffsets.length;
    range.endOffset = scanner.position;
  });
  const offsets = Float64Array.from(sampledOffsets);
  const names = [...ranges.keys()];

  /** The entries from the sampled one with this number up to the next. */
  function stretch({ end, endOffset }: NameRange, sample: number): ByteReader {
    const from = offsets[sample];
    return new ByteReader(file.bytes(from, (sample + 1 < end ? offsets[sample + 1] : endOffset) - from));
  }

  /** Visits the entries of one stretch until it is told to stop. What visits must not read the file: the bytes would be others. */
  function walk(nameRange: NameRange, sample: number, visit: (value: Uint8Array, postingsOffset: number) => boolean): boolean {
    return namingPlace(file.path, offsets[sample], "the postings table", () => {
      const reader = stretch(nameRange, sample);
      while (reader.remaining > 0) {
        skipEntryName(reader);
        const value = reader.bytes(reader.uvarint());
        if (!visit(value, reader.uvarint())) return false;
      }
      return true;
    });
  }

  return {
    names,
    find(name, value) {
      const nameRange = ranges.get(name);
      if (nameRange === undefined) return -1;
      const wanted = Buffer.from(value);
      const sample = sampledValues.floor(wanted, nameRange.first, nameRange.end);
      let found = -1;
      if (sample < nameRange.first) return found;
      walk(nameRange, sample, (bytes, postingsOffset) => {
        const order = compareBytes(bytes, 0, bytes.length, wanted, 0, wanted.length);
        if (order === 0) found = postingsOffset;
        return order < 0;
      });
      return found;
    },
    forEach(name, from, visit) {
      const nameRange = ranges.get(name);
      if (nameRange === undefined) return;
      const least = Buffer.from(from);
      const first = sampledValues.floor(least, nameRange.first, nameRange.end);
      for (let sample = Math.max(first, nameRange.first); sample < nameRange.end; sample++) {
        const entries: [string, number][] = [];
        walk(nameRange, sample, (bytes, postingsOffset) => {
          if (compareBytes(bytes, 0, bytes.length, least, 0, least.length) >= 0) entries.push([textOf(bytes), postingsOffset]);
          return true;
        });
        for (const [value, postingsOffset] of entries) if (!visit(value, postingsOffset)) return;
      }
    },
  };
}

/** Tables of version 1 are in no order; blocks that old are few and small. */
function* readUnsorted(file: PagedFile, offset: number): Steps<PostingsTable> {
  const pairs = new Map<string, Map<string, number>>();
  yield* scanTable(file, offset, (scanner) => {
    const name = textOf(scanEntryName(scanner));
    const value = scanText(scanner);
    const values = pairs.get(name) ?? new Map<string, number>();
    values.set(value, scanner.uvarint());
    pairs.set(name, values);
  });
  return {
    names: [...pairs.keys()].sort(compareUtf8),
    find: (name, value) => pairs.get(name)?.get(value) ?? -1,
    forEach(name, from, visit) {
      const sorted = [...(pairs.get(name) ?? [])].sort(([a], [b]) => compareUtf8(a, b));
      for (const [value, postingsOffset] of sorted) {
        if (compareUtf8(value, from) >= 0 && !visit(value, postingsOffset)) return;
      }
    },
  };
}

function scanTable(file: PagedFile, offset: number, readEntry: (scanner: Scanner) => void): Steps<void> {
  const scan = scanSection(file.fill, file.sizeBytes, offset, function* (scanner): Steps<void> {
    for (let left = scanner.u32be(); left > 0; left--) {
      readEntry(scanner);
      if (left % ENTRIES_A_STEP === 0) yield;
    }
  });
  return namingPlaceOfSteps(file.path, offset, "the postings table", scan);
}

/** Each entry begins with how many strings its key has. */
function scanEntryName(scanner: Scanner): Uint8Array {
  const keyCount = scanner.uvarint();
  if (keyCount !== 2) throw new RangeError(`a key of ${keyCount} strings, not 2`);
  return scanner.bytes(scanner.uvarint());
}

function skipEntryName(reader: ByteReader): void {
  reader.uvarint();
  reader.bytes(reader.uvarint());
}
