import type { Labels } from "@ferula/model";
import type { Grid } from "../grid.ts";
import { MAX_POINT_BYTES, type PointWriter, writePoint, writeSeconds } from "./point-writer.ts";
import type { ResultSink } from "./sink.ts";

/** Bytes are handed on in pieces of this size. */
export const CHUNK_BYTES: number = 64 * 1024;

/** Writes a result as the `data` object of the HTTP API: `{"resultType":"matrix","result":[…]}`. */
export interface JsonWriter {
  readonly sink: ResultSink;
}

/**
 * Makes a writer that calls `onChunk` with each piece of the JSON, in order. A piece belongs to the callee, and so does its buffer: it
 * may be transferred to another thread. There is no object tree and no string but the labels'.
 */
export function createJsonWriter(points: PointWriter, onChunk: (bytes: Uint8Array) => void): JsonWriter {
  let chunk = new Uint8Array(CHUNK_BYTES);
  let used = 0;
  let grid: Grid = { startMs: 0, stepMs: 1, stepCount: 0 };
  let isMatrix = false;
  let isList = false;
  let isFirst = true;

  function flush(): void {
    if (used === 0) return;
    onChunk(chunk.subarray(0, used));
    chunk = new Uint8Array(CHUNK_BYTES);
    used = 0;
  }

  function emit(bytes: Uint8Array, length: number): void {
    let from = 0;
    while (from < length) {
      if (used === CHUNK_BYTES) flush();
      const count = Math.min(length - from, CHUNK_BYTES - used);
      chunk.set(bytes.subarray(from, from + count), used);
      used += count;
      from += count;
    }
  }

  function ascii(text: string): void {
    if (used + text.length > CHUNK_BYTES) flush();
    for (let i = 0; i < text.length; i++) chunk[used++] = text.charCodeAt(i);
  }

  function point(timeMs: number, value: number): void {
    if (used + MAX_POINT_BYTES > CHUNK_BYTES) flush();
    used = writePoint(timeMs, value, chunk, used);
  }

  function metric(labels: Labels): void {
    ascii(isFirst ? '{"metric":' : ',{"metric":');
    isFirst = false;
    const text = Buffer.from(labelsJson(labels), "utf8");
    emit(text, text.length);
  }

  const sink: ResultSink = {
    begin: (type, ownGrid) => {
      grid = ownGrid;
      isMatrix = type === "matrix";
      ascii(`{"resultType":"${type}","result":`);
      isList = type === "matrix" || type === "vector";
      if (isList) ascii("[");
    },
    series: (labels, column) => {
      metric(labels);
      if (isMatrix) {
        ascii(',"values":[');
        points.write(grid, column, emit);
        ascii("]}");
      } else {
        ascii(',"value":');
        point(grid.startMs, column.values[0]);
        ascii("}");
      }
    },
    samples: (labels, { timestampsMs, values, length }) => {
      metric(labels);
      ascii(',"values":[');
      for (let i = 0; i < length; i++) {
        if (i > 0) ascii(",");
        point(timestampsMs[i], values[i]);
      }
      ascii("]}");
    },
    scalar: point,
    text: (timeMs, text) => {
      ascii("[");
      if (used + MAX_POINT_BYTES > CHUNK_BYTES) flush();
      used = writeSeconds(timeMs, chunk, used);
      const bytes = Buffer.from(`,${jsonText(text)}]`, "utf8");
      emit(bytes, bytes.length);
    },
    end: () => {
      ascii(isList ? "]}" : "}");
      flush();
    },
  };
  return { sink };
}

/** `{"name":"value",…}` in the labels' order. */
function labelsJson(labels: Labels): string {
  let json = "{";
  for (let i = 0; i < labels.length; i += 2) json += `${i === 0 ? "" : ","}${jsonText(labels[i])}:${jsonText(labels[i + 1])}`;
  return `${json}}`;
}

/** A JSON string as Go's encoder writes it, with `<`, `>`, `&` and the two line separators escaped. */
function jsonText(text: string): string {
  const json = JSON.stringify(text);
  return UNSAFE.test(json) ? json.replaceAll(ALL_UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`) : json;
}

const UNSAFE = /[<>&\u2028\u2029]/;
const ALL_UNSAFE = /[<>&\u2028\u2029]/g;
