import { ByteWriter, crc32c } from "@ferula/bytes";
import { INDEX_HEADER_BYTES, INDEX_MAGIC, INDEX_V1 } from "../../src/block/format.ts";
import type { IndexReader } from "../../src/block/index-reader.ts";
import { createSeriesEntry, writeSeriesEntry } from "../../src/block/series-entry.ts";

/**
 * The same index in version 1, as Prometheus 2.0 wrote it: symbols and series are named by their offsets, series stand close together, and
 * the postings table is in no order.
 */
export function encodeIndexV1(index: IndexReader): Uint8Array {
  const writer = new ByteWriter();
  writer.u32be(INDEX_MAGIC);
  writer.u8(INDEX_V1);
  const symbolOffsets: number[] = [];
  writeSection(writer, (section, start) => {
    section.u32be(index.symbols.count);
    for (const symbol of index.symbols.all()) {
      symbolOffsets.push(start + section.length);
      section.uvarintString(symbol);
    }
  });
  const refs = new Map<number, number>();
  const entry = createSeriesEntry();
  const seriesStart = writer.length;
  for (const ref of index.allSeries()) {
    index.readSeries(ref, entry);
    for (let i = 0; i < 2 * entry.labelCount; i++) entry.labelSymbols[i] = symbolOffsets[entry.labelSymbols[i]];
    refs.set(ref, writer.length);
    const content = new ByteWriter();
    writeSeriesEntry(content, entry);
    writer.uvarint(content.length);
    writer.bytes(content.view());
    writer.u32be(crc32c(content.view()));
  }
  const postingsStart = writer.length;
  const entries: [string, string, number][] = [];
  for (const name of ["", ...index.labelNames]) {
    index.forEachValue(name, "", (value, offset) => {
      entries.push([name, value, writer.length]);
      writeSection(writer, (section) => {
        const list = index.postingsAt(offset);
        section.u32be(list.length);
        for (const ref of list) section.u32be(refs.get(ref) ?? 0);
      });
      return true;
    });
  }
  const tableStart = writer.length;
  writeSection(writer, (section) => {
    section.u32be(entries.length);
    for (const [name, value, offset] of entries.toReversed()) {
      section.uvarint(2);
      section.uvarintString(name);
      section.uvarintString(value);
      section.uvarint(offset);
    }
  });
  const tocStart = writer.length;
  for (const offset of [INDEX_HEADER_BYTES, seriesStart, postingsStart, postingsStart, postingsStart, tableStart]) writer.u64be(offset);
  writer.u32be(crc32c(writer.view(), tocStart));
  return writer.view().slice();
}

/** A length, what `write` writes, a checksum. `start` is where its content will stand. */
function writeSection(writer: ByteWriter, write: (section: ByteWriter, start: number) => void): void {
  const section = new ByteWriter();
  write(section, writer.length + 4);
  writer.u32be(section.length);
  writer.bytes(section.view());
  writer.u32be(crc32c(section.view()));
}
