export { Annotations, type AnnotationKind, type AnnotationRange, type AnnotationTexts } from "./annotations.ts";
export { isPromError, PromError, type ApiErrorType } from "./errors.ts";
export { escapeName, type EscapingScheme, unescapeName } from "./escape-name.ts";
export {
  fingerprint,
  fnv1a64,
  formatFingerprint,
  hashForLabels,
  hashLabels,
  hashRatio,
  hashWithoutLabels,
  parseFingerprint,
  stableHash,
} from "./hash.ts";
export { exponentOf, fractionOf } from "./float-parts.ts";
export { ln, log2 } from "./histogram/go-logarithm.ts";
export { type AddOutcome, addHistogram, areCompatible, subtractHistogram } from "./histogram/add.ts";
export { bucketBound, exponentialBound } from "./histogram/bounds.ts";
export { allBuckets, allBucketsDescending, type BucketCursor, sideBuckets, sideBucketsInwards } from "./histogram/bucket-cursor.ts";
export { compactHistogram } from "./histogram/compact.ts";
export { ClassicHistogram } from "./histogram/convert-classic.ts";
export { detectReset } from "./histogram/detect-reset.ts";
export { customBoundsMatch, histogramsEqual } from "./histogram/equal.ts";
export { HistogramError, type HistogramFault, invalidSchemaError, isHistogramError, unknownSchemaError } from "./histogram/errors.ts";
export { histogramFraction } from "./histogram/fraction.ts";
export {
  copyHistogram,
  type CounterResetHint,
  createFloatHistogram,
  createIntegerHistogram,
  type FloatHistogram,
  type Histogram,
  type HistogramFields,
  type IntegerHistogram,
  type Side,
  type Spans,
} from "./histogram/histogram.ts";
export { createCompensation, kahanAddHistogram } from "./histogram/kahan-add.ts";
export { histogramQuantile, type NanNote } from "./histogram/quantile.ts";
export { copyToSchema, reduceResolution } from "./histogram/reduce-resolution.ts";
export { divideHistogram, hasOverflow, multiplyHistogram } from "./histogram/scale.ts";
export {
  CUSTOM_BUCKETS_SCHEMA,
  hasCustomBuckets,
  isExponentialSchema,
  isKnownSchema,
  isValidSchema,
  MAX_EXPONENTIAL_SCHEMA,
  MIN_EXPONENTIAL_SCHEMA,
} from "./histogram/schema.ts";
export { histogramSizeBytes } from "./histogram/size.ts";
export { formatHistogram, formatTestHistogram } from "./histogram/text.ts";
export { type ClassicSample, toClassicSamples } from "./histogram/to-classic.ts";
export { toFloatHistogram } from "./histogram/to-float.ts";
export { type TrimmedEnd } from "./histogram/trim-bucket.ts";
export { trimBuckets } from "./histogram/trim.ts";
export { validateHistogram } from "./histogram/validate.ts";
export { fourDigits, humanize, humanize1024, humanizeDuration, humanizePercentage } from "./humanize.ts";
export {
  compareLabels,
  emptyLabels,
  hasLabel,
  labelPairs,
  labelsKey,
  labelsOf,
  labelsToJson,
  labelsWith,
  labelsWithout,
  labelValue,
  METRIC_NAME,
  type Labels,
} from "./labels.ts";
export { LabelsBuilder } from "./labels-builder.ts";
export { formatLabels, formatSeries } from "./labels-text.ts";
export { createMatcher, formatMatcher, matchesLabels, type Matcher, type MatcherOptions, type MatchType } from "./matcher.ts";
export { type MetricMetadata, type MetricType } from "./metric-type.ts";
export {
  isLegacyLabelName,
  isLegacyMetricName,
  isUtf8Name,
  isValidLabelName,
  isValidLabelValue,
  isValidMetricName,
  type NameValidation,
} from "./names.ts";
export { formatFixed } from "./fixed-text.ts";
export { formatFloat, formatFloatE, formatFloatF, formatJsonFloat, formatOpenMetricsFloat } from "./number-text.ts";
export { parseFloatText } from "./parse-float-text.ts";
export { type ExemplarRow } from "./exemplar.ts";
export {
  createHistogramColumns,
  createSampleBatch,
  createSampleColumns,
  growSampleBatch,
  growSampleColumns,
  type HistogramColumns,
  type HistogramRow,
  isStaleAt,
  pushHistogram,
  setStaleAt,
  STALE_NAN_HIGH,
  STALE_NAN_LOW,
  type SampleBatch,
  type SampleColumns,
} from "./sample-columns.ts";
export { compareUtf8 } from "@ferula/bytes";
export { FLOAT_BYTES, writeFloat } from "./write-float.ts";
export { xxhash64 } from "./xxhash64.ts";
