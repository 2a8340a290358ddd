import protobuf, { type Reader } from "protobufjs";
import { expectWireType, LENGTH_DELIMITED, readEnd, skipField, withWireErrors } from "../read-fields.ts";
import { readText } from "../read-text.ts";
import { unexpectedEnd } from "../wire-error.ts";
import { ensureLabelRoom, ensureSeriesRoom, resetColumns, type WriteColumns } from "./columns.ts";
import { STEP_BYTES, type WriteDecoder } from "./decoder.ts";
import { readExemplar } from "./read-exemplar.ts";
import { readHistogram } from "./read-histogram.ts";
import { readSample } from "./read-sample.ts";

/**
 * Starts to read a `prometheus.WriteRequest` (remote write 1.0) into `columns`, which are emptied first. Its metadata, of metric names and
 * not of series, is passed over.
 */
export function decodeWriteRequest(bytes: Uint8Array, columns: WriteColumns): WriteDecoder {
  resetColumns(columns, bytes);
  const reader = new protobuf.Reader(bytes);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const state: V1State = { reader, columns, text, labelCount: 0, range: new Uint32Array(4) };
  return { readOn: () => withWireErrors(() => readStep(state)) };
}

interface V1State {
  readonly reader: Reader;
  readonly columns: WriteColumns;
  readonly text: Buffer;
  labelCount: number;
  /** Where the label that was read last has its name and its value. */
  readonly range: Uint32Array;
}

function readStep(state: V1State): boolean {
  const { reader } = state;
  const stepEnd = Math.min(reader.pos + STEP_BYTES, reader.len);
  while (reader.pos < stepEnd) {
    const tag = reader.tag();
    if (tag >>> 3 === 1) {
      expectWireType(tag, LENGTH_DELIMITED, "Timeseries");
      readSeries(state);
    } else {
      skipField(reader, tag);
    }
  }
  return reader.pos < reader.len;
}

function readSeries(state: V1State): void {
  const { reader, columns } = state;
  const end = readEnd(reader, reader.len);
  while (reader.pos < end) {
    const tag = reader.tag();
    const field = tag >>> 3;
    if (field === 1) {
      expectWireType(tag, LENGTH_DELIMITED, "Labels");
      readLabel(state, end);
      pushLabel(state);
    } else if (field === 2) {
      expectWireType(tag, LENGTH_DELIMITED, "Samples");
      readSample(reader, end, columns, false);
    } else if (field === 3) {
      expectWireType(tag, LENGTH_DELIMITED, "Exemplars");
      columns.exemplars.push(readLabelledExemplar(state, end));
    } else if (field === 4) {
      expectWireType(tag, LENGTH_DELIMITED, "Histograms");
      columns.histograms.push(readHistogram(reader, end, false));
    } else {
      skipField(reader, tag);
    }
  }
  if (reader.pos > end) throw unexpectedEnd();
  endSeries(state);
}

function endSeries({ columns, labelCount }: V1State): void {
  ensureSeriesRoom(columns);
  const i = columns.seriesCount++;
  columns.labelEnds[i] = labelCount;
  columns.sampleEnds[i] = columns.samples.length;
  columns.histogramEnds[i] = columns.histograms.length;
  columns.exemplarEnds[i] = columns.exemplars.length;
}

function readLabel({ reader, range }: V1State, outerEnd: number): void {
  const end = readEnd(reader, outerEnd);
  range.fill(0);
  while (reader.pos < end) {
    const tag = reader.tag();
    const field = tag >>> 3;
    if (field === 1 || field === 2) {
      expectWireType(tag, LENGTH_DELIMITED, field === 1 ? "Name" : "Value");
      const textEnd = readEnd(reader, end);
      range[2 * field - 2] = reader.pos;
      range[2 * field - 1] = textEnd;
      reader.pos = textEnd;
    } else {
      skipField(reader, tag);
    }
  }
  if (reader.pos > end) throw unexpectedEnd();
}

function pushLabel(state: V1State): void {
  const { columns, range } = state;
  ensureLabelRoom(columns, state.labelCount);
  const at = 4 * state.labelCount++;
  const { labelRanges } = columns;
  labelRanges[at] = range[0];
  labelRanges[at + 1] = range[1];
  labelRanges[at + 2] = range[2];
  labelRanges[at + 3] = range[3];
}

function readLabelledExemplar(state: V1State, end: number): ReturnType<typeof readExemplar> {
  const labels: string[] = [];
  const { range, text } = state;
  return readExemplar(
    state.reader,
    end,
    (tag, exemplarEnd) => {
      expectWireType(tag, LENGTH_DELIMITED, "Labels");
      readLabel(state, exemplarEnd);
      labels.push(readText(text, range[0], range[1]), readText(text, range[2], range[3]));
    },
    () => ({ labels, fault: undefined }),
  );
}
