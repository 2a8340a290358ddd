import { ByteReader } from "@ferula/bytes";
import type { Steps } from "../steps.ts";
import { damaged, namingPlace, namingPlaceOfSteps, placed } from "./damage.ts";
import { ENTRIES_A_STEP, INDEX_V1, SAMPLING_DISTANCE } from "./format.ts";
import type { PagedFile } from "./paged-file.ts";
import { scanSection, type Scanner } from "./scanner.ts";

// A byte order mark is part of the text; by default it would be dropped.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Strings that an index keeps at a time; when there are more, it starts anew. */
const CACHED_STRINGS = 16_384;

/** The strings of an index: names and values of labels. Each has a number; in the first version that is its offset in the file. */
export interface Symbols {
  readonly count: number;
  /** Throws PromError("internal") for a number that no symbol has. */
  readonly text: (symbol: number) => string;
  /** All of them, in order. */
  readonly all: () => IterableIterator<string>;
}

/** Checks the symbol table at `offset` and notes where every 32nd symbol stands; a look-up reads on from there. */
export function* openSymbols(file: PagedFile, version: number, offset: number): Steps<Symbols> {
  const { path } = file;
  const sampled: number[] = [];
  let count = 0;
  const scan = scanSection(file.fill, file.sizeBytes, offset, function* (scanner): Steps<number> {
    count = scanner.u32be();
    for (let i = 0; i < count; i++) {
      if (i % SAMPLING_DISTANCE === 0) sampled.push(scanner.position);
      if (i % ENTRIES_A_STEP === 0) yield;
      scanner.skip(scanner.uvarint());
    }
    return scanner.position;
  });
  const end = yield* namingPlaceOfSteps(path, offset, "the symbol table", scan);
  const offsets = Float64Array.from(sampled);
  const cache = new Map<number, string>();

  /** The bytes from a place in the table up to the end of its stretch of 32. */
  function stretch(index: number, from: number): ByteReader {
    const to = index + 1 < offsets.length ? offsets[index + 1] : end;
    return new ByteReader(file.bytes(from, to - from));
  }

  // Series in order ask for the values that only they have in order: most look-ups go on where the one before has ended.
  let nextSymbol = 0;
  let nextOffset = offsets[0];

  function readNumbered(symbol: number): string {
    if (symbol >= count) throw damaged(path, offset, `there are ${count} symbols, none with number ${symbol}`);
    const index = Math.floor(symbol / SAMPLING_DISTANCE);
    const first = index * SAMPLING_DISTANCE;
    const isBehind = nextSymbol > first && nextSymbol <= symbol;
    const from = isBehind ? nextOffset : offsets[index];
    const reader = stretch(index, from);
    for (let skipped = symbol - (isBehind ? nextSymbol : first); skipped > 0; skipped--) reader.bytes(reader.uvarint());
    const text = textOf(reader.bytes(reader.uvarint()));
    nextSymbol = symbol + 1;
    nextOffset = from + reader.position;
    return text;
  }

  function readAt(symbol: number): string {
    if (!(symbol >= offsets[0] && symbol < end)) throw damaged(path, symbol, "no symbol stands here");
    const reader = stretch(lastNotAfter(offsets, symbol), symbol);
    return textOf(reader.bytes(reader.uvarint()));
  }

  const read = version === INDEX_V1 ? readAt : readNumbered;
  return {
    count,
    text(symbol) {
      const cached = cache.get(symbol);
      if (cached !== undefined) return cached;
      let text: string;
      try {
        text = read(symbol);
      } catch (error) {
        throw placed(error, path, offset, `symbol ${symbol}`);
      }
      if (cache.size >= CACHED_STRINGS) cache.clear();
      cache.set(symbol, text);
      return text;
    },
    *all() {
      for (let index = 0; index < offsets.length; index++) {
        // Strings are made of a whole stretch at once: by the next step the bytes may be others.
        const texts = namingPlace(path, offsets[index], "the symbol table", () =>
          readStretch(stretch(index, offsets[index]), Math.min(SAMPLING_DISTANCE, count - index * SAMPLING_DISTANCE)),
        );
        yield* texts;
      }
    },
  };
}

/** Passes over a string and returns it. */
export function scanText(scanner: Scanner): string {
  return textOf(scanner.bytes(scanner.uvarint()));
}

/** The text of UTF-8 bytes; what isn't UTF-8 becomes U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

function readStretch(reader: ByteReader, count: number): string[] {
  return Array.from({ length: count }, () => textOf(reader.bytes(reader.uvarint())));
}

/** The index of the last of `sorted` that is not greater than `value`, of which there is one. */
function lastNotAfter(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (sorted[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
