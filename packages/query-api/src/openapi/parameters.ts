import { fuzzyAlgorithms } from "../search/scorer.ts";
import { boolean, integer, list, oneOf, type Schema, text, number } from "./schema.ts";

/** A parameter: of a query, or of a form where a POST has one. */
export interface Parameter {
  readonly description: string;
  readonly schema: Schema;
}

const instant = { oneOf: [{ ...text, format: "date-time" }, number] };
const duration = { oneOf: [text, number] };

/** Of all operations. */
export const parameters = {
  query: { description: "An expression.", schema: text },
  time: { description: "When it is evaluated: RFC 3339 or seconds. Default: now.", schema: instant },
  start: { description: "The first time of the range: RFC 3339 or seconds.", schema: instant },
  end: { description: "The last time of the range: RFC 3339 or seconds.", schema: instant },
  step: { description: "The time between two evaluations: `15s` or seconds.", schema: duration },
  timeout: { description: "How long the evaluation may take, up to `--query.timeout`.", schema: duration },
  lookback_delta: { description: "How old a sample may be that still counts.", schema: duration },
  stats: { description: "Asks for statistics of the evaluation.", schema: oneOf("true", "all") },
  limit: { description: "The most that is listed; 0 is no limit.", schema: integer },
  explain: { description: "Asks for the plan, or for what each operator took.", schema: oneOf("plan", "analyze") },
  "match[]": { description: "A selector of series; several find what any of them does.", schema: list(text) },
  metric: { description: "A metric's name.", schema: text },
  limit_per_metric: { description: "The most entries of one metric.", schema: integer },
  scrapePool: { description: "A job's name.", schema: text },
  state: { description: "Which targets are listed.", schema: oneOf("active", "dropped", "any") },
  match_target: { description: "A selector of targets by their labels.", schema: text },
  labels: { description: "The labels of a target before relabelling, as a JSON object.", schema: text },
  type: { description: "Which rules are listed.", schema: oneOf("alert", "record") },
  "rule_name[]": { description: "A rule's name.", schema: list(text) },
  "rule_group[]": { description: "A group's name.", schema: list(text) },
  "file[]": { description: "The path of a rule file.", schema: list(text) },
  exclude_alerts: { description: "Leaves alerts out of their rules.", schema: boolean },
  group_limit: { description: "The most groups that are listed.", schema: integer },
  group_next_token: { description: "Where to go on: what the answer before told.", schema: text },
  metric_name_pattern: { description: "A regular expression of whole names.", schema: text },
  label: { description: "A label's name.", schema: text },
  "search[]": { description: "A part of what is looked for; what fits one of several is found.", schema: list(text) },
  fuzz_alg: { description: "How texts are likened to what is looked for.", schema: oneOf(...fuzzyAlgorithms) },
  fuzz_threshold: { description: "The score that a text must have at least, in percent.", schema: integer },
  case_sensitive: { description: "Whether capitals count. Default: they do.", schema: boolean },
  sort_by: { description: "What results are sorted by.", schema: oneOf("alpha", "score") },
  sort_dir: { description: "Which way they are sorted by `alpha`.", schema: oneOf("asc", "dsc") },
  include_score: { description: "Has each result tell its score.", schema: boolean },
  include_metadata: { description: "Has each result tell what is known of the metric.", schema: boolean },
  batch_size: { description: "How many results make a line of the answer.", schema: integer },
  skip_head: { description: "Leaves out what is in memory only.", schema: boolean },
  openapi_version: { description: "Which version of OpenAPI describes it.", schema: oneOf("3.1", "3.2") },
} as const satisfies Readonly<Record<string, Parameter>>;

/** The name of a parameter. */
export type ParameterName = keyof typeof parameters;
