import type { Labels } from "@ferula/model";
import type { Appender, Queryable } from "@ferula/storage";
import type { Clock } from "@ferula/durations";
import type { Logger } from "@ferula/logging";
import type { ParseOptions } from "@ferula/promql-syntax";

/** An element of an instant vector. */
export interface VectorElement {
  readonly labels: Labels;
  readonly value: number;
}

/** An alert on its way to the Alertmanagers. */
export interface SentAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly generatorUrl: string;
}

/** Where the alerts of the time before a restart are found, and how far they count. */
export interface StoredState {
  readonly storage: Queryable;
  /** `--rules.alert.for-outage-tolerance`: what was stored longer ago no longer counts. */
  readonly outageToleranceMs: number;
  /** `--rules.alert.for-grace-period`: how long an alert that did not fire before stays pending at least, so that targets can be scraped. */
  readonly gracePeriodMs: number;
}

/** What rules need from outside. */
export interface RuleDeps {
  /** Evaluates an expression at a time. Fails with PromError. */
  readonly query: (expr: string, evalTimeMs: number, signal: AbortSignal) => Promise<readonly VectorElement[]>;
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
