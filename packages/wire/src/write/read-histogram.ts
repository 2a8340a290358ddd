import {
  type CounterResetHint,
  createFloatHistogram,
  createIntegerHistogram,
  type Spans,
  STALE_NAN_HIGH,
  STALE_NAN_LOW,
} from "@ferula/model";
import type { Reader } from "protobufjs";
import { expectWireType, FIXED_64, LENGTH_DELIMITED, readEnd, readNumbers, skipField, VARINT, type NumberList } from "../read-fields.ts";
import { readDoubleBits, readInt64, readSint64, readUint64 } from "../read-numbers.ts";
import { unexpectedEnd } from "../wire-error.ts";
import type { WireHistogram } from "./columns.ts";

const RESET_HINTS: readonly CounterResetHint[] = ["unknown", "reset", "not_reset", "gauge"];

const double = new Float64Array(1);
const doubleBits = new Uint32Array(double.buffer);

/** A histogram on its way. The lists are those of fields that integer and float histograms have each for itself. */
interface Draft {
  timestampMs: number;
  startTimestampMs: number;
  resetHint: number;
  schema: number;
  sum: number;
  isStale: boolean;
  zeroThreshold: number;
  /** Of what has two forms, the one that came last counts. */
  count: number;
  isFloat: boolean;
  zeroCount: number;
  isFloatZero: boolean;
  readonly negativeSpans: number[];
  readonly positiveSpans: number[];
  readonly negativeDeltas: NumberList;
  readonly positiveDeltas: NumberList;
  readonly negativeCounts: NumberList;
  readonly positiveCounts: NumberList;
  readonly customValues: NumberList;
}

/** Reads a `Histogram`, whose fields are the same in remote write 1.0 and 2.0, but for the last, which 1.0 does not know. */
export function readHistogram(reader: Reader, outerEnd: number, hasStart: boolean): WireHistogram {
  const draft = createDraft();
  const end = readEnd(reader, outerEnd);
  while (reader.pos < end) {
    const tag = reader.tag();
    const field = FIELDS[tag >>> 3];
    if (field === undefined || (field === startTimestampField && !hasStart)) {
      skipField(reader, tag);
    } else {
      if (field.wireType !== undefined) expectWireType(tag, field.wireType, field.name);
      field.read(draft, reader, tag, end);
    }
  }
  if (reader.pos > end) throw unexpectedEnd();
  return finish(draft);
}

function finish(draft: Draft): WireHistogram {
  const { isFloat, timestampMs, startTimestampMs } = draft;
  const fields = {
    counterResetHint: RESET_HINTS[draft.resetHint] ?? "unknown",
    schema: draft.schema,
    zeroThreshold: draft.zeroThreshold,
    zeroCount: draft.isFloatZero === isFloat ? draft.zeroCount : 0,
    count: draft.count,
    sum: draft.sum,
    isStale: draft.isStale,
    negativeSpans: Int32Array.from(draft.negativeSpans) as Spans,
    positiveSpans: Int32Array.from(draft.positiveSpans) as Spans,
    negativeBuckets: Float64Array.from((isFloat ? draft.negativeCounts : draft.negativeDeltas).numbers),
    positiveBuckets: Float64Array.from((isFloat ? draft.positiveCounts : draft.positiveDeltas).numbers),
    customValues: Float64Array.from(draft.customValues.numbers),
  };
  return { timestampMs, startTimestampMs, histogram: isFloat ? createFloatHistogram(fields) : createIntegerHistogram(fields) };
}

function createDraft(): Draft {
  return {
    timestampMs: 0,
    startTimestampMs: 0,
    resetHint: 0,
    schema: 0,
    sum: 0,
    isStale: false,
    zeroThreshold: 0,
    count: 0,
    isFloat: false,
    zeroCount: 0,
    isFloatZero: false,
    negativeSpans: [],
    positiveSpans: [],
    negativeDeltas: { field: "NegativeDeltas", wireType: VARINT, read: readSint64, numbers: [] },
    positiveDeltas: { field: "PositiveDeltas", wireType: VARINT, read: readSint64, numbers: [] },
    negativeCounts: { field: "NegativeCounts", wireType: FIXED_64, read: readDouble, numbers: [] },
    positiveCounts: { field: "PositiveCounts", wireType: FIXED_64, read: readDouble, numbers: [] },
    customValues: { field: "CustomValues", wireType: FIXED_64, read: readDouble, numbers: [] },
  };
}

interface HistogramField {
  readonly name: string;
  /** Undefined where there is more than one. */
  readonly wireType: number | undefined;
  readonly read: (draft: Draft, reader: Reader, tag: number, end: number) => void;
}

const startTimestampField: HistogramField = {
  name: "StartTimestamp",
  wireType: VARINT,
  read: (draft, reader) => void (draft.startTimestampMs = readInt64(reader)),
};

function listField(name: "negativeDeltas" | "positiveDeltas" | "negativeCounts" | "positiveCounts" | "customValues"): HistogramField {
  return { name, wireType: undefined, read: (draft, reader, tag, end) => readNumbers(reader, tag, end, draft[name]) };
}

/** By field number (prompb `Histogram`). */
const FIELDS: readonly (HistogramField | undefined)[] = [
  undefined,
  {
    name: "CountInt",
    wireType: VARINT,
    read(draft, reader) {
      draft.count = readUint64(reader);
      draft.isFloat = false;
    },
  },
  {
    name: "CountFloat",
    wireType: FIXED_64,
    read(draft, reader) {
      draft.count = readDouble(reader);
      draft.isFloat = true;
    },
  },
  {
    name: "Sum",
    wireType: FIXED_64,
    read(draft, reader) {
      draft.sum = readDouble(reader);
      draft.isStale = doubleBits[0] === STALE_NAN_LOW && doubleBits[1] === STALE_NAN_HIGH;
    },
  },
  { name: "Schema", wireType: VARINT, read: (draft, reader) => void (draft.schema = readSint64(reader) | 0) },
  { name: "ZeroThreshold", wireType: FIXED_64, read: (draft, reader) => void (draft.zeroThreshold = readDouble(reader)) },
  {
    name: "ZeroCountInt",
    wireType: VARINT,
    read(draft, reader) {
      draft.zeroCount = readUint64(reader);
      draft.isFloatZero = false;
    },
  },
  {
    name: "ZeroCountFloat",
    wireType: FIXED_64,
    read(draft, reader) {
      draft.zeroCount = readDouble(reader);
      draft.isFloatZero = true;
    },
  },
  {
    name: "NegativeSpans",
    wireType: LENGTH_DELIMITED,
    read: (draft, reader, _tag, end) => readSpan(reader, end, draft.negativeSpans),
  },
  listField("negativeDeltas"),
  listField("negativeCounts"),
  {
    name: "PositiveSpans",
    wireType: LENGTH_DELIMITED,
    read: (draft, reader, _tag, end) => readSpan(reader, end, draft.positiveSpans),
  },
  listField("positiveDeltas"),
  listField("positiveCounts"),
  { name: "ResetHint", wireType: VARINT, read: (draft, reader) => void (draft.resetHint = readInt64(reader)) },
  { name: "Timestamp", wireType: VARINT, read: (draft, reader) => void (draft.timestampMs = readInt64(reader)) },
  listField("customValues"),
  startTimestampField,
];

/** Reads a `BucketSpan` to the end of `spans`. */
function readSpan(reader: Reader, outerEnd: number, spans: number[]): void {
  let offset = 0;
  let length = 0;
  const end = readEnd(reader, outerEnd);
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag >>> 3 === 1) {
      expectWireType(tag, VARINT, "Offset");
      offset = reader.sint32();
    } else if (tag >>> 3 === 2) {
      expectWireType(tag, VARINT, "Length");
      length = reader.uint32();
    } else {
      skipField(reader, tag);
    }
  }
  if (reader.pos > end) throw unexpectedEnd();
  spans.push(offset, length);
}

function readDouble(reader: Reader): number {
  readDoubleBits(reader, doubleBits, 0);
  return double[0];
}
