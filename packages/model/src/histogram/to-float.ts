import { addedUp } from "./deltas.ts";
import { copyHistogram, type FloatHistogram, type Histogram } from "./histogram.ts";

/** The float histogram of the same observations, with buckets of its own. */
export function toFloatHistogram(histogram: Histogram): FloatHistogram {
  if (histogram.kind === "float") return copyHistogram(histogram);
  return {
    ...histogram,
    kind: "float",
    positiveBuckets: addedUp(histogram.positiveBuckets),
    negativeBuckets: addedUp(histogram.negativeBuckets),
  };
}
