import { goQuote } from "@ferula/durations";
import { isUtf8Name, type Labels, type Matcher } from "@ferula/model";
import { matchesAll } from "../matchers/label-matchers.ts";

/** A rule that keeps alerts from being sent for a time. Times are milliseconds since the epoch. */
export interface Silence {
  readonly id: string;
  /** An alert is silenced when all of these match. */
  readonly matchers: readonly Matcher[];
  /** Further sets of matchers, any of which will do as well. Only other writers of the file make them. */
  readonly otherMatcherSets?: readonly (readonly Matcher[])[];
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly updatedAtMs: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations: ReadonlyMap<string, string>;
}

export type SilenceState = "pending" | "active" | "expired";

/** Where a silence stands at `nowMs`. Its end is no longer part of it: one that is ended now is over at once, within the same millisecond. */
export function silenceState({ startsAtMs, endsAtMs }: Pick<Silence, "startsAtMs" | "endsAtMs">, nowMs: number): SilenceState {
  if (nowMs >= endsAtMs) return "expired";
  return nowMs < startsAtMs ? "pending" : "active";
}

/** Whether the silence applies to an alert with these labels, whenever it is in force. */
export function silences(silence: Silence, labels: Labels): boolean {
  if (matchesAll(silence.matchers, labels)) return true;
  return silence.otherMatcherSets?.some((matchers) => matchesAll(matchers, labels)) ?? false;
}

/** What is wrong with a silence, or undefined. The texts are those of upstream's API. */
export function silenceProblem({
  matchers,
  startsAtMs,
  endsAtMs,
}: Pick<Silence, "matchers" | "startsAtMs" | "endsAtMs">): string | undefined {
  if (matchers.length === 0) return "invalid silence: matcher set 0 is empty";
  const badIndex = matchers.findIndex(({ name }) => !isUtf8Name(name));
  if (badIndex >= 0)
    return `invalid silence: invalid label matcher ${badIndex} in set 0: invalid label name ${goQuote(matchers[badIndex].name)}`;
  if (matchers.every(asksForNothing)) return "invalid silence: matcher set 0: at least one matcher must not match the empty string";
  if (endsAtMs < startsAtMs) return "invalid silence: end time must not be before start time";
  return undefined;
}

/** A matcher that leaves the label out would silence everything. One that excludes a value is always meant so (silence/silence.go `matchesEmpty`). */
function asksForNothing({ type, matchesEmpty }: Matcher): boolean {
  return matchesEmpty && (type === "=" || type === "=~");
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
