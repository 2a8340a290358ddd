import type { Labels } from "@ferula/model";
import type { Expr } from "@ferula/promql-syntax";
import type { ActiveAlert } from "./alert-state.ts";
import type { RuleDefinition } from "./rule-shape.ts";
import type { Span } from "@ferula/tracing";
import type { StoredState, VectorElement } from "./ports.ts";

/** How a rule's last evaluation went. */
export interface RuleHealth {
  readonly health: "unknown" | "ok" | "err";
  readonly lastError: string;
  /** When it began by the clock, a little behind its time in the schedule; 0 before the first one. */
  readonly lastEvaluationMs: number;
  readonly evaluationSeconds: number;
}

export const unknownHealth: RuleHealth = Object.freeze({ health: "unknown", lastError: "", lastEvaluationMs: 0, evaluationSeconds: 0 });

/** A rule of a running group. */
export interface Rule {
  readonly definition: RuleDefinition;
  readonly name: string;
  /** The expression as upstream prints it, so that links to the same expression are the same. */
  readonly query: string;
  readonly expr: Expr;
  /** The rule's labels over those of its group; one that is empty takes a label away. */
  readonly assigned: ReadonlyMap<string, string>;
  /** The same but for those that are empty. */
  readonly labels: Labels;
  /**
   * Series to store: name and labels final. The expression is evaluated at `queryTimeMs`, which lies before `evalTimeMs` by the query
   * offset; what happens to alerts happens at `evalTimeMs`. Its queries are pieces of `span`. Fails when the expression or its result
   * can't be used; then nothing is stored.
   */
  readonly evaluate: (evalTimeMs: number, queryTimeMs: number, signal: AbortSignal, span?: Span) => Promise<readonly VectorElement[]>;
  /** Of an alerting rule: its alerts that are pending or firing. */
  readonly alerts: () => readonly ActiveAlert[];
  /** The same with those that are resolved and still repeated, by `labelsKey`: for the rule's successor after a reload. */
  readonly history: () => ReadonlyMap<string, ActiveAlert>;
  /**
   * Of an alerting rule that was made to be restored: takes over since when its alerts were active before the process started. Until
   * then it stores nothing, which would hide what is stored. Fails when the storage can't be read; then alerts began with the process.
   */
  readonly restore: (stored: StoredState, nowMs: number, signal: AbortSignal) => Promise<void>;
  /** Of an alerting rule: marks what is due and hands it to the notifier. */
  readonly sendDue: (evalTimeMs: number, intervalMs: number) => void;
  readonly health: () => RuleHealth;
  readonly setHealth: (health: RuleHealth) => void;
  /** Takes over the alerts of the same rule before a reload. Its health is unknown until it is evaluated, as it may be another expression. */
  readonly adopt: (old: Rule) => void;
}
