import protobuf, { type Reader } from "protobufjs";
import {
  expectWireType,
  LENGTH_DELIMITED,
  type NumberList,
  readEnd,
  readNumbers,
  skipField,
  VARINT,
  withWireErrors,
} from "../read-fields.ts";
import { readText } from "../read-text.ts";
import { unexpectedEnd } from "../wire-error.ts";
import { ensureLabelRoom, ensureSeriesRoom, ensureSymbolRoom, resetColumns, type WriteColumns } from "./columns.ts";
import { STEP_BYTES, type WriteDecoder } from "./decoder.ts";
import { type ExemplarLabels, readExemplar } from "./read-exemplar.ts";
import { readHistogram } from "./read-histogram.ts";
import { readSample } from "./read-sample.ts";

const SYMBOLS = 4;
const TIMESERIES = 5;

/** Starts to read an `io.prometheus.write.v2.Request` (remote write 2.0) into `columns`, which are emptied first. */
export function decodeWriteRequestV2(bytes: Uint8Array, columns: WriteColumns): WriteDecoder {
  resetColumns(columns, bytes);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const reader = new protobuf.Reader(bytes);
  const state: V2State = {
    reader,
    columns,
    text,
    labelCount: 0,
    refs: refList(),
    exemplarRefs: refList(),
    metadata: new Uint32Array(3),
  };
  let hasSymbols = false;
  return {
    readOn: () =>
      withWireErrors(() => {
        // Symbols may stand behind the series that name them.
        if (!hasSymbols) readSymbols(bytes, columns);
        hasSymbols = true;
        return readStep(state);
      }),
  };
}

interface V2State {
  readonly reader: Reader;
  readonly columns: WriteColumns;
  readonly text: Buffer;
  labelCount: number;
  /** Symbols of the labels of the series, and of the exemplar, that is being read. */
  readonly refs: NumberList;
  readonly exemplarRefs: NumberList;
  /** Of the series that is being read: see `WriteColumns.metadata`. */
  readonly metadata: Uint32Array;
}

function refList(): NumberList {
  return { field: "LabelsRefs", wireType: VARINT, read: (reader) => reader.uint32(), numbers: [] };
}

function readSymbols(bytes: Uint8Array, columns: WriteColumns): void {
  const reader = new protobuf.Reader(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    if (tag >>> 3 !== SYMBOLS) {
      skipField(reader, tag);
      continue;
    }
    expectWireType(tag, LENGTH_DELIMITED, "Symbols");
    const end = readEnd(reader, reader.len);
    ensureSymbolRoom(columns);
    const at = 2 * columns.symbolCount++;
    columns.symbolRanges[at] = reader.pos;
    columns.symbolRanges[at + 1] = end;
    reader.pos = end;
  }
}

function readStep(state: V2State): boolean {
  const { reader } = state;
  const stepEnd = Math.min(reader.pos + STEP_BYTES, reader.len);
  while (reader.pos < stepEnd) {
    const tag = reader.tag();
    if (tag >>> 3 === TIMESERIES) {
      expectWireType(tag, LENGTH_DELIMITED, "Timeseries");
      readSeries(state);
    } else {
      skipField(reader, tag);
    }
  }
  return reader.pos < reader.len;
}

function readSeries(state: V2State): void {
  const { reader, columns, refs, metadata } = state;
  refs.numbers.length = 0;
  metadata.fill(0);
  const end = readEnd(reader, reader.len);
  while (reader.pos < end) {
    const tag = reader.tag();
    const field = tag >>> 3;
    if (field === 1) {
      readNumbers(reader, tag, end, refs);
    } else if (field === 2) {
      expectWireType(tag, LENGTH_DELIMITED, "Samples");
      readSample(reader, end, columns, true);
    } else if (field === 3) {
      expectWireType(tag, LENGTH_DELIMITED, "Histograms");
      columns.histograms.push(readHistogram(reader, end, true));
    } else if (field === 4) {
      expectWireType(tag, LENGTH_DELIMITED, "Exemplars");
      columns.exemplars.push(readSymbolExemplar(state, end));
    } else if (field === 5) {
      expectWireType(tag, LENGTH_DELIMITED, "Metadata");
      readMetadata(reader, end, metadata);
    } else {
      skipField(reader, tag);
    }
  }
  if (reader.pos > end) throw unexpectedEnd();
  endSeries(state, refs.numbers);
}

function endSeries(state: V2State, refs: readonly number[]): void {
  const { columns, metadata } = state;
  ensureSeriesRoom(columns);
  const i = columns.seriesCount++;
  const labelsFault = symbolsFault(refs, columns.symbolCount);
  if (labelsFault === undefined) pushLabels(state, refs);
  const fault = labelsFault ?? metadataFault(metadata, columns.symbolCount);
  if (fault !== undefined) {
    const part = labelsFault === undefined ? "metadata" : "labels";
    columns.faults.set(i, { part, text: `parsing ${part} for series [${refs.join(" ")}]: ${fault}` });
  }
  columns.metadata.set(metadata, 3 * i);
  columns.labelEnds[i] = state.labelCount;
  columns.sampleEnds[i] = columns.samples.length;
  columns.histogramEnds[i] = columns.histograms.length;
  columns.exemplarEnds[i] = columns.exemplars.length;
}

function pushLabels(state: V2State, refs: readonly number[]): void {
  const { columns } = state;
  const { symbolRanges } = columns;
  for (let k = 0; k < refs.length; k += 2) {
    ensureLabelRoom(columns, state.labelCount);
    const { labelRanges } = columns;
    const at = 4 * state.labelCount++;
    labelRanges[at] = symbolRanges[2 * refs[k]];
    labelRanges[at + 1] = symbolRanges[2 * refs[k] + 1];
    labelRanges[at + 2] = symbolRanges[2 * refs[k + 1]];
    labelRanges[at + 3] = symbolRanges[2 * refs[k + 1] + 1];
  }
}

function symbolsFault(refs: readonly number[], symbolCount: number): string | undefined {
  if (refs.length % 2 !== 0) return `invalid labelRefs length ${refs.length}`;
  for (let k = 0; k < refs.length; k += 2) {
    if (refs[k] >= symbolCount || refs[k + 1] >= symbolCount) {
      return `labelRefs ${refs[k]} (name) = ${refs[k + 1]} (value) outside of symbols table (size ${symbolCount})`;
    }
  }
  return undefined;
}

function metadataFault([, help, unit]: Uint32Array, symbolCount: number): string | undefined {
  if (unit >= symbolCount) return `metadata unit_ref ${unit} outside of symbols table (size ${symbolCount})`;
  return help >= symbolCount ? `metadata help_ref ${help} outside of symbols table (size ${symbolCount})` : undefined;
}

function readMetadata(reader: Reader, outerEnd: number, metadata: Uint32Array): void {
  const end = readEnd(reader, outerEnd);
  while (reader.pos < end) {
    const tag = reader.tag();
    const column = METADATA_COLUMNS[tag >>> 3];
    if (column === undefined) {
      skipField(reader, tag);
      continue;
    }
    expectWireType(tag, VARINT, column.name);
    metadata[column.index] = reader.uint32();
  }
  if (reader.pos > end) throw unexpectedEnd();
}

/** By field number; see `WriteColumns.metadata`. */
const METADATA_COLUMNS: readonly ({ readonly name: string; readonly index: number } | undefined)[] = [
  undefined,
  { name: "Type", index: 0 },
  undefined,
  { name: "HelpRef", index: 1 },
  { name: "UnitRef", index: 2 },
];

function readSymbolExemplar(state: V2State, end: number): ReturnType<typeof readExemplar> {
  const { reader, exemplarRefs: refs } = state;
  refs.numbers.length = 0;
  return readExemplar(
    reader,
    end,
    (tag, exemplarEnd) => readNumbers(reader, tag, exemplarEnd, refs),
    () => exemplarLabels(state, refs.numbers),
  );
}

function exemplarLabels({ columns, text }: V2State, refs: readonly number[]): ExemplarLabels {
  const fault = symbolsFault(refs, columns.symbolCount);
  const labels =
    fault === undefined ? refs.map((ref) => readText(text, columns.symbolRanges[2 * ref], columns.symbolRanges[2 * ref + 1])) : [];
  return { labels, fault };
}
