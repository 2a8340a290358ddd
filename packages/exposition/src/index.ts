export { ExpositionError } from "./exposition-error.ts";
export { type ExpositionFormat, type Negotiated, negotiate, readContentType, TEXT_CONTENT_TYPE } from "./formats.ts";
export {
  type Bucket,
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
export { writeText, type WriteTextOptions } from "./families/write-text.ts";
export { sortFamilies } from "./families/sort-families.ts";
export { checkConsistency, formatGatherErrors, gatherFamilies, type Gathered } from "./families/gather.ts";
export { createSampleLine, parseSampleLine, type SampleLine } from "./text/sample-line.ts";
export { lineNumber, type LineSink, scanLine, scanText, type TextType } from "./text/scan-text.ts";
export { normalizedFloatLabel, sampleLabels, unescaped, unescapedHelp } from "./text/sample-labels.ts";
export { parseValue, parseValueText } from "./text/parse-value.ts";
