export { ExpositionError } from "./exposition-error.ts";
export { type ExpositionFormat, readContentType, TEXT_CONTENT_TYPE } from "./formats.ts";
export { negotiate, type NegotiateOptions, type Negotiated, writeFamilies, type WrittenFormat } from "./negotiate.ts";
export {
  type Bucket,
  type Exemplar,
  type FamilyType,
  type HistogramFamily,
  type HistogramMetric,
  type MetricFamily,
  type Quantile,
  type ScalarFamily,
  type ScalarMetric,
  type SummaryFamily,
  type SummaryMetric,
} from "./families/metric-family.ts";
export { readFamilies, type ReadFamiliesOptions } from "./families/read-families.ts";
export { writeOpenMetrics, type WriteOpenMetricsOptions } from "./families/write-openmetrics.ts";
export { writeText, type WriteTextOptions } from "./families/write-text.ts";
export { type FamilyStream, streamFamilies } from "./stream/stream-families.ts";
export { writeProtobuf, type WriteProtobufOptions } from "./protobuf/write-protobuf.ts";
export { sortFamilies } from "./families/sort-families.ts";
export { checkConsistency, formatGatherErrors, gatherFamilies, type Gathered } from "./families/gather.ts";
export { createSampleLine, parseSampleLine, type SampleLine } from "./text/sample-line.ts";
export { type LineSink } from "./line-sink.ts";
export { lineNumber, scanLine, scanText } from "./text/scan-text.ts";
export { parseKnownSample } from "./openmetrics/parse-sample.ts";
export { isEndLine, scanOpenMetrics, scanOpenMetricsLine } from "./openmetrics/scan-openmetrics.ts";
export { type MetadataLabels, normalizedFloatLabel, sampleLabels, unescaped, unescapedHelp } from "./text/sample-labels.ts";
export { parseValue, parseValueText } from "./text/parse-value.ts";
export { convertedHistogram, isNativeHistogram, nativeHistogram, observationCount } from "./protobuf/message-histogram.ts";
export {
  checkFamily,
  familyHelp,
  familyName,
  familyUnit,
  type LabelPair,
  labelsBetween,
  type MessageExemplar,
  metricLabels,
  readExemplar,
  sampleLabelSet,
} from "./protobuf/message-texts.ts";
export {
  COUNTER_VALUE,
  createMetricMessage,
  GAUGE_VALUE,
  HISTOGRAM_SUM,
  type HistogramMessage,
  type MetricMessage,
  SUMMARY_SUM,
  UNTYPED_VALUE,
} from "./protobuf/metric-message.ts";
export {
  COUNTER,
  type FamilyMessage,
  GAUGE,
  GAUGE_HISTOGRAM,
  HISTOGRAM,
  MESSAGE_TYPES,
  type MessageScan,
  type MessageSink,
  scanMessages,
  startMessageScan,
  SUMMARY,
  UNTYPED,
} from "./protobuf/scan-messages.ts";
export { BucketArena } from "./protobuf/bucket-arena.ts";
