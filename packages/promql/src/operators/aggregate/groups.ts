import { type Labels, labelValue, labelsKey } from "@ferula/model";
import type { LabelChoice } from "../../plan/nodes.ts";
import { groupLabels, isChosen, isMetadataLabel } from "../labels.ts";
import type { Operator, OutputSeries, SymbolSeries } from "../operator.ts";
import { numberRows } from "../symbol-rows.ts";

/** The groups of an aggregation's input: `groupOf[i]` is the index of series i's group in `groups`. */
export interface Groups {
  readonly groupOf: Uint32Array;
  readonly groups: readonly OutputSeries[];
  /** Series i of the input. */
  readonly at: (index: number) => OutputSeries;
}

/** Assigns each series of `child` to its group, once a series and never again at a step. Groups stand in order of first appearance. */
export function groupSeries(child: Operator, choice: LabelChoice): Groups {
  const symbols = child.symbolSeries?.();
  return symbols === undefined ? groupByTexts(child.series(), choice) : groupBySymbols(symbols, choice);
}

function groupBySymbols({ count, symbols, isNameless, at }: SymbolSeries, choice: LabelChoice): Groups {
  const isKept = (name: string): boolean => isChosen(name, choice) && !(isNameless && isMetadataLabel(name));
  const { numberOf, firstRows } = numberRows(symbols, count, isKept);
  const groups = firstRows.map((row) => {
    const { labels, dropName } = at(row);
    return { labels: groupLabels(labels, choice), dropName };
  });
  return { groupOf: numberOf, groups, at };
}

function groupByTexts(series: readonly OutputSeries[], choice: LabelChoice): Groups {
  const groupOf = new Uint32Array(series.length);
  const labels: Labels[] = [];
  const dropNames: boolean[] = [];
  const byKey = new Map<string, number>();
  for (let i = 0; i < series.length; i++) {
    const member = series[i].labels;
    // Of the few labels that `by` names the values are enough for a key; what `without` leaves is made once and kept if it is new.
    const own = choice.only ? undefined : groupLabels(member, choice);
    const key = own === undefined ? keyOfValues(member, choice.labels) : labelsKey(own);
    let group = byKey.get(key);
    if (group === undefined) {
      group = labels.length;
      byKey.set(key, group);
      labels.push(own ?? groupLabels(member, choice));
      dropNames.push(false);
    }
    groupOf[i] = group;
    if (series[i].dropName) dropNames[group] = true;
  }
  const groups = labels.map((own, g) => ({ labels: own, dropName: dropNames[g] }));
  return { groupOf, groups, at: (index) => series[index] };
}

/** The values of a few labels as one string; lengths keep them apart. One label, the usual case, is its own key. */
function keyOfValues(labels: Labels, names: readonly string[]): string {
  if (names.length === 1) return labelValue(labels, names[0]);
  let key = "";
  for (const name of names) {
    const value = labelValue(labels, name);
    key += `${value.length}:${value}`;
  }
  return key;
}
