import { Buffer } from "node:buffer";
import { ByteWriter, compareUtf8, crc32c } from "@ferula/bytes";
import type { Files } from "@ferula/files";
import { formatLabels, PromError, type Labels } from "@ferula/model";
import { INDEX_FILE, INDEX_HEADER_BYTES, INDEX_MAGIC, INDEX_V2, MOST_INDEX_BYTES, SERIES_ALIGNMENT_BYTES } from "./format.ts";
import { OutputFile } from "./output-file.ts";
import { PostingsWriter, type WrittenSeries } from "./postings-writer.ts";
import { writeSeriesEntry, type SeriesEntry } from "./series-entry.ts";
import { SortedStrings } from "./sorted-strings.ts";
import { textOf } from "./symbols.ts";

/** 32 MiB of postings. */
const MOST_GATHERED = 1 << 22;

/** A section's length, its checksum and the number of its entries are 32 bits. */
const MOST_SECTION_BYTES = 2 ** 32 - 1;

/**
 * Writes the index of a block in version 2 (tsdb/docs/format/index.md), in this order: all symbols, all series, `finish`. Without label
 * indices, which nobody reads, as upstream 3.14 does.
 *
 * In memory are the symbols' bytes and, for each series and each pair of name and value, a few numbers. Errors of order are
 * PromErrors("internal"): what comes may be read from a file that is wrong.
 */
export class IndexWriter {
  private readonly path: string;
  private readonly mostGathered: number;
  private readonly output: OutputFile;
  private readonly scratch: ByteWriter = new ByteWriter();
  private readonly prefix: ByteWriter = new ByteWriter();
  private readonly symbols = new SortedStrings();
  private readonly nameSymbols = new Map<string, number>();
  private readonly series = new SeriesLog();
  private seriesStart = 0;
  /** Of the series before: values that the next one shares with it, as most do, are not looked up. */
  private previousLabels: Labels = [];
  private previousSymbols: Uint32Array = new Uint32Array(32);
  private previousLabelCount = 0;

  /** `mostGathered` bounds how many postings are in memory at a time, see `PostingsWriter`. */
  constructor(files: Files, dir: string, symbols: Iterable<string>, mostGathered: number = MOST_GATHERED) {
    this.mostGathered = mostGathered;
    this.path = `${dir}/${INDEX_FILE}`;
    this.output = new OutputFile(files, this.path);
    try {
      this.writeSymbols(symbols);
    } catch (error) {
      this.output.close();
      throw error;
    }
  }

  /** How many series were added. */
  get seriesCount(): number {
    return this.series.count;
  }

  /** Adds a series behind the others; `entry` holds its chunks and has its label symbols overwritten. */
  addSeries(labels: Labels, entry: SeriesEntry): void {
    this.setSymbols(labels, entry);
    this.addEntry(entry);
    this.previousLabels = labels;
  }

  /** As `addSeries`, for an entry whose labels are there as the numbers of their symbols. */
  addEntry(entry: SeriesEntry): void {
    this.checkOrder(entry);
    this.output.align(SERIES_ALIGNMENT_BYTES);
    const { position } = this.output;
    if (position >= MOST_INDEX_BYTES) throw this.refused(`an index holds ${MOST_INDEX_BYTES} bytes at most`);
    this.series.push(position / SERIES_ALIGNMENT_BYTES);
    for (let i = 0; i < entry.labelCount; i++) this.series.countName(entry.labelSymbols[2 * i]);
    this.writeSummed(entry);
    this.keepSymbols(entry);
  }

  /** The labels of these symbols, for messages. */
  labelsOf(labelSymbols: Uint32Array): Labels {
    return Array.from(labelSymbols, (symbol) => (symbol < this.symbols.length ? textOf(this.symbols.bytes(symbol)) : `symbol ${symbol}`));
  }

  /** Writes the postings and the tables; the file survives a power cut then. */
  finish(): void {
    const seriesEnd = this.output.position;
    const postings = new PostingsWriter(this.output, this.symbols, this.series, this.mostGathered);
    const tableStart = postings.writePostings(seriesEnd);
    const tableBytes = postings.writeTable(tableStart);
    if (tableBytes > MOST_SECTION_BYTES) throw this.refused(`a postings table of ${tableBytes} bytes is too large`);
    this.writeToc([INDEX_HEADER_BYTES, this.seriesStart, seriesEnd, tableStart, seriesEnd, tableStart]);
    this.output.finish();
    this.close();
  }

  /** Lets go of the file. */
  close(): void {
    this.output.close();
  }

  private writeSymbols(symbols: Iterable<string>): void {
    const { output, scratch } = this;
    scratch.u32be(INDEX_MAGIC);
    scratch.u8(INDEX_V2);
    // The length and the count, which are known afterwards.
    scratch.u32be(0);
    scratch.u32be(0);
    output.write(scratch.view());
    let previous: string | undefined;
    for (const symbol of symbols) {
      if (previous !== undefined && compareUtf8(symbol, previous) <= 0) {
        throw this.refused(`the symbol ${JSON.stringify(symbol)} comes behind ${JSON.stringify(previous)}`);
      }
      const bytes = Buffer.from(symbol);
      this.symbols.push(bytes);
      scratch.reset();
      scratch.uvarint(bytes.length);
      output.write(scratch.view());
      output.write(bytes);
      previous = symbol;
    }
    this.finishSymbols();
  }

  private finishSymbols(): void {
    const { output, scratch, symbols } = this;
    const lengthBytes = output.position - INDEX_HEADER_BYTES - 4;
    if (lengthBytes > MOST_SECTION_BYTES) throw this.refused(`a symbol table of ${lengthBytes} bytes is too large`);
    scratch.reset();
    scratch.u32be(lengthBytes);
    scratch.u32be(symbols.length);
    output.overwrite(scratch.view(), INDEX_HEADER_BYTES);
    let sum = crc32c(scratch.view(), 4);
    for (let i = 0; i < symbols.length; i++) {
      const bytes = symbols.bytes(i);
      scratch.reset();
      scratch.uvarint(bytes.length);
      sum = crc32c(bytes, 0, bytes.length, crc32c(scratch.view(), 0, scratch.length, sum));
    }
    scratch.reset();
    scratch.u32be(sum);
    output.write(scratch.view());
    this.seriesStart = output.position;
  }

  private setSymbols(labels: Labels, entry: SeriesEntry): void {
    entry.labelCount = labels.length / 2;
    if (entry.labelSymbols.length < labels.length) entry.labelSymbols = new Uint32Array(labels.length);
    for (let i = 0; i < labels.length; i += 2) {
      entry.labelSymbols[i] = this.nameSymbol(labels[i]);
      entry.labelSymbols[i + 1] = labels[i + 1] === this.previousLabels[i + 1] ? this.previousSymbols[i + 1] : this.symbolOf(labels[i + 1]);
    }
  }

  /** Symbols ascend as their texts do, so numbers tell all that texts would. */
  private checkOrder({ labelCount, labelSymbols }: SeriesEntry): void {
    const length = 2 * labelCount;
    for (let i = 0; i < length; i++) {
      if (labelSymbols[i] >= this.symbols.length) throw this.refused(`there is no symbol ${labelSymbols[i]}`);
      if (i < 2 || i % 2 === 1 || labelSymbols[i] > labelSymbols[i - 2]) continue;
      throw this.refused(`the labels of ${formatLabels(this.labelsOf(labelSymbols.subarray(0, length)))} are not in order`);
    }
    if (this.series.count === 0 || this.isBehindPrevious(labelSymbols, length)) return;
    const [own, previous] = [labelSymbols.subarray(0, length), this.previousSymbols.subarray(0, 2 * this.previousLabelCount)].map(
      (symbols) => formatLabels(this.labelsOf(symbols)),
    );
    throw this.refused(`the series ${own} comes behind ${previous}`);
  }

  private isBehindPrevious(labelSymbols: Uint32Array, length: number): boolean {
    const { previousSymbols } = this;
    const previousLength = 2 * this.previousLabelCount;
    const shorter = length < previousLength ? length : previousLength;
    for (let i = 0; i < shorter; i++) if (labelSymbols[i] !== previousSymbols[i]) return labelSymbols[i] > previousSymbols[i];
    return length > previousLength;
  }

  private keepSymbols({ labelCount, labelSymbols }: SeriesEntry): void {
    const length = 2 * labelCount;
    if (this.previousSymbols.length < length) this.previousSymbols = new Uint32Array(2 * length);
    const { previousSymbols } = this;
    for (let i = 0; i < length; i++) previousSymbols[i] = labelSymbols[i];
    this.previousLabelCount = labelCount;
  }

  private nameSymbol(name: string): number {
    let symbol = this.nameSymbols.get(name);
    if (symbol === undefined) {
      symbol = this.symbolOf(name);
      this.nameSymbols.set(name, symbol);
    }
    return symbol;
  }

  private symbolOf(text: string): number {
    const symbol = this.symbols.find(Buffer.from(text));
    if (symbol < 0) throw this.refused(`${JSON.stringify(text)} is not among the symbols`);
    return symbol;
  }

  /** A length as a varint, the entry, its checksum. */
  private writeSummed(entry: SeriesEntry): void {
    const { scratch, prefix, output } = this;
    scratch.reset();
    writeSeriesEntry(scratch, entry);
    prefix.reset();
    prefix.uvarint(scratch.length);
    scratch.u32be(crc32c(scratch.view()));
    output.write(prefix.view());
    output.write(scratch.view());
  }

  /** Symbols, series, label indices, the label index table, postings, the postings table. */
  private writeToc(offsets: readonly number[]): void {
    const { scratch } = this;
    scratch.reset();
    for (const offset of offsets) scratch.u64be(offset);
    scratch.u32be(crc32c(scratch.view()));
    this.output.write(scratch.view());
  }

  private refused(reason: string): PromError {
    return new PromError("internal", `cannot write ${this.path}: ${reason}`);
  }
}

/** What the postings are made of. */
class SeriesLog implements WrittenSeries {
  count = 0;
  refs: Uint32Array = new Uint32Array(1024);
  readonly usesOfName = new Map<number, number>();

  push(ref: number): void {
    if (this.count === this.refs.length) {
      const refs = new Uint32Array(this.count * 2);
      refs.set(this.refs);
      this.refs = refs;
    }
    this.refs[this.count++] = ref;
  }

  countName(nameSymbol: number): void {
    this.usesOfName.set(nameSymbol, (this.usesOfName.get(nameSymbol) ?? 0) + 1);
  }
}
