import type { FloatHistogram, Labels, Matcher } from "@ferula/model";
import type { Appender } from "@ferula/storage";
import type { Clock } from "@ferula/durations";
import type { Logger } from "@ferula/logging";
import type { ParseOptions } from "@ferula/promql-syntax";
import type { Span, TracerInForce } from "@ferula/tracing";

/** An element of an instant vector. */
export interface VectorElement {
  readonly labels: Labels;
  /** 0 where the element is a histogram. */
  readonly value: number;
  /** Set where the element is a histogram, which is only read. */
  readonly histogram?: FloatHistogram | undefined;
}

/** An alert on its way to the Alertmanagers. */
export interface SentAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly generatorUrl: string;
}

/** The newest sample of a series. */
export interface StoredSample {
  /** The metric's name may be among them. */
  readonly labels: Labels;
  readonly timestampMs: number;
  readonly value: number;
}

/** Which series are read, and since when; both ends are inclusive. */
export interface StoredRange {
  readonly matchers: readonly Matcher[];
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly signal: AbortSignal;
}

/** Where the alerts of the time before a restart are found, and how far they count. */
export interface StoredState {
  /** The newest sample of each series in a range, but of those that end with a stale marker. Fails when the storage can't be read. */
  readonly newest: (range: StoredRange) => Promise<readonly StoredSample[]>;
  /** `--rules.alert.for-outage-tolerance`: what was stored longer ago no longer counts. */
  readonly outageToleranceMs: number;
  /** `--rules.alert.for-grace-period`: how long an alert that did not fire before stays pending at least, so that targets can be scraped. */
  readonly gracePeriodMs: number;
}

/** Which group a rule is of. */
export interface RuleGroupId {
  readonly file: string;
  readonly name: string;
}

/** What rules need from outside. */
export interface RuleDeps {
  /** Evaluates an expression at a time, as a piece of `span`. Fails with PromError. */
  readonly query: (expr: string, evalTimeMs: number, signal: AbortSignal, span?: Span) => Promise<readonly VectorElement[]>;
  /** Which experimental parts of the language `query` takes. Default: promql-syntax' `defaultParseOptions`. */
  readonly syntax?: ParseOptions;
  readonly appender: Appender;
  readonly sendAlerts: (alerts: readonly SentAlert[]) => void;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Without a slash at its end. */
  readonly externalUrl: string;
  readonly externalLabels: () => Labels;
  /** How long an alert that was sent waits before it is sent again. */
  readonly resendDelayMs: number;
  /** Absent: alerts begin anew with each start. */
  readonly storedState?: StoredState;
}

/** What groups need: they say for which of them a query is. */
export interface GroupDeps extends Omit<RuleDeps, "query"> {
  readonly query: (expr: string, evalTimeMs: number, signal: AbortSignal, group: RuleGroupId, span?: Span) => ReturnType<RuleDeps["query"]>;
  /** Absent: nothing is traced. */
  readonly tracer?: TracerInForce | undefined;
}
