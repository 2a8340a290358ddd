import { boolean, integer, list, map, named, nullable, number, object, oneOf, type Schema, text, time } from "./schema.ts";

const count = { ...text, description: "A float as text." };
const point = {
  type: "array",
  description: "A time in seconds and a float as text.",
  prefixItems: [number, count],
  minItems: 2,
  maxItems: 2,
};
const histogram = object({
  count,
  sum: count,
  "buckets?": list({
    type: "array",
    description: "Which bounds belong to it (0: the upper, 1: the lower, 2: none, 3: both), the lower, the upper, the count.",
    prefixItems: [integer, count, count, count],
    minItems: 4,
    maxItems: 4,
  }),
});
const histogramPoint = {
  type: "array",
  description: "A time in seconds and a native histogram.",
  prefixItems: [number, named("Histogram")],
  minItems: 2,
  maxItems: 2,
};
const health = oneOf("ok", "err", "unknown");
const ruleOutcome = { health, "lastError?": text, evaluationTime: number, lastEvaluation: time };
const row = object({ name: text, value: integer });

/** The schemas that the document's operations name. */
export const components: Readonly<Record<string, Schema>> = {
  Labels: map(text),
  Histogram: histogram,
  Series: object({
    metric: named("Labels"),
    "value?": point,
    "values?": list(point),
    "histogram?": histogramPoint,
    "histograms?": list(histogramPoint),
  }),
  QueryResult: object({
    resultType: oneOf("scalar", "string", "vector", "matrix"),
    result: { oneOf: [list(named("Series")), point] },
    "stats?": { type: "object" },
  }),
  Exemplars: object({
    seriesLabels: named("Labels"),
    exemplars: list(object({ labels: named("Labels"), value: count, timestamp: number })),
  }),
  Metadata: object({ type: text, unit: text, help: text }),
  TargetMetadata: object({ target: named("Labels"), "metric?": text, type: text, help: text, unit: text }),
  Target: object({
    discoveredLabels: named("Labels"),
    labels: named("Labels"),
    scrapePool: text,
    scrapeUrl: text,
    globalUrl: text,
    lastError: text,
    lastScrape: time,
    lastScrapeDuration: number,
    health: oneOf("up", "down", "unknown"),
    scrapeInterval: text,
    scrapeTimeout: text,
  }),
  DroppedTarget: object({ discoveredLabels: named("Labels"), scrapePool: text }),
  RelabelStep: object({ rule: { type: "object" }, output: named("Labels"), keep: boolean }),
  Alert: object({
    labels: named("Labels"),
    annotations: named("Labels"),
    state: oneOf("pending", "firing"),
    "activeAt?": time,
    "keepFiringSince?": time,
    value: count,
  }),
  AlertingRule: object({
    state: oneOf("unknown", "inactive", "pending", "firing"),
    name: text,
    query: text,
    duration: number,
    keepFiringFor: number,
    labels: named("Labels"),
    annotations: named("Labels"),
    alerts: nullable(list(named("Alert"))),
    ...ruleOutcome,
    type: { const: "alerting" },
  }),
  RecordingRule: object({ name: text, query: text, labels: named("Labels"), ...ruleOutcome, type: { const: "recording" } }),
  RuleGroup: object({
    name: text,
    file: text,
    rules: list({ oneOf: [named("AlertingRule"), named("RecordingRule")] }),
    interval: number,
    limit: integer,
    evaluationTime: number,
    lastEvaluation: time,
  }),
  TsdbStatus: object({
    headStats: object({ numSeries: integer, numLabelPairs: integer, chunkCount: integer, minTime: integer, maxTime: integer }),
    seriesCountByMetricName: list(row),
    labelValueCountByLabelName: list(row),
    memoryInBytesByLabelName: list(row),
    seriesCountByLabelValuePair: list(row),
  }),
  Block: object({
    ulid: text,
    minTime: integer,
    maxTime: integer,
    stats: { type: "object" },
    compaction: { type: "object" },
    version: integer,
  }),
  SearchResult: object({ "name?": text, "value?": text, "score?": number, "type?": text, "help?": text, "unit?": text }),
  SearchBatch: object({ results: list(named("SearchResult")), "warnings?": list(text) }),
  SearchEnd: object({ status: { const: "success" }, has_more: boolean, "warnings?": list(text) }),
  Notification: object({ text, date: time, active: boolean }),
  Error: object({
    status: { const: "error" },
    errorType: oneOf("bad_data", "execution", "canceled", "timeout", "internal", "unavailable", "not_found", "not_acceptable"),
    error: text,
  }),
};
