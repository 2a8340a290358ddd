import { type Labels, LabelsBuilder, METRIC_NAME, labelValue, labelsKey } from "@ferula/model";
import type { Evaluation } from "../control.ts";
import type { LabelChoice } from "../plan/nodes.ts";
import type { OutputSeries, SymbolSeries } from "./operator.ts";
import { numberRows } from "./symbol-rows.ts";

/** Whether a label says what a metric is; these go when an operation changes what it measures (model schema `IsMetadataLabel`). */
export function isMetadataLabel(name: string): boolean {
  return name === METRIC_NAME || name === "__type__" || name === "__unit__";
}

/** The labels without the name, type and unit. */
export function dropMetadata(labels: Labels): Labels {
  // Fast path: the name comes first, nearly always, and nothing else goes.
  const from = labels.length > 0 && labels[0] === METRIC_NAME ? 2 : 0;
  for (let i = from; i < labels.length; i += 2) {
    if (isMetadataLabel(labels[i])) return keepLabels(labels, (name) => !isMetadataLabel(name));
  }
  return from === 0 ? labels : labels.slice(from);
}

/** A series whose name is dropped: now, or at the end of the query with delayed name removal. */
export function withoutName(evaluation: Evaluation, series: OutputSeries): OutputSeries {
  if (evaluation.delayedNameRemoval) return { labels: series.labels, dropName: true };
  return { labels: dropMetadata(series.labels), dropName: true };
}

/** Names dropped from several series, and whether that can have made two of them the same. */
export interface NamelessSeries {
  readonly series: readonly OutputSeries[];
  readonly mayCollide: boolean;
}

/** Drops the names of distinct series. Series of one and the same name stay distinct, which is the rule and cheap to see. */
export function withoutNames(evaluation: Evaluation, inputs: readonly OutputSeries[]): NamelessSeries {
  const series: OutputSeries[] = [];
  let namesDiffer = false;
  const firstName = inputs.length === 0 ? "" : labelValue(inputs[0].labels, METRIC_NAME);
  for (const input of inputs) {
    const nameless = withoutName(evaluation, input);
    series.push(nameless);
    if (namesDiffer) continue;
    const droppedOnlyName = nameless.labels.length >= input.labels.length - 2;
    namesDiffer = !droppedOnlyName || labelValue(input.labels, METRIC_NAME) !== firstName;
  }
  return { series, mayCollide: namesDiffer && !evaluation.delayedNameRemoval };
}

/** The same of series told by their symbols; undefined where they may have different names, or more to drop. */
export function withoutSymbolNames(evaluation: Evaluation, inputs: SymbolSeries): SymbolSeries | undefined {
  const { count, symbols, at } = inputs;
  const { firstRows } = numberRows(symbols, count, isMetadataLabel);
  if (firstRows.length > 1 || firstRows.some((row) => withoutNames(evaluation, [at(row)]).mayCollide)) return undefined;
  return { count, symbols, isNameless: !evaluation.delayedNameRemoval, at: (index) => withoutName(evaluation, at(index)) };
}

/** The labels whose names pass. */
export function keepLabels(labels: Labels, keep: (name: string) => boolean): Labels {
  const kept: string[] = [];
  for (let i = 0; i < labels.length; i += 2) {
    if (keep(labels[i])) kept.push(labels[i], labels[i + 1]);
  }
  return kept;
}

/** The labels of the group that a series belongs to. */
export function groupLabels(labels: Labels, choice: LabelChoice): Labels {
  if (choice.only && choice.labels.length === 0) return [];
  return keepLabels(labels, (name) => isChosen(name, choice));
}

/** Whether a label tells the groups of an aggregation apart. `without` always drops the name. */
export function isChosen(name: string, { only, labels }: LabelChoice): boolean {
  return only ? labels.includes(name) : name !== METRIC_NAME && !labels.includes(name);
}

/** The labels with some set, or deleted where the value is empty. */
export function withLabels(labels: Labels, changes: ReadonlyMap<string, string>): Labels {
  const builder = new LabelsBuilder(labels);
  for (const [name, value] of changes) {
    if (value === "") builder.delete(name);
    else builder.set(name, value);
  }
  return builder.labels();
}

/** Dense numbers for label sets, in order of first appearance. */
export interface LabelIds {
  readonly idOf: (labels: Labels) => number;
  readonly labels: readonly Labels[];
}

/** Numbers the distinct label sets it is asked for: a string is built once for a series, never for a step. */
export function createLabelIds(): LabelIds {
  const ids = new Map<string, number>();
  const known: Labels[] = [];
  return {
    idOf: (labels) => {
      const key = labelsKey(labels);
      const id = ids.get(key);
      if (id !== undefined) return id;
      ids.set(key, known.length);
      known.push(labels);
      return known.length - 1;
    },
    labels: known,
  };
}
