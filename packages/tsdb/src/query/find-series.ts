import type { Matcher } from "@ferula/model";
import type { Head } from "../head/head.ts";
import { keepLive, selectSeries, seriesSteps } from "../head/select-series.ts";
import { LIVE } from "../head/series-table.ts";
import { Uint32List } from "../head/uint32-list.ts";
import type { Steps } from "../steps.ts";

/**
 * Finds the series that match all of `matchers` in slices, between which series come and go: `steps` looks for them, and `end` tells which
 * they are at that moment. `close` must follow, whatever became of it.
 */
export class SeriesFind {
  private readonly head: Head;
  private readonly matchers: readonly Matcher[];
  /** Of the label index, when the search began. */
  private readonly removals: number;
  private readonly born = new Uint32List();
  private found: Uint32Array | undefined;

  constructor(head: Head, matchers: readonly Matcher[]) {
    this.head = head;
    this.matchers = matchers;
    this.removals = head.labelIndex.removals;
    head.slicedReads.watchBirths(this.born);
  }

  *steps(): Steps<void> {
    const steps = seriesSteps(this.head, this.matchers);
    while (this.found === undefined) {
      const { done, value } = steps.next();
      if (done === true) this.found = value;
      else yield;
      // What it has seen of the index is not to be used any more.
      if (this.hasLost()) return;
    }
  }

  /** The references as they are now, ascending. In one turn with what makes use of them. */
  end(): Uint32Array {
    const { head, found, matchers } = this;
    // Once in hours: series are taken out of the index, and their places in it are used again.
    if (found === undefined || this.hasLost()) return selectSeries(head, matchers);
    const live = head.hasDeadPostings ? keepLive(head.series, found) : found;
    const born = this.born.view().filter((ref) => head.series.states[ref] === LIVE && isMatched(head, ref, matchers));
    return born.length === 0 ? live : uniteSorted(live, born.sort());
  }

  close(): void {
    this.head.slicedReads.unwatchBirths(this.born);
  }

  private hasLost(): boolean {
    return this.head.labelIndex.removals !== this.removals;
  }
}

function isMatched({ symbols, labelSets, symbolReader }: Head, ref: number, matchers: readonly Matcher[]): boolean {
  return matchers.every((matcher) => {
    const name = symbols.find(matcher.name);
    const value = name === 0 ? 0 : labelSets.valueSymbol(ref, name);
    return matcher.matches(value === 0 ? "" : symbolReader.text(value));
  });
}

/** Both ascend; what is in both is there once. */
function uniteSorted(a: Uint32Array, b: Uint32Array): Uint32Array {
  const united = new Uint32Array(a.length + b.length);
  let i = 0;
  let k = 0;
  let length = 0;
  while (i < a.length || k < b.length) {
    const next = k === b.length || (i < a.length && a[i] <= b[k]) ? a[i] : b[k];
    if (a[i] === next) i++;
    if (b[k] === next) k++;
    united[length++] = next;
  }
  return united.subarray(0, length);
}
