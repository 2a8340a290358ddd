import { defineType, goFloat, type GoFloat, type GoObject } from "@ferula/go-template";
import { type FloatHistogram, formatHistogram } from "@ferula/model";
import type { VectorElement } from "./ports.ts";

const histogramValue: (histogram: FloatHistogram) => GoObject<FloatHistogram> = defineType<FloatHistogram>({
  type: "*histogram.FloatHistogram",
  fields: {
    Schema: ({ schema }) => schema,
    ZeroThreshold: ({ zeroThreshold }) => goFloat(zeroThreshold),
    ZeroCount: ({ zeroCount }) => goFloat(zeroCount),
    Count: ({ count }) => goFloat(count),
    Sum: ({ sum }) => goFloat(sum),
  },
  text: formatHistogram,
});

/** What a template sees of a sample's value: a number, or a histogram, which prints with its buckets. */
export function sampleValue({ value, histogram }: Pick<VectorElement, "value" | "histogram">): GoFloat | GoObject<FloatHistogram> {
  return histogram === undefined ? goFloat(value) : histogramValue(histogram);
}
