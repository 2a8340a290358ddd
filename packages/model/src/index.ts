export { Annotations, type AnnotationKind, type AnnotationRange, type AnnotationTexts } from "./annotations.ts";
export { isPromError, PromError, type ApiErrorType } from "./errors.ts";
export { fingerprint, fnv1a64, formatFingerprint, hashLabels, hashRatio, stableHash } from "./hash.ts";
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
export { createMatcher, formatMatcher, matchesLabels, type Matcher, type MatchType } from "./matcher.ts";
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
export { formatFloat, formatFloatE, formatFloatF, formatJsonFloat, parseFloatText } from "./number-text.ts";
export {
  createSampleBatch,
  createSampleColumns,
  growSampleBatch,
  growSampleColumns,
  isStaleAt,
  setStaleAt,
  STALE_NAN_HIGH,
  STALE_NAN_LOW,
  type SampleBatch,
  type SampleColumns,
} from "./sample-columns.ts";
export { compareUtf8 } from "@ferula/bytes";
export { xxhash64 } from "./xxhash64.ts";
