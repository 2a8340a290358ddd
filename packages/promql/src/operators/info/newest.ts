import { formatLabels, isStaleAt, type SampleColumns } from "@ferula/model";
import { executionError } from "../../control.ts";
import type { InfoNode } from "../../plan/nodes.ts";
import { type SampleTally, tallyOne } from "../../sample-tally.ts";
import type { SelectorInput } from "../context.ts";

/** No info series at a step. */
export const NONE = -1;

/**
 * Which info series has the newest sample at each step, of those that say something about the same: its index in the selector's input, or
 * `NONE`. `conflict` is the first step at which two have equally new ones, with upstream's error.
 */
export interface Newest {
  readonly at: Int32Array;
  readonly conflict: { readonly step: number; readonly error: Error } | undefined;
}

/** Reads the series `members` of `input` at the steps of the node. */
export function newestOf(members: readonly number[], input: SelectorInput, node: InfoNode, tally: SampleTally): Newest {
  const { stepCount } = node.grid;
  const at = new Int32Array(stepCount).fill(NONE);
  const newestMs = new Float64Array(stepCount).fill(-Infinity);
  let conflict: Newest["conflict"];
  for (const member of members) {
    // Upstream refuses those that it looks up only; info with histograms is a mistake anywhere.
    if (input.histograms(member).length > 0) throw executionError("info sample should be float");
    const timesMs = sampleTimes(input.samples(member), node);
    for (let k = 0; k < stepCount; k++) {
      if (Number.isNaN(timesMs[k])) continue;
      tallyOne(tally, k);
      if (at[k] !== NONE && timesMs[k] === newestMs[k] && (conflict === undefined || k < conflict.step)) {
        conflict = { step: k, error: duplicateError(input, at[k], member, timesMs[k]) };
      }
      if (timesMs[k] <= newestMs[k]) continue;
      at[k] = member;
      newestMs[k] = timesMs[k];
    }
  }
  return { at, conflict };
}

/** The time of the newest sample at each step, NaN where there is none or it is a stale marker. */
function sampleTimes(samples: SampleColumns, node: InfoNode): Float64Array {
  const { timestampsMs, length } = samples;
  const { grid, lookbackMs, offsetMs, atMs } = node;
  const times = new Float64Array(grid.stepCount).fill(Number.NaN);
  let next = 0;
  for (let k = 0; k < grid.stepCount; k++) {
    const timeMs = (atMs === undefined ? grid.startMs + k * grid.stepMs : atMs) - offsetMs;
    while (next < length && timestampsMs[next] <= timeMs) next++;
    const i = next - 1;
    if (i >= 0 && timestampsMs[i] > timeMs - lookbackMs && !isStaleAt(samples, i)) times[k] = timestampsMs[i];
  }
  return times;
}

function duplicateError({ set }: SelectorInput, existing: number, added: number, timeMs: number): Error {
  const [known, other] = [existing, added].map((index) => `${formatLabels(set.labels(index))} @ ${timeMs}`);
  return executionError(`found duplicate series for info metric: existing ${known}, new ${other}`);
}
