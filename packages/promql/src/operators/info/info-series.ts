import { type Labels, labelsKey, labelValue, METRIC_NAME } from "@ferula/model";
import type { InfoNode } from "../../plan/nodes.ts";
import type { OperatorContext, SelectorInput } from "../context.ts";
import { keepLabels } from "../labels.ts";
import type { OutputSeries } from "../operator.ts";
import { type Newest, newestOf } from "./newest.ts";

/** The labels by which a series and the info about it are known to belong together. Upstream has them fixed, too. */
const IDENTIFYING: readonly string[] = ["instance", "job"];

/** Finds what info there is about a series: for each info metric that has any, the series of it step by step. */
export interface InfoSeries {
  readonly about: (labels: Labels) => readonly Newest[];
}

/** The info series that have identifying labels of some series of `bases`. Each is read when it is first asked for. */
export function createInfoSeries(
  bases: readonly OutputSeries[],
  input: SelectorInput,
  node: InfoNode,
  { evaluation, tally }: OperatorContext,
): InfoSeries {
  const members = membersByKey(bases, input);
  const known = new Map<string, Newest>();

  function newest(key: string, indices: readonly number[]): Newest {
    let found = known.get(key);
    if (found === undefined) {
      evaluation.reserve(node.grid.stepCount, known.size * node.grid.stepCount);
      found = newestOf(indices, input, node, tally);
      known.set(key, found);
    }
    return found;
  }

  return {
    about: (labels) => {
      const id = idOf(labels);
      const byName = members.get(id) ?? NOTHING;
      return [...byName].map(([name, indices]) => newest(`${name}\0${id}`, indices));
    },
  };
}

const NOTHING: ReadonlyMap<string, readonly number[]> = new Map();

/** The indices of info series, by their identifying labels and then by name. */
function membersByKey(bases: readonly OutputSeries[], input: SelectorInput): ReadonlyMap<string, ReadonlyMap<string, readonly number[]>> {
  const wanted = IDENTIFYING.map((name) => ({ name, values: valuesOf(bases, name) })).filter(({ values }) => values.size > 0);
  const members = new Map<string, Map<string, number[]>>();
  if (wanted.length === 0) return members;
  for (let i = 0; i < input.seriesCount; i++) {
    const labels = input.set.labels(i);
    if (!wanted.every(({ name, values }) => values.has(labelValue(labels, name)))) continue;
    const byName = mapAt(members, idOf(labels));
    const name = labelValue(labels, METRIC_NAME);
    const same = byName.get(name);
    if (same === undefined) byName.set(name, [i]);
    else same.push(i);
  }
  return members;
}

function mapAt<Value>(maps: Map<string, Map<string, Value>>, key: string): Map<string, Value> {
  let found = maps.get(key);
  if (found === undefined) {
    found = new Map();
    maps.set(key, found);
  }
  return found;
}

function valuesOf(bases: readonly OutputSeries[], name: string): ReadonlySet<string> {
  const values = new Set(bases.map(({ labels }) => labelValue(labels, name)));
  values.delete("");
  return values;
}

function idOf(labels: Labels): string {
  return labelsKey(keepLabels(labels, (name) => IDENTIFYING.includes(name)));
}
