import { formatGoFloat } from "@ferula/durations";
import type { Rejection } from "@ferula/storage";
import type { VectorElement } from "./ports.ts";

/** What the log and a rule's `lastError` say of samples that the storage does not take. */
interface RejectionTexts {
  /** As storage/interface.go has it. */
  readonly reason: string;
  /** The line that counts them; each of those without one has a line of its own. */
  readonly summary: string | undefined;
}

const TEXTS: Readonly<Record<Rejection, RejectionTexts>> = {
  outOfOrder: { reason: "out of order sample", summary: "Error on ingesting out-of-order result from rule evaluation" },
  tooOld: { reason: "too old sample", summary: "Error on ingesting too old result from rule evaluation" },
  duplicate: {
    reason: "duplicate sample for timestamp",
    summary: "Error on ingesting results from rule evaluation with different value but same timestamp",
  },
  outOfBounds: { reason: "out of bounds", summary: undefined },
  invalid: { reason: "invalid histogram", summary: undefined },
};

/** The line that counts samples that were not taken for a reason, see `RejectionTexts`. */
export function rejectionSummary(reason: Rejection): string | undefined {
  return TEXTS[reason].summary;
}

/** Why one sample was not taken; `existing` is what the storage has in its place. */
export function rejectionText(
  reason: Rejection,
  { value }: VectorElement,
  timestampMs: number,
  existing: number | "histogram" | undefined,
): string {
  const text = TEXTS[reason].reason;
  if (reason !== "duplicate" || existing === undefined) return text;
  const there = existing === "histogram" ? "is a histogram" : formatGoFloat(existing);
  return `${text} ${timestampMs}; overrides not allowed: existing ${there}, new value ${formatGoFloat(value)}`;
}
