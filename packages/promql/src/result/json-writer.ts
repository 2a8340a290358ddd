import { formatFloatF, type HistogramColumns, type Labels, type SampleColumns } from "@ferula/model";
import { FLOAT, HISTOGRAM, type StepColumn } from "../columns.ts";
import { type Grid, NO_STEPS } from "../grid.ts";
import { createChunkWriter } from "./chunk-writer.ts";
import { jsonText, labelsJson } from "./json-text.ts";
import type { PointWriter } from "./point-writer.ts";
import type { ResultSink } from "./sink.ts";
import { writeHistogramPoint } from "./write-histogram.ts";

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
  let grid: Grid = NO_STEPS;
  let isMatrix = false;
  let isList = false;
  let isFirst = true;

  function metric(labels: Labels): void {
    out.ascii(isFirst ? '{"metric":' : ',{"metric":');
    isFirst = false;
    out.utf8(labelsJson(labels));
  }

  function matrixSteps(column: StepColumn): void {
    const { stepCount } = grid;
    // Fast path: most series hold floats only.
    const floats = column.hasHistograms ? floatsOf(column, stepCount) : column;
    if (floats !== undefined) {
      out.ascii(',"values":[');
      points.write(grid, floats, out.bytes);
      out.ascii("]");
    }
    if (column.hasHistograms) histogramSteps(column);
    out.ascii("}");
  }

  function histogramSteps({ present, histograms }: StepColumn): void {
    let isFirstPoint = true;
    for (let k = 0; k < grid.stepCount; k++) {
      if (present[k] !== HISTOGRAM) continue;
      out.ascii(isFirstPoint ? ',"histograms":[' : ",");
      isFirstPoint = false;
      writeHistogramPoint(out, grid.startMs + k * grid.stepMs, histograms[k]);
    }
    if (!isFirstPoint) out.ascii("]");
  }

  function vectorElement({ values, present, histograms }: StepColumn): void {
    if (present[0] === HISTOGRAM) {
      out.ascii(',"histogram":');
      writeHistogramPoint(out, grid.startMs, histograms[0]);
    } else {
      out.ascii(',"value":');
      out.point(grid.startMs, values[0]);
    }
    out.ascii("}");
  }

  function ownSamples({ timestampsMs, values, length }: SampleColumns, histograms: HistogramColumns): void {
    for (let i = 0; i < length; i++) {
      out.ascii(i === 0 ? ',"values":[' : ",");
      out.point(timestampsMs[i], values[i]);
    }
    if (length > 0) out.ascii("]");
    for (let i = 0; i < histograms.length; i++) {
      out.ascii(i === 0 ? ',"histograms":[' : ",");
      writeHistogramPoint(out, histograms.timestampsMs[i], histograms.histograms[i]);
    }
    out.ascii(histograms.length > 0 ? "]}" : "}");
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
      if (isMatrix) matrixSteps(column);
      else vectorElement(column);
    },
    samples: (labels, samples, histograms) => {
      metric(labels);
      ownSamples(samples, histograms);
    },
    // Of these two upstream writes times as any number, without zeros at their ends.
    scalar: (timeMs, value) => {
      // The one number that upstream never writes with an exponent (promql/value.go `Scalar.MarshalJSON`).
      out.ascii(`[${timeMs / 1000},"${formatFloatF(value)}"]`);
    },
    text: (timeMs, text) => {
      out.utf8(`[${timeMs / 1000},${jsonText(text)}]`);
    },
    end: () => {
      out.ascii(isList ? "]}" : "}");
      out.flush();
    },
  };
  return { sink };
}

/** The steps with floats alone, or undefined where there are none. */
function floatsOf(column: StepColumn, stepCount: number): StepColumn | undefined {
  const present = new Uint8Array(stepCount);
  let count = 0;
  for (let k = 0; k < stepCount; k++) {
    if (column.present[k] !== FLOAT) continue;
    present[k] = FLOAT;
    count++;
  }
  return count === 0 ? undefined : { ...column, present, hasHistograms: false };
}
