import { alertFingerprint, utc, type Alert, type Moment } from "@ferula/alerting";
import { goQuote } from "@ferula/durations";
import { isUtf8Name, isValidLabelValue, labelsOf, type Labels } from "@ferula/model";
import { isZeroTime } from "./date-time.ts";
import { createJsonReader } from "./json-reader.ts";
import { malformed, missing } from "./problems.ts";
import { isRequestUri } from "./request-uri.ts";

/** The alerts of a `POST /alerts`: those that can be taken, and what is wrong with the others. */
export interface PostedAlerts {
  readonly alerts: readonly Alert[];
  /** How many fire and how many have ended, wrong ones too. */
  readonly firingCount: number;
  readonly resolvedCount: number;
  readonly problems: readonly string[];
}

/** A `postableAlert` as it stands in the body; an absent field is undefined. */
interface PostedAlert {
  readonly labels: ReadonlyMap<string, string> | undefined;
  readonly annotations: ReadonlyMap<string, string> | undefined;
  readonly startsAt: Moment | undefined;
  readonly endsAt: Moment | undefined;
  readonly generatorUrl: string | undefined;
}

const reader = createJsonReader("alerts");

/**
 * Reads `[{labels, annotations, startsAt, endsAt, generatorURL}]`. A body of another shape throws RequestProblem; an alert with a bad
 * label is refused by itself, and its siblings are taken. What has no end gets one in `resolveTimeoutMs`.
 */
export function readAlerts(body: unknown, nowMs: number, resolveTimeoutMs: number): PostedAlerts {
  const posted = (reader.list(body, "value of type models.PostableAlerts") ?? []).map(decode);
  posted.forEach(checkShape);
  const alerts: Alert[] = [];
  const problems: string[] = [];
  let firingCount = 0;
  for (const { labels: given = new Map(), annotations = new Map(), generatorUrl = "", ...moments } of posted) {
    const labels = new Map([...given].filter(([, value]) => value !== ""));
    const times = timesOf(moments, nowMs, resolveTimeoutMs);
    if (times.endsAt.ms > nowMs) firingCount++;
    const problem = alertProblem(labels, annotations, times);
    if (problem === undefined)
      alerts.push({ ...named(labels), annotations: annotationsOf(annotations), ...times, generatorUrl, updatedAtMs: nowMs });
    else problems.push(problem);
  }
  return { alerts, problems, firingCount, resolvedCount: posted.length - firingCount };
}

function decode(item: unknown): PostedAlert {
  const fields = reader.object(item, "value of type models.PostableAlert");
  return {
    annotations: reader.texts(fields, "annotations", ""),
    endsAt: reader.moment(fields, "endsAt", ""),
    startsAt: reader.moment(fields, "startsAt", ""),
    generatorUrl: reader.text(fields, "generatorURL", "Alert"),
    labels: reader.texts(fields, "labels", "Alert"),
  };
}

function checkShape({ labels, generatorUrl = "" }: PostedAlert, index: number): void {
  if (generatorUrl !== "" && !isRequestUri(generatorUrl)) throw malformed(`${index}.generatorURL`, "uri", generatorUrl);
  if (labels === undefined) throw missing(`${index}.labels`);
}

function named(labelMap: ReadonlyMap<string, string>): Pick<Alert, "labels" | "fingerprint"> {
  const labels = labelsOf(labelMap);
  return { labels, fingerprint: alertFingerprint(labels) };
}

type Times = Pick<Alert, "startsAt" | "isTimeout"> & { readonly endsAt: Moment };

function timesOf(posted: Pick<PostedAlert, "startsAt" | "endsAt">, nowMs: number, resolveTimeoutMs: number): Times {
  const startsAt = unlessZero(posted.startsAt);
  const endsAt = unlessZero(posted.endsAt);
  return { startsAt: startsAt ?? endsAt ?? utc(nowMs), endsAt: endsAt ?? utc(nowMs + resolveTimeoutMs), isTimeout: endsAt === undefined };
}

function unlessZero(moment: Moment | undefined): Moment | undefined {
  return moment === undefined || isZeroTime(moment) ? undefined : moment;
}

/** Why an alert can't be taken (alert/alert.go `Validate`). */
function alertProblem(
  labels: ReadonlyMap<string, string>,
  annotations: ReadonlyMap<string, string>,
  { startsAt, endsAt }: Times,
): string | undefined {
  if (endsAt.ms < startsAt.ms) return "start time must be before end time";
  if (labels.size === 0) return "at least one label pair required";
  const labelsProblem = pairsProblem(labels);
  if (labelsProblem !== undefined) return `invalid label set: ${labelsProblem}`;
  const annotationsProblem = pairsProblem(annotations);
  return annotationsProblem === undefined ? undefined : `invalid annotations: ${annotationsProblem}`;
}

function pairsProblem(pairs: ReadonlyMap<string, string>): string | undefined {
  for (const [name, value] of pairs) {
    if (!isUtf8Name(name)) return `invalid name ${goQuote(name)}`;
    if (!isValidLabelValue(value)) return `invalid value ${goQuote(value)}`;
  }
  return undefined;
}

/** Annotations may be empty texts; they are kept as pairs ordered by name all the same. */
function annotationsOf(pairs: ReadonlyMap<string, string>): Labels {
  return [...pairs].toSorted(([a], [b]) => (a < b ? -1 : 1)).flat();
}
