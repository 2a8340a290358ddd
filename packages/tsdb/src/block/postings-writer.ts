import { ByteWriter, crc32c } from "@ferula/bytes";
import type { OutputFile } from "./output-file.ts";
import { Scanner } from "./scanner.ts";
import { SERIES_ALIGNMENT_BYTES } from "./format.ts";
import type { SortedStrings } from "./sorted-strings.ts";

/** The series of an index that is being written. */
export interface WrittenSeries {
  readonly count: number;
  /** Their references, ascending; the array may be longer. */
  readonly refs: Uint32Array;
  /** How many series carry each name, by its symbol. */
  readonly usesOfName: ReadonlyMap<number, number>;
}

/** Postings begin at multiples of this. */
const POSTINGS_ALIGNMENT_BYTES = 4;

/** Of one name, the value and the series of each pair, in the order of the series. */
interface Gathered {
  readonly values: Uint32Array;
  readonly refs: Uint32Array;
  count: number;
}

/**
 * Writes the second half of an index: for each pair of name and value the series that carry it, and the table of where they stand. Names are
 * taken together up to `mostGathered` postings, but one at least; then the series are read again for the next.
 */
export class PostingsWriter {
  private readonly output: OutputFile;
  private readonly symbols: SortedStrings;
  private readonly series: WrittenSeries;
  private readonly mostGathered: number;
  private readonly scratch: ByteWriter = new ByteWriter();
  private readonly pairs = new PairLog();
  private firstOffset = 0;

  constructor(output: OutputFile, symbols: SortedStrings, series: WrittenSeries, mostGathered: number) {
    this.mostGathered = mostGathered;
    this.output = output;
    this.symbols = symbols;
    this.series = series;
  }

  /** Reads the series, which end at `seriesEnd`, back and writes the postings. Returns where they end. */
  writePostings(seriesEnd: number): number {
    this.output.align(POSTINGS_ALIGNMENT_BYTES);
    this.firstOffset = this.output.position;
    const { refs, count } = this.series;
    this.writeList(refs, 0, count);
    const names = [...this.series.usesOfName.keys()].sort((a, b) => a - b);
    const ordered = new Uint32Array(count);
    // By symbol, its number of postings, then where its next one goes.
    const places = new Uint32Array(this.symbols.length);
    for (let next = 0; next < names.length;) {
      const batch = this.nextBatch(names, next);
      next += batch.size;
      this.gather(batch, seriesEnd);
      for (const [name, gathered] of batch) this.writeName(name, gathered, places, ordered);
    }
    return this.output.position;
  }

  /** Writes the table of all pairs, which begins at `start`, and returns how many bytes it has. */
  writeTable(start: number): number {
    const { output, scratch, symbols, pairs } = this;
    // The length, which is known afterwards.
    output.write(new Uint8Array(4));
    scratch.reset();
    scratch.u32be(pairs.count + 1);
    let postingsOffset = this.firstOffset;
    scratch.uvarint(2);
    scratch.u8(0);
    scratch.u8(0);
    scratch.uvarint(postingsOffset);
    postingsOffset += listBytes(this.series.count);
    let sum = crc32c(scratch.view());
    output.write(scratch.view());
    for (let pair = 0; pair < pairs.count; pair++) {
      scratch.reset();
      scratch.uvarint(2);
      writeText(scratch, symbols.bytes(pairs.names[pair]));
      writeText(scratch, symbols.bytes(pairs.values[pair]));
      scratch.uvarint(postingsOffset);
      postingsOffset += listBytes(pairs.counts[pair]);
      sum = crc32c(scratch.view(), 0, scratch.length, sum);
      output.write(scratch.view());
    }
    const lengthBytes = output.position - start - 4;
    scratch.reset();
    scratch.u32be(sum);
    output.write(scratch.view());
    scratch.reset();
    scratch.u32be(lengthBytes);
    output.overwrite(scratch.view(), start);
    return lengthBytes;
  }

  private nextBatch(names: readonly number[], from: number): Map<number, Gathered> {
    const batch = new Map<number, Gathered>();
    let total = 0;
    for (let i = from; i < names.length; i++) {
      const uses = this.series.usesOfName.get(names[i]) ?? 0;
      total += uses;
      if (total > this.mostGathered && batch.size > 0) break;
      batch.set(names[i], { values: new Uint32Array(uses), refs: new Uint32Array(uses), count: 0 });
    }
    return batch;
  }

  /** Reads all series once for the names of `batch`. */
  private gather(batch: ReadonlyMap<number, Gathered>, seriesEnd: number): void {
    const { refs, count } = this.series;
    if (count === 0) return;
    const fill = (target: Uint8Array, position: number): number => this.output.fill(target, position);
    const scanner = new Scanner(fill, refs[0] * SERIES_ALIGNMENT_BYTES, seriesEnd);
    for (let i = 0; i < count; i++) {
      scanner.skip(refs[i] * SERIES_ALIGNMENT_BYTES - scanner.position);
      scanner.uvarint();
      for (let label = scanner.uvarint(); label > 0; label--) {
        const gathered = batch.get(scanner.uvarint());
        const value = scanner.uvarint();
        if (gathered === undefined) continue;
        gathered.values[gathered.count] = value;
        gathered.refs[gathered.count++] = refs[i];
      }
    }
  }

  /** Writes the postings of all values of a name, ascending, as symbols do. The series of one value stay in their order. */
  private writeName(name: number, { values, refs, count }: Gathered, places: Uint32Array, ordered: Uint32Array): void {
    const distinct: number[] = [];
    for (let i = 0; i < count; i++) if (places[values[i]]++ === 0) distinct.push(values[i]);
    const sorted = Uint32Array.from(distinct).sort();
    let place = 0;
    for (const value of sorted) {
      const length = places[value];
      places[value] = place;
      place += length;
    }
    for (let i = 0; i < count; i++) ordered[places[values[i]]++] = refs[i];
    let start = 0;
    for (const value of sorted) {
      const end = places[value];
      places[value] = 0;
      this.pairs.push(name, value, end - start);
      this.writeList(ordered, start, end);
      start = end;
    }
  }

  /** A length of four bytes, how many there are, each as four bytes, and their checksum. */
  private writeList(refs: Uint32Array, start: number, end: number): void {
    const { scratch } = this;
    scratch.reset();
    scratch.u32be(4 + 4 * (end - start));
    scratch.u32be(end - start);
    for (let i = start; i < end; i++) scratch.u32be(refs[i]);
    scratch.u32be(crc32c(scratch.view(), 4));
    this.output.write(scratch.view());
  }
}

/** Symbols of name and value and the number of postings of each pair, in the order of the table. */
class PairLog {
  count = 0;
  names: Uint32Array = new Uint32Array(1024);
  values: Uint32Array = new Uint32Array(1024);
  counts: Uint32Array = new Uint32Array(1024);

  push(name: number, value: number, postings: number): void {
    if (this.count === this.names.length) {
      this.names = doubled(this.names);
      this.values = doubled(this.values);
      this.counts = doubled(this.counts);
    }
    this.names[this.count] = name;
    this.values[this.count] = value;
    this.counts[this.count++] = postings;
  }
}

/** What a list of postings takes, which is a multiple of their alignment. */
function listBytes(count: number): number {
  return 4 + 4 + 4 * count + 4;
}

function writeText(writer: ByteWriter, bytes: Uint8Array): void {
  writer.uvarint(bytes.length);
  writer.bytes(bytes);
}

function doubled(from: Uint32Array): Uint32Array {
  const to = new Uint32Array(from.length * 2);
  to.set(from);
  return to;
}
