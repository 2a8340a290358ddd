import { type Labels, METRIC_NAME, isUtf8Name, labelValue } from "@ferula/model";
import { type Regexp, compileRegexp } from "@ferula/regexp";
import { executionError } from "../../control.ts";
import type { CallNode } from "../../plan/nodes.ts";
import type { OperatorContext } from "../context.ts";
import { withLabels } from "../labels.ts";
import { mergeSameLabels } from "../merge.ts";
import type { Operator, OutputSeries } from "../operator.ts";
import { argument, vectorArgument } from "./arguments.ts";

/** `label_replace(v, target, replacement, source, regex)`; it looks at labels only. */
export function labelReplaceCall(context: OperatorContext, call: CallNode): Operator {
  const target = textArgument(call, 1);
  const replacement = textArgument(call, 2);
  const source = textArgument(call, 3);
  const regexp = compile(textArgument(call, 4));
  if (!isUtf8Name(target)) throw executionError(`invalid destination label name in label_replace(): ${target}`);
  return relabelled(context, call, target, (labels) => regexp.expand(replacement, labelValue(labels, source)));
}

/** `label_join(v, target, separator, source…)`. */
export function labelJoinCall(context: OperatorContext, call: CallNode): Operator {
  const target = textArgument(call, 1);
  const separator = textArgument(call, 2);
  const sources = call.args.slice(3).map(({ text }) => text);
  for (const source of sources) {
    if (!isUtf8Name(source)) throw executionError(`invalid source label name in label_join(): ${source}`);
  }
  if (!isUtf8Name(target)) throw executionError(`invalid destination label name in label_join(): ${target}`);
  return relabelled(context, call, target, (labels) => sources.map((source) => labelValue(labels, source)).join(separator));
}

/** Sets `target` to what `valueOf` says, or deletes it for an empty text; undefined leaves the series as it is. */
function relabelled(context: OperatorContext, call: CallNode, target: string, valueOf: (labels: Labels) => string | undefined): Operator {
  const child = context.build(vectorArgument(call, 0));

  function change(series: OutputSeries): OutputSeries {
    context.evaluation.check();
    const value = valueOf(series.labels);
    if (value === undefined) return series;
    context.evaluation.reserveText(value.length);
    return { labels: withLabels(series.labels, new Map([[target, value]])), dropName: target === METRIC_NAME ? false : series.dropName };
  }

  const operator: Operator = { series: () => child.series().map(change), read: child.read };
  return mergeSameLabels(operator, call.grid, context.evaluation, "apart");
}

function compile(pattern: string): Regexp {
  try {
    return compileRegexp(pattern, { anchored: true });
  } catch (error) {
    throw executionError(`invalid regular expression in label_replace(): ${pattern}`, error);
  }
}

function textArgument(call: CallNode, index: number): string {
  return argument(call, index).text;
}
