import type { Labels } from "@ferula/model";
import type { Grid } from "../grid.ts";
import { createChunkWriter } from "./chunk-writer.ts";
import { jsonText, labelsJson } from "./json-text.ts";
import type { PointWriter } from "./point-writer.ts";
import type { ResultSink } from "./sink.ts";

/** Writes a result as the `data` object of the HTTP API: `{"resultType":"matrix","result":[…]}`. */
export interface JsonWriter {
  readonly sink: ResultSink;
}

/**
 * Makes a writer that calls `onChunk` with each piece of the JSON, in order. A piece belongs to the callee, and so does its buffer: it
 * may be transferred to another thread. There is no object tree and no string but the labels'.
 */
export function createJsonWriter(points: PointWriter, onChunk: (bytes: Uint8Array) => void): JsonWriter {
  const out = createChunkWriter(onChunk);
  let grid: Grid = { startMs: 0, stepMs: 1, stepCount: 0 };
  let isMatrix = false;
  let isList = false;
  let isFirst = true;

  function metric(labels: Labels): void {
    out.ascii(isFirst ? '{"metric":' : ',{"metric":');
    isFirst = false;
    out.utf8(labelsJson(labels));
  }

  const sink: ResultSink = {
    begin: (type, ownGrid) => {
      grid = ownGrid;
      isMatrix = type === "matrix";
      out.ascii(`{"resultType":"${type}","result":`);
      isList = type === "matrix" || type === "vector";
      if (isList) out.ascii("[");
    },
    series: (labels, column) => {
      metric(labels);
      if (isMatrix) {
        out.ascii(',"values":[');
        points.write(grid, column, out.bytes);
        out.ascii("]}");
      } else {
        out.ascii(',"value":');
        out.point(grid.startMs, column.values[0]);
        out.ascii("}");
      }
    },
    samples: (labels, { timestampsMs, values, length }) => {
      metric(labels);
      out.ascii(',"values":[');
      for (let i = 0; i < length; i++) {
        if (i > 0) out.ascii(",");
        out.point(timestampsMs[i], values[i]);
      }
      out.ascii("]}");
    },
    scalar: out.point,
    text: (timeMs, text) => {
      out.ascii("[");
      out.seconds(timeMs);
      out.utf8(`,${jsonText(text)}]`);
    },
    end: () => {
      out.ascii(isList ? "]}" : "}");
      out.flush();
    },
  };
  return { sink };
}
