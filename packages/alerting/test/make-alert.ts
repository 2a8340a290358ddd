import { labelsOf } from "@ferula/model";
import { alertFingerprint, type Alert } from "../src/alert.ts";
import { utc } from "../src/moment.ts";

/** An alert for tests: times in milliseconds, `endsAtMs` absent for one that doesn't end. */
export function makeAlert(
  labels: Readonly<Record<string, string>>,
  { startsAtMs = 0, endsAtMs, updatedAtMs = startsAtMs, isTimeout = false, annotations = {} }: AlertOptions = {},
): Alert {
  const labelSet = labelsOf(labels);
  return {
    labels: labelSet,
    annotations: labelsOf(annotations),
    startsAt: utc(startsAtMs),
    endsAt: endsAtMs === undefined ? undefined : utc(endsAtMs),
    updatedAtMs,
    generatorUrl: "",
    isTimeout,
    fingerprint: alertFingerprint(labelSet),
  };
}

interface AlertOptions {
  readonly startsAtMs?: number;
  readonly endsAtMs?: number;
  readonly updatedAtMs?: number;
  readonly isTimeout?: boolean;
  readonly annotations?: Readonly<Record<string, string>>;
}
