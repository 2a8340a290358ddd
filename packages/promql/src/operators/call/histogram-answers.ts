import { type FloatHistogram, type Labels, labelValue, METRIC_NAME } from "@ferula/model";
import { badBucketLabel } from "../../annotations.ts";
import { ABSENT, copyColumn, createStepColumn, FLOAT, HISTOGRAM, type StepColumn } from "../../columns.ts";
import { mixedClassicAndNative } from "../../histogram-annotations.ts";
import type { Evaluation } from "../../control.ts";
import type { CallNode } from "../../plan/nodes.ts";
import { type OperatorContext, scratchFor } from "../context.ts";
import { withLabels, withoutNames } from "../labels.ts";
import { mergeSameLabels } from "../merge.ts";
import type { Operator, OutputSeries } from "../operator.ts";
import { readAll } from "../read-all.ts";
import { argument, vectorArgument } from "./arguments.ts";
import { type BucketRows, groupHistograms, type InputHistogram, readBuckets } from "./input-histograms.ts";

/** What is asked of each histogram at each step. `metricName` is what annotations call it, and may be empty. */
export interface HistogramQuestion {
  /** Set in the labels of the answer. */
  readonly label?: readonly [name: string, value: string];
  readonly isAsked: (k: number) => boolean;
  readonly native: (histogram: FloatHistogram, k: number, metricName: string) => number;
  /** The buckets are [from, to) of `rows`, of which the answer may overwrite them. */
  readonly classic: (rows: BucketRows, from: number, to: number, k: number, metricName: string) => number;
}

/**
 * Asks each histogram of a vector, argument `vectorIndex` of the call, the same questions; each answer is a series. One histogram is read
 * at a time. `noteArguments` is called once, when the vector has said its own.
 */
export function answerHistograms(
  context: OperatorContext,
  call: CallNode,
  vectorIndex: number,
  questions: readonly HistogramQuestion[],
  noteArguments: () => void,
): Operator {
  const { evaluation } = context;
  const { annotations } = evaluation;
  const { stepCount } = call.grid;
  const child = context.build(vectorArgument(call, vectorIndex));
  const { pos } = argument(call, vectorIndex);
  const column = scratchFor(call.grid);
  const answers = questions.map(() => createStepColumn(stepCount));
  let histograms: readonly InputHistogram[] = [];
  let answeredIndex = -1;
  let mayCollide = false;

  /** The name has gone by the time that upstream would print it, unless names go at the end only. */
  function shownName(labels: Labels): string {
    return evaluation.delayedNameRemoval ? labelValue(labels, METRIC_NAME) : "";
  }

  function series(): readonly OutputSeries[] {
    histograms = groupHistograms(child.series());
    noteArguments();
    const nameless = withoutNames(
      evaluation,
      histograms.map((histogram) => histogram.series),
    );
    // A label that is set may be what told two histograms apart.
    mayCollide = nameless.mayCollide || questions.some(({ label }) => label !== undefined);
    return nameless.series.flatMap((own) => questions.map(({ label }) => labelled(own, label)));
  }

  /** Floats of a series that has no bound are buckets of nothing. */
  function readNative({ native, series: own }: InputHistogram): void {
    column.present.fill(ABSENT, 0, stepCount);
    if (native === undefined) return;
    child.read(native, column);
    for (let k = 0; k < stepCount; k++) {
      if (column.present[k] === FLOAT) badBucketLabel(annotations, labelValue(own.labels, "le"), shownName(own.labels), pos);
    }
  }

  function answer(histogram: InputHistogram): void {
    const size = histogram.buckets.length;
    evaluation.reserve(stepCount * size);
    const rows = readBuckets(child, histogram, column, stepCount);
    readNative(histogram);
    const name = shownName(histogram.series.labels);
    for (let k = 0; k < stepCount; k++) {
      const hasNative = column.present[k] === HISTOGRAM;
      const bucketCount = rows.bucketCounts[k];
      const isMixed = hasNative && bucketCount > 0;
      if (isMixed) mixedClassicAndNative(annotations, name, pos);
      for (let q = 0; q < questions.length; q++) {
        const { isAsked, native, classic } = questions[q];
        const { present, values } = answers[q];
        present[k] = ABSENT;
        if (isMixed || !(hasNative || bucketCount > 0) || !isAsked(k)) continue;
        present[k] = FLOAT;
        values[k] = hasNative ? native(column.histograms[k], k, name) : classic(rows, k * size, k * size + bucketCount, k, name);
      }
    }
  }

  function read(index: number, out: StepColumn): void {
    const question = index % questions.length;
    const histogram = (index - question) / questions.length;
    // The first answer of a histogram is read first, and the others come with it.
    if (answeredIndex !== histogram) {
      answeredIndex = -1;
      answer(histograms[histogram]);
      answeredIndex = histogram;
    }
    copyColumn(answers[question], out, stepCount);
  }

  const all = readAll({ series, read }, call.grid, evaluation, () => true);
  return mergeSameLabels(byQuestion(all, questions.length, call, evaluation), call.grid, evaluation, "apart", () => mayCollide);
}

/**
 * Of one step, the answers to the first question before those to the second, as upstream lists them: sums are rounded in that order. In a
 * range upstream has no order, and each histogram is asked everything at once.
 */
function byQuestion(all: Operator, questionCount: number, { grid }: CallNode, evaluation: Evaluation): Operator {
  if (questionCount === 1 || grid.isRange) return all;
  let answers: StepColumn | undefined;
  let histogramCount = 0;
  const indexOf = (place: number): number => (place % histogramCount) * questionCount + Math.trunc(place / histogramCount);

  /** The answer of series i at place i. */
  function readAnswers(): StepColumn {
    const count = histogramCount * questionCount;
    evaluation.reserve(count);
    const read = createStepColumn(count);
    const column = createStepColumn(1);
    for (let i = 0; i < count; i++) {
      all.read(i, column);
      read.present[i] = column.present[0];
      read.values[i] = column.values[0];
    }
    return read;
  }

  return {
    series() {
      const series = all.series();
      histogramCount = series.length / questionCount;
      return series.map((_, place) => series[indexOf(place)]);
    },
    read(place, out) {
      answers ??= readAnswers();
      out.present[0] = answers.present[indexOf(place)];
      out.values[0] = answers.values[indexOf(place)];
      out.hasHistograms = false;
    },
  };
}

function labelled(series: OutputSeries, label: HistogramQuestion["label"]): OutputSeries {
  return label === undefined ? series : { labels: withLabels(series.labels, new Map([label])), dropName: series.dropName };
}
