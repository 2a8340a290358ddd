import type { Labels, MetricMetadata } from "@ferula/model";

/*
 * What the API shows, as plain data. The app fills it from scrape, rules, notifier and storage; this package knows none of them.
 * Times are milliseconds since the epoch, 0 is never.
 */

export interface TargetView {
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly globalUrl: string;
  readonly labels: Labels;
  readonly discoveredLabels: Labels;
  readonly health: "up" | "down" | "unknown";
  readonly lastError: string;
  readonly lastScrapeMs: number;
  readonly lastScrapeDurationSeconds: number;
  readonly scrapeInterval: string;
  readonly scrapeTimeout: string;
}

export interface DroppedTargetView {
  readonly scrapePool: string;
  readonly discoveredLabels: Labels;
}

export interface TargetsPort {
  readonly pools: () => readonly string[];
  /** The job's section as YAML; undefined when there is no such job. */
  readonly poolConfig: (pool: string) => string | undefined;
  readonly active: () => readonly TargetView[];
  readonly dropped: () => readonly DroppedTargetView[];
  readonly droppedCounts: () => ReadonlyMap<string, number>;
}

export interface AlertView {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: "pending" | "firing";
  readonly activeAtMs: number;
  readonly keepFiringSinceMs: number;
  readonly value: number;
}

export interface RuleView {
  readonly type: "alerting" | "recording";
  readonly name: string;
  readonly query: string;
  readonly labels: Labels;
  readonly health: "unknown" | "ok" | "err";
  readonly lastError: string;
  readonly evaluationSeconds: number;
  readonly lastEvaluationMs: number;
  /** Of alerting rules. */
  readonly durationSeconds: number;
  readonly keepFiringForSeconds: number;
  readonly annotations: Labels;
  readonly alerts: readonly AlertView[];
}

export interface RuleGroupView {
  readonly name: string;
  readonly file: string;
  readonly intervalSeconds: number;
  readonly limit: number;
  readonly evaluationSeconds: number;
  readonly lastEvaluationMs: number;
  readonly rules: readonly RuleView[];
}

export interface RulesPort {
  readonly groups: () => readonly RuleGroupView[];
}

export interface AlertmanagersPort {
  readonly active: () => readonly string[];
  readonly dropped: () => readonly string[];
}

export interface MetadataPort {
  readonly get: (metric: string) => MetricMetadata | undefined;
  readonly entries: () => Iterable<readonly [string, MetricMetadata]>;
}

/** The data of `/status/…`; each is JSON as upstream has it. */
export interface StatusPort {
  readonly config: () => string;
  readonly flags: () => ReadonlyMap<string, string>;
  readonly runtimeInfo: () => unknown;
  readonly buildInfo: () => unknown;
  readonly tsdb: (limit: number) => unknown;
  readonly walReplay: () => { readonly min: number; readonly max: number; readonly current: number };
}

