import { createHistogramColumns, createSampleColumns, type HistogramColumns, labelValue, METRIC_NAME, type Labels } from "@ferula/model";
import { noteQuantiles } from "../annotations.ts";
import { FLOAT, histogramCost, sampleCost, type StepColumn } from "../columns.ts";
import { extendedRangeFunction } from "../functions/extended-ranges.ts";
import { createHistogramWindow, turnTo } from "../functions/histogram-window.ts";
import { mixedRangeFunctions } from "../functions/mixed-ranges.ts";
import { startRangeFunctions } from "../functions/start-ranges.ts";
import type { RangeFunction, SampleWindow } from "../functions/range-functions.ts";
import { SeriesNotes } from "../histogram-annotations.ts";
import type { CallNode, RangeNode, TextRange } from "../plan/nodes.ts";
import { argument } from "./call/arguments.ts";
import { type OperatorContext, readScalar } from "./context.ts";
import { withoutNames, withoutSymbolNames } from "./labels.ts";
import { mergeSameLabels } from "./merge.ts";
import { isNoCounter, noteIfNoCounter } from "./non-counter.ts";
import type { Operator } from "./operator.ts";
import { rangeSource } from "./range-source.ts";
import { readAll } from "./read-all.ts";
import { ignoringHistograms, slide, slideOverBoth } from "./slide.ts";
import { alignStarts } from "./start-columns.ts";

/** The arguments of a call of a range function: the range vector, and its scalar where it takes one. */
export interface RangeArguments {
  readonly range: RangeNode;
  readonly scalar: StepColumn | undefined;
}

/** Finds the range vector and the scalar among the arguments; the functions differ in which comes first. */
export function rangeArguments(context: OperatorContext, call: CallNode): RangeArguments {
  let range: RangeNode | undefined;
  let scalar: StepColumn | undefined;
  for (const { node } of call.args) {
    if (node === undefined) continue;
    if (node.kind === "matrix-selector" || node.kind === "subquery") range = node;
    else scalar = readScalar(context, node);
  }
  if (range === undefined) throw new Error(`BUG: ${call.name}() has no range vector`);
  return { range, scalar };
}

/** What a full chunk holds; queries of rules seldom need more, and come in thousands a second. */
const INITIAL_SAMPLES = 128;

/** Slides the windows of `call`'s range over each series with two indices and evaluates `row` on each window. */
export function rangeFunction(context: OperatorContext, call: CallNode, row: RangeFunction): Operator {
  const { range, scalar } = rangeArguments(context, call);
  const { evaluation } = context;
  const source = rangeSource(context, range);
  const samples = createSampleColumns(INITIAL_SAMPLES);
  const histograms = createHistogramColumns(0);
  const histogramWindow = createHistogramWindow();
  const notes = new SeriesNotes(evaluation.annotations, firstArgumentPos(call));
  const fromStarts = usesStarts(range) ? startRangeFunctions.get(call.name) : undefined;
  const extension = range.kind === "matrix-selector" ? range.extension : undefined;
  const plain = fromStarts ?? mixedRangeFunctions.get(call.name) ?? ignoringHistograms(row);
  const mixed = extension === undefined ? plain : extendedRangeFunction(call.name, extension.kind, plain);
  const takesAll = fromStarts !== undefined || extension !== undefined;
  const window: SampleWindow = {
    timestampsMs: samples.timestampsMs,
    values: samples.values,
    from: 0,
    to: 0,
    endMs: 0,
    rangeMs: range.rangeMs,
    evalTimeMs: 0,
    param: 0,
    resetsBefore: new Uint32Array(0),
    startsMs: NO_STARTS,
  };

  let isCounted = new Uint8Array(0);
  let mayCollide = false;
  let seriesCount = 0;
  /** Where the name of a series stands, and its type. */
  let metricOf: (index: number) => Labels = () => [];

  function begin(count: number, metric: typeof metricOf): void {
    seriesCount = count;
    metricOf = metric;
    isCounted = new Uint8Array(count);
  }

  const operator: Operator = {
    series: () => {
      const inputs = source.series();
      begin(inputs.length, (index) => inputs[index].labels);
      if (row.keepsName === true) return inputs;
      const nameless = withoutNames(evaluation, inputs);
      mayCollide = nameless.mayCollide;
      return nameless.series;
    },
    symbolSeries: () => {
      const inputs = source.symbolSeries?.();
      // Also tells that all have one name.
      const nameless = inputs && withoutSymbolNames(evaluation, inputs);
      if (inputs === undefined || nameless === undefined) return undefined;
      const ofAll = inputs.count === 0 ? [] : inputs.at(0).labels;
      begin(inputs.count, () => ofAll);
      return row.keepsName === true ? inputs : nameless;
    },
    read: (index, out) => {
      evaluation.check();
      evaluation.passing(() => {
        source.read(index, samples, histograms);
        evaluation.countSamples(samples.length);
        out.hasHistograms = false;
        // Fast path: most series have floats only.
        if (histograms.length === 0 && !takesAll) {
          slide(samples, call, range, row, scalar, window, out);
          return;
        }
        evaluation.countSamples(costOf(histograms));
        notes.about(labelValue(metricOf(index), METRIC_NAME));
        turnTo(histogramWindow, histograms.timestampsMs, histograms.histograms, histograms.length);
        if (usesStarts(range)) {
          const starts = context.selectors[range.selector].starts(index);
          window.startsMs = alignStarts(starts, samples.timestampsMs, samples.length, window.startsMs);
          histogramWindow.startsMs = alignStarts(starts, histograms.timestampsMs, histograms.length, histogramWindow.startsMs);
        }
        slideOverBoth(
          samples,
          histograms.length,
          call,
          range,
          { row, mixed, takesAll, extension, scalar, window, histogramWindow, notes },
          out,
        );
      });
      if (isCounted[index] === 1) return;
      isCounted[index] = 1;
      evaluation.countSamples(sampleCost(out, call.grid.stepCount));
      if (row.wantsCounter === true && hasFloat(out, call.grid.stepCount)) {
        noteIfNoCounter(evaluation, metricOf(index), firstArgumentPos(call));
      }
      if (row.takesQuantile === true && scalar !== undefined) {
        noteQuantiles(evaluation.annotations, scalar.values, call.grid.stepCount, argument(call, 0).pos, out);
      }
    },
  };
  const hasNoCounter = (): boolean => {
    for (let i = 0; i < seriesCount; i++) if (isNoCounter(evaluation, metricOf(i))) return true;
    return false;
  };
  const mayNote = (): boolean =>
    evaluation.statsLevel !== "cheap" ||
    row.takesQuantile === true ||
    evaluation.anyHistograms() ||
    (row.wantsCounter === true && hasNoCounter());
  return mergeSameLabels(readAll(operator, call.grid, evaluation, mayNote), call.grid, evaluation, "never", () => mayCollide);
}

function hasFloat({ present }: StepColumn, stepCount: number): boolean {
  for (let k = 0; k < stepCount; k++) if (present[k] === FLOAT) return true;
  return false;
}

function costOf({ histograms, length }: HistogramColumns): number {
  let cost = 0;
  for (let i = 0; i < length; i++) cost += histogramCost(histograms[i]);
  return cost;
}

/** Upstream puts a selector without a place of its own where a subquery was, and shows the beginning of the text. */
function firstArgumentPos(call: CallNode): TextRange {
  const { node, pos } = argument(call, 0);
  return node?.kind === "subquery" ? TEXT_START : pos;
}

const TEXT_START: TextRange = { start: 0, end: 0 };

const NO_STARTS = new Float64Array(0);

function usesStarts(range: RangeNode): range is Extract<RangeNode, { kind: "matrix-selector" }> {
  return range.kind === "matrix-selector" && range.usesStarts;
}
