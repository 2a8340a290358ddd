import { type Annotations, type Labels, METRIC_NAME, type SampleColumns, createSampleColumns, labelValue } from "@ferula/model";
import { maybeNotCounter, noteQuantiles } from "../annotations.ts";
import { type StepColumn, countPresent } from "../columns.ts";
import type { RangeFunction, SampleWindow } from "../functions/range-functions.ts";
import type { CallNode, RangeNode, TextRange } from "../plan/nodes.ts";
import { argument } from "./call/arguments.ts";
import { type OperatorContext, readScalar } from "./context.ts";
import { withoutNames } from "./labels.ts";
import { mergeSameLabels } from "./merge.ts";
import type { Operator, OutputSeries } from "./operator.ts";
import { rangeSource } from "./range-source.ts";
import { readAll } from "./read-all.ts";

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

/** Slides the windows of `call`'s range over each series with two indices and evaluates `row` on each window. */
export function rangeFunction(context: OperatorContext, call: CallNode, row: RangeFunction): Operator {
  const { range, scalar } = rangeArguments(context, call);
  const { evaluation } = context;
  const source = rangeSource(context, range);
  const samples = createSampleColumns(1024);
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
  };

  let isCounted = new Uint8Array(0);
  let mayCollide = false;
  let inputs: readonly OutputSeries[] = [];

  const operator: Operator = {
    series: () => {
      inputs = source.series();
      isCounted = new Uint8Array(inputs.length);
      if (row.keepsName === true) return inputs;
      const nameless = withoutNames(evaluation, inputs);
      mayCollide = nameless.mayCollide;
      return nameless.series;
    },
    read: (index, out) => {
      evaluation.check();
      evaluation.passing(() => {
        source.read(index, samples);
        evaluation.countSamples(samples.length);
        slide(samples, call, range, row, scalar, window, out);
      });
      if (isCounted[index] === 1) return;
      isCounted[index] = 1;
      const count = countPresent(out.present, call.grid.stepCount);
      evaluation.countSamples(count);
      if (row.wantsCounter === true && count > 0) noteIfNotCounter(evaluation.annotations, inputs[index].labels, call, range);
      if (row.takesQuantile === true && scalar !== undefined) {
        noteQuantiles(evaluation.annotations, scalar.values, call.grid.stepCount, argument(call, 0).pos, out.present);
      }
    },
  };
  const mayNote = (): boolean =>
    row.takesQuantile === true || (row.wantsCounter === true && inputs.some(({ labels }) => isNoCounter(labels)));
  return mergeSameLabels(readAll(operator, call.grid, evaluation, mayNote), call.grid, evaluation, "never", () => mayCollide);
}

function slide(
  samples: SampleColumns,
  call: CallNode,
  range: RangeNode,
  row: RangeFunction,
  scalar: StepColumn | undefined,
  window: SampleWindow,
  out: StepColumn,
): void {
  const { timestampsMs, length } = samples;
  const { startMs, stepMs, stepCount } = call.grid;
  const { rangeMs, offsetMs, atMs } = range;
  const { evaluate, minSamples } = row;
  const values = out.values;
  const present = out.present;
  window.timestampsMs = timestampsMs;
  window.values = samples.values;
  if (row.isCounter === true) countResets(samples, window);
  let from = 0;
  let to = 0;
  for (let k = 0; k < stepCount; k++) {
    const evalTimeMs = startMs + k * stepMs;
    const endMs = (atMs === undefined ? evalTimeMs : atMs) - offsetMs;
    while (to < length && timestampsMs[to] <= endMs) to++;
    while (from < to && timestampsMs[from] <= endMs - rangeMs) from++;
    if (to - from < minSamples) {
      present[k] = 0;
      continue;
    }
    window.from = from;
    window.to = to;
    window.endMs = endMs;
    window.evalTimeMs = evalTimeMs;
    if (scalar !== undefined) window.param = scalar.values[k];
    values[k] = evaluate(window);
    present[k] = 1;
  }
}

/** A counter is told by how its name ends; a series without a name may be one. */
function isNoCounter(labels: Labels): boolean {
  const name = labelValue(labels, METRIC_NAME);
  return name !== "" && !/_(?:total|sum|count|bucket)$/.test(name);
}

function noteIfNotCounter(annotations: Annotations, labels: Labels, call: CallNode, range: RangeNode): void {
  if (!isNoCounter(labels)) return;
  // Upstream puts a selector without a place of its own where the subquery was, and shows the beginning of the text.
  maybeNotCounter(annotations, labelValue(labels, METRIC_NAME), range.kind === "subquery" ? TEXT_START : argument(call, 0).pos);
}

const TEXT_START: TextRange = { start: 0, end: 0 };

function countResets({ values, length }: SampleColumns, window: SampleWindow): void {
  if (window.resetsBefore.length < length) window.resetsBefore = new Uint32Array(Math.max(length, 1024));
  const resetsBefore = window.resetsBefore;
  let resets = 0;
  if (length > 0) resetsBefore[0] = 0;
  for (let i = 1; i < length; i++) {
    if (values[i] < values[i - 1]) resets++;
    resetsBefore[i] = resets;
  }
}
