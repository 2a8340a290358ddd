import { compareUtf8, hasLabel, type Labels } from "@ferula/model";

/** Up to this many labels, which is all but always, looking through them costs less than a set, and an insertion sort less than another. */
const FEW_LABELS = 10;

/** The labels of one sample while they are read, in the order of the text. */
export class LabelCollector {
  private readonly labels: string[] = [];
  /** All names, once they are many. */
  private names: Set<string> | undefined;

  has(name: string): boolean {
    return this.names === undefined ? hasLabel(this.labels, name) : this.names.has(name);
  }

  add(name: string, value: string): void {
    this.labels.push(name, value);
    if (this.names !== undefined) this.names.add(name);
    else if (this.labels.length > 2 * FEW_LABELS) this.names = new Set(this.labels.filter((_, i) => i % 2 === 0));
  }

  /** The labels sorted by name. The collector is used up. */
  sorted(): Labels {
    return this.names === undefined ? sortFew(this.labels) : sortMany(this.labels);
  }
}

/** Sorts in place; few labels are mostly in order. */
function sortFew(labels: string[]): Labels {
  for (let i = 2; i < labels.length; i += 2) {
    const name = labels[i];
    const value = labels[i + 1];
    let at = i;
    for (; at > 0 && compareUtf8(labels[at - 2], name) > 0; at -= 2) {
      labels[at] = labels[at - 2];
      labels[at + 1] = labels[at - 1];
    }
    labels[at] = name;
    labels[at + 1] = value;
  }
  return labels;
}

function sortMany(labels: readonly string[]): Labels {
  const starts = Array.from({ length: labels.length / 2 }, (_, i) => 2 * i);
  starts.sort((a, b) => compareUtf8(labels[a], labels[b]));
  return starts.flatMap((start) => [labels[start], labels[start + 1]]);
}
