import type { Labels, Matcher, MetricMetadata } from "@ferula/model";
import type { MetricFamily } from "./answer/family-json.ts";

/*
 * What the API shows, as plain data. The app fills it from scrape, rules, notifier and storage; this package knows none of them.
 * Times are milliseconds since the epoch, and 0 is never. The fields are those of upstream's JSON (web/api/v1/api.go).
 */

/** A target that is scraped. */
export interface TargetView {
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  /** The URL for a browser elsewhere: a target on this host is given by the host's name. */
  readonly globalUrl: string;
  readonly labels: Labels;
  /** Before relabelling. */
  readonly discoveredLabels: Labels;
  readonly health: "up" | "down" | "unknown";
  /** Empty after a scrape that worked. */
  readonly lastError: string;
  readonly lastScrapeMs: number;
  readonly lastScrapeDurationSeconds: number;
  /** In Prometheus' dialect, such as `15s`. */
  readonly scrapeInterval: string;
  readonly scrapeTimeout: string;
  /** What the target says of its metrics, by their families. */
  readonly metadata: () => Iterable<readonly [string, MetricMetadata]>;
}

/** A target that relabelling dropped. */
export interface DroppedTargetView {
  readonly scrapePool: string;
  readonly discoveredLabels: Labels;
}

/** One rule of a job's relabelling of targets, and what came out of it. */
export interface RelabelStepView {
  /** Answered as it is: an object with the fields of upstream's, in upstream's order (model/relabel/relabel.go `Config`). */
  readonly rule: unknown;
  /** Empty from the rule on that dropped the target. */
  readonly output: Labels;
  readonly keep: boolean;
}

/** What is scraped. */
export interface TargetsPort {
  readonly pools: () => readonly string[];
  /** The job's section as YAML; undefined when there is no such job. */
  readonly poolConfig: (pool: string) => string | undefined;
  /** What the job's rules make of a target, one step a rule; undefined when there is no such job. */
  readonly relabelSteps: (pool: string, labels: Labels) => readonly RelabelStepView[] | undefined;
  readonly active: () => readonly TargetView[];
  /** As many as are kept, see `keep_dropped_targets`. */
  readonly dropped: () => readonly DroppedTargetView[];
  /** All that were dropped, by pool. */
  readonly droppedCounts: () => ReadonlyMap<string, number>;
}

/** An alert of a rule that is not inactive. */
export interface AlertView {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: "pending" | "firing";
  readonly activeAtMs: number;
  readonly keepFiringSinceMs: number;
  readonly value: number;
}

/** A rule; the fields from `durationSeconds` on are those of alerting rules. */
export interface RuleView {
  readonly type: "alerting" | "recording";
  readonly name: string;
  /** The expression, as the parser prints it. */
  readonly query: string;
  readonly labels: Labels;
  readonly health: "unknown" | "ok" | "err";
  /** Empty after an evaluation that worked. */
  readonly lastError: string;
  readonly evaluationSeconds: number;
  readonly lastEvaluationMs: number;
  readonly durationSeconds: number;
  readonly keepFiringForSeconds: number;
  readonly annotations: Labels;
  readonly alerts: readonly AlertView[];
}

/** A group of rules. */
export interface RuleGroupView {
  readonly name: string;
  readonly file: string;
  readonly intervalSeconds: number;
  /** 0 is none. */
  readonly limit: number;
  readonly evaluationSeconds: number;
  readonly lastEvaluationMs: number;
  readonly rules: readonly RuleView[];
}

/** The rules, from which the alerts are told as well. */
export interface RulesPort {
  /** In the order of files and groups. */
  readonly groups: () => readonly RuleGroupView[];
}

/** The URLs to which alerts are posted, and those that relabelling dropped. */
export interface AlertmanagersPort {
  readonly active: () => readonly string[];
  readonly dropped: () => readonly string[];
}

/** The exemplars of a series, by ascending time. */
export interface SeriesExemplarsView {
  readonly seriesLabels: Labels;
  readonly exemplars: readonly { readonly labels: Labels; readonly value: number; readonly timestampMs: number }[];
}

/** Finds exemplars in a range (both ends inclusive) of the series that match all matchers of one of the sets; series are sorted by labels. */
export type ExemplarsPort = (
  minTimeMs: number,
  maxTimeMs: number,
  matcherSets: readonly (readonly Matcher[])[],
) => readonly SeriesExemplarsView[];

/** What changes the storage by hand. Ranges are inclusive at both ends. */
export interface AdminPort {
  /** Deletes the samples of a range of the series that match all matchers. */
  readonly deleteSeries: (minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[]) => Promise<void>;
  readonly cleanTombstones: () => Promise<void>;
  /** Makes the snapshot `name`, in the folder where snapshots are. */
  readonly snapshot: (name: string, withHead: boolean) => Promise<void>;
}

/** How far the log has been replayed, in segments. */
export interface WalReplayView {
  readonly min: number;
  readonly max: number;
  readonly current: number;
}

/** The data of `/status/…`. What is `unknown` is answered as it is: objects with the fields of upstream's, in upstream's order. */
export interface StatusPort {
  /** The configuration in force as YAML, secrets masked. */
  readonly config: () => string;
  readonly flags: () => ReadonlyMap<string, string>;
  readonly runtimeInfo: () => unknown;
  readonly buildInfo: () => unknown;
  /** Tables of `limit` rows, from 1. */
  readonly tsdb: (limit: number) => unknown;
  /** What `meta.json` says of each block, by ascending beginning. */
  readonly blocks: () => readonly unknown[];
  /** The program's own metrics, in any order. Default: there is no `status/self_metrics`. */
  readonly selfMetrics?: () => Promise<readonly MetricFamily[]>;
}

/** Something that the user should know of the server, such as a reload that failed. */
export interface NotificationView {
  readonly text: string;
  readonly dateMs: number;
  /** False is told once, when it is over. */
  readonly isActive: boolean;
}

/** Who is told of notifications. */
export interface NotificationListener {
  /** Returns false where it can't take any more at present; then it misses this one. */
  readonly take: (notification: NotificationView) => boolean;
  /** Called when there will be no more. */
  readonly end: () => void;
}

/** The notifications of the server. */
export interface NotificationsPort {
  /** Those that are active, the oldest first. */
  readonly list: () => readonly NotificationView[];
  /** Tells those that are active, then all changes, until the function that it returns is called. Undefined where too many listen. */
  readonly subscribe: (listener: NotificationListener) => (() => void) | undefined;
}

/** Which features are on: by category, then by name. */
export type FeatureSet = ReadonlyMap<string, ReadonlyMap<string, boolean>>;
