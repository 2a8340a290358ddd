import { boolean, integer, list, map, named, object, type Schema, text } from "./schema.ts";
import { NDJSON_TYPE } from "../answer/batch-writer.ts";
import type { ParameterName } from "./parameters.ts";

/** The methods of the API's routes; OPTIONS is answered for all paths alike. */
export type Methods = "GET" | "GET, POST" | "POST" | "POST, PUT";

/** What is done at a path, by any of its methods. */
export interface Operation {
  readonly methods: Methods;
  readonly tag: Tag;
  readonly summary: string;
  readonly parameters?: readonly ParameterName[];
  /** Those of `parameters` that must be there. */
  readonly required?: readonly ParameterName[];
  /** What an answer holds as `data`. Default: there is no body. */
  readonly data?: Schema;
  /** The media type of an answer that is not in the envelope. */
  readonly mediaType?: string;
}

/** What operations are about. */
export const tags = {
  query: "Expressions, evaluated or read.",
  labels: "The names and values of labels, and series.",
  targets: "What is scraped, and what is known of its metrics.",
  rules: "Rules, alerts and who is told of them.",
  status: "The server itself.",
  storage: "Samples that come in or are read from afar, and the database.",
} as const;

/** The name of a tag. */
export type Tag = keyof typeof tags;

const range = ["start", "end"] as const;
const evaluation = ["timeout", "limit", "lookback_delta", "stats", "explain"] as const;
const listing = ["match[]", ...range, "limit"] as const;
const searching = [
  "search[]",
  "fuzz_alg",
  "fuzz_threshold",
  "case_sensitive",
  "sort_by",
  "sort_dir",
  "include_score",
  "match[]",
  ...range,
  "limit",
  "batch_size",
] as const;
const result = named("QueryResult");
const searched = { ...text, description: "Lines of JSON: `SearchBatch`, at least one, and at the end `SearchEnd` or `Error`." };

/** Every path of the API below `/api/v1`, in the manner of express. */
export const operations = {
  "/query": {
    methods: "GET, POST",
    tag: "query",
    summary: "Evaluates an expression at one time.",
    parameters: ["query", "time", ...evaluation],
    required: ["query"],
    data: result,
  },
  "/query_range": {
    methods: "GET, POST",
    tag: "query",
    summary: "Evaluates an expression at the steps of a range.",
    parameters: ["query", ...range, "step", ...evaluation],
    required: ["query", ...range, "step"],
    data: result,
  },
  "/query_exemplars": {
    methods: "GET, POST",
    tag: "query",
    summary: "Finds the exemplars of an expression's series.",
    parameters: ["query", ...range],
    required: ["query"],
    data: list(named("Exemplars")),
  },
  "/format_query": {
    methods: "GET, POST",
    tag: "query",
    summary: "Formats an expression.",
    parameters: ["query"],
    required: ["query"],
    data: text,
  },
  "/parse_query": {
    methods: "GET, POST",
    tag: "query",
    summary: "Reads an expression to a tree.",
    parameters: ["query"],
    required: ["query"],
    data: { type: "object" },
  },
  "/series": {
    methods: "GET, POST",
    tag: "labels",
    summary: "Lists series.",
    parameters: listing,
    required: ["match[]"],
    data: list(named("Labels")),
  },
  "/labels": { methods: "GET, POST", tag: "labels", summary: "Lists the names of labels.", parameters: listing, data: list(text) },
  "/label/:name/values": { methods: "GET", tag: "labels", summary: "Lists the values of a label.", parameters: listing, data: list(text) },
  "/scrape_pools": { methods: "GET", tag: "targets", summary: "Lists the jobs.", data: object({ scrapePools: list(text) }) },
  "/scrape_pools/config": {
    methods: "GET",
    tag: "targets",
    summary: "Shows a job's section of the configuration.",
    parameters: ["scrapePool"],
    required: ["scrapePool"],
    data: object({ yaml: text }),
  },
  "/targets": {
    methods: "GET",
    tag: "targets",
    summary: "Lists the targets.",
    parameters: ["state", "scrapePool"],
    data: object({
      activeTargets: list(named("Target")),
      droppedTargets: list(named("DroppedTarget")),
      droppedTargetCounts: { oneOf: [map(integer), { type: "null" }] },
    }),
  },
  "/targets/metadata": {
    methods: "GET",
    tag: "targets",
    summary: "Lists what targets say of their metrics.",
    parameters: ["match_target", "metric", "limit"],
    data: list(named("TargetMetadata")),
  },
  "/targets/relabel_steps": {
    methods: "GET",
    tag: "targets",
    summary: "Shows what each rule of a job's relabelling makes of a target.",
    parameters: ["scrapePool", "labels"],
    required: ["scrapePool", "labels"],
    data: object({ steps: list(named("RelabelStep")) }),
  },
  "/metadata": {
    methods: "GET",
    tag: "targets",
    summary: "Lists what is known of metrics.",
    parameters: ["metric", "limit", "limit_per_metric"],
    data: map(list(named("Metadata"))),
  },
  "/rules": {
    methods: "GET",
    tag: "rules",
    summary: "Lists the groups of rules, with their alerts.",
    parameters: ["type", "rule_name[]", "rule_group[]", "file[]", "match[]", "exclude_alerts", "group_limit", "group_next_token"],
    data: object({ groups: list(named("RuleGroup")), "groupNextToken?": text }),
  },
  "/alerts": {
    methods: "GET",
    tag: "rules",
    summary: "Lists the alerts that are pending or fire.",
    data: object({ alerts: list(named("Alert")) }),
  },
  "/alertmanagers": {
    methods: "GET",
    tag: "rules",
    summary: "Lists where alerts are sent.",
    data: object({ activeAlertmanagers: list(object({ url: text })), droppedAlertmanagers: list(object({ url: text })) }),
  },
  "/status/config": {
    methods: "GET",
    tag: "status",
    summary: "Shows the configuration, without its secrets.",
    data: object({ yaml: text }),
  },
  "/status/flags": { methods: "GET", tag: "status", summary: "Lists the flags with their values.", data: map(text) },
  "/status/runtimeinfo": { methods: "GET", tag: "status", summary: "Tells of the process.", data: { type: "object" } },
  "/status/buildinfo": { methods: "GET", tag: "status", summary: "Tells the version.", data: map(text) },
  "/status/tsdb": {
    methods: "GET",
    tag: "status",
    summary: "Tells what the series in memory are made of.",
    parameters: ["limit"],
    data: named("TsdbStatus"),
  },
  "/status/tsdb/blocks": {
    methods: "GET",
    tag: "status",
    summary: "Lists the blocks on the disk.",
    data: object({ blocks: list(named("Block")) }),
  },
  "/status/walreplay": {
    methods: "GET",
    tag: "status",
    summary: "Tells how far the log has been replayed, in segments.",
    data: object({ min: integer, max: integer, current: integer }),
  },
  "/status/self_metrics": {
    methods: "GET",
    tag: "status",
    summary: "Lists the server's own metrics.",
    parameters: ["metric_name_pattern"],
    data: list({ type: "object" }),
  },
  "/features": { methods: "GET", tag: "status", summary: "Lists what is on and off.", data: map(map(boolean)) },
  "/notifications": {
    methods: "GET",
    tag: "status",
    summary: "Lists what users should know of the server.",
    data: list(named("Notification")),
  },
  "/notifications/live": {
    methods: "GET",
    tag: "status",
    summary: "Tells notifications as they come and go, as events.",
    data: named("Notification"),
    mediaType: "text/event-stream",
  },
  "/openapi.yaml": {
    methods: "GET",
    tag: "status",
    summary: "This document.",
    parameters: ["openapi_version"],
    data: text,
    mediaType: "application/yaml",
  },
  "/read": {
    methods: "POST",
    tag: "storage",
    summary: "Gives samples to remote reads.",
    data: { ...text, format: "binary" },
    mediaType: "application/x-protobuf",
  },
  "/write": { methods: "POST", tag: "storage", summary: "Takes remote writes." },
  "/otlp/v1/metrics": { methods: "POST", tag: "storage", summary: "Takes metrics of OpenTelemetry." },
  "/search/metric_names": {
    methods: "GET, POST",
    tag: "labels",
    summary: "Searches the names of metrics.",
    parameters: [...searching, "include_metadata"],
    data: searched,
    mediaType: NDJSON_TYPE,
  },
  "/search/label_names": {
    methods: "GET, POST",
    tag: "labels",
    summary: "Searches the names of labels.",
    parameters: searching,
    data: searched,
    mediaType: NDJSON_TYPE,
  },
  "/search/label_values": {
    methods: "GET, POST",
    tag: "labels",
    summary: "Searches the values of a label.",
    parameters: ["label", ...searching],
    required: ["label"],
    data: searched,
    mediaType: NDJSON_TYPE,
  },
  "/admin/tsdb/delete_series": {
    methods: "POST, PUT",
    tag: "storage",
    summary: "Deletes samples.",
    parameters: ["match[]", ...range],
    required: ["match[]"],
  },
  "/admin/tsdb/clean_tombstones": { methods: "POST, PUT", tag: "storage", summary: "Takes deleted samples off the disk." },
  "/admin/tsdb/snapshot": {
    methods: "POST, PUT",
    tag: "storage",
    summary: "Makes a copy of the database beside it.",
    parameters: ["skip_head"],
    data: object({ name: text }),
  },
} as const satisfies Readonly<Record<string, Operation>>;

/** A path of the API. */
export type ApiPath = keyof typeof operations;

/** The paths of all of them. */
export const API_PATHS: readonly string[] = Object.keys(operations);
