import type { Labels, Matcher } from "@ferula/model";
import { createMatcher, type MatchType } from "@ferula/model";
import { fromTimestamp, toTimestamp, type MatcherMessage, type MeshSilenceMessage } from "../state/messages.ts";
import { matchesAll } from "../matchers/label-matchers.ts";

/** A rule that keeps alerts from being sent for a time. Times are milliseconds since the epoch. */
export interface Silence {
  readonly id: string;
  /** An alert is silenced when all of these match. */
  readonly matchers: readonly Matcher[];
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly updatedAtMs: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations: ReadonlyMap<string, string>;
}

export type SilenceState = "pending" | "active" | "expired";

/** Where a silence stands at `nowMs`. */
export function silenceState({ startsAtMs, endsAtMs }: Silence, nowMs: number): SilenceState {
  if (nowMs < startsAtMs) return "pending";
  return nowMs > endsAtMs ? "expired" : "active";
}

/** Whether the silence applies to an alert with these labels, whenever it is in force. */
export function silences(silence: Silence, labels: Labels): boolean {
  return matchesAll(silence.matchers, labels);
}

/** What is wrong with a silence, or undefined. The texts are those of upstream's API. */
export function silenceProblem({ matchers, startsAtMs, endsAtMs }: Silence): string | undefined {
  if (matchers.length === 0) return "invalid silence: at least one matcher required";
  if (matchers.every(({ matches }) => matches(""))) return "invalid silence: at least one matcher must not match the empty string";
  if (matchers.some(({ name }) => name === "")) return 'invalid silence: invalid label matcher: invalid label name ""';
  if (endsAtMs < startsAtMs) return "invalid silence: end time must not be before start time";
  return undefined;
}

const TYPES: readonly MatchType[] = ["=", "=~", "!=", "!~"];

/** A silence as upstream stores it; it is forgotten `retentionMs` after its end. */
export function toMeshSilence(silence: Silence, retentionMs: number): MeshSilenceMessage {
  const matchers = silence.matchers.map(({ type, name, value }) => ({ type: TYPES.indexOf(type), name, pattern: value }));
  return {
    silence: {
      id: silence.id,
      matchers,
      startsAt: toTimestamp(silence.startsAtMs),
      endsAt: toTimestamp(silence.endsAtMs),
      updatedAt: toTimestamp(silence.updatedAtMs),
      createdBy: silence.createdBy,
      comment: silence.comment,
      annotations: Object.fromEntries(silence.annotations),
      matcherSets: [{ matchers }],
    },
    expiresAt: toTimestamp(silence.endsAtMs + retentionMs),
  };
}

/** The other way; files of older versions hold comment and creator in a list. */
export function fromMeshSilence({ silence }: MeshSilenceMessage): Silence {
  const [oldComment] = silence.comments ?? [];
  return {
    id: silence.id,
    matchers: (silence.matcherSets[0]?.matchers ?? silence.matchers).map(toMatcher),
    startsAtMs: fromTimestamp(silence.startsAt),
    endsAtMs: fromTimestamp(silence.endsAt),
    updatedAtMs: fromTimestamp(silence.updatedAt),
    createdBy: silence.createdBy || (oldComment?.author ?? ""),
    comment: silence.comment || (oldComment?.comment ?? ""),
    annotations: new Map(Object.entries(silence.annotations)),
  };
}

function toMatcher({ type, name, pattern }: MatcherMessage): Matcher {
  return createMatcher(TYPES[type] ?? "=", name, pattern);
}

const STATE_ORDER: readonly SilenceState[] = ["active", "pending", "expired"];

/** The order of listings at `nowMs`: active ones by the soonest end, pending ones by the soonest start, expired ones by the latest end. */
export function compareSilences(nowMs: number): (a: Silence, b: Silence) => number {
  return (a, b) => {
    const state = silenceState(a, nowMs);
    const order = STATE_ORDER.indexOf(state) - STATE_ORDER.indexOf(silenceState(b, nowMs));
    if (order !== 0) return order;
    switch (state) {
      case "active":
        return a.endsAtMs - b.endsAtMs;
      case "pending":
        return a.startsAtMs - b.startsAtMs;
      case "expired":
        return b.endsAtMs - a.endsAtMs;
    }
  };
}
