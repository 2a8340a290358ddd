import { alertFingerprint, parseMoment, utc, type Alert, type Moment, type SilenceDraft } from "@ferula/alerting";
import { createMatcher, isUtf8Name, isValidLabelValue, labelsOf, type Labels, type Matcher } from "@ferula/model";
import { ApiRefusal, malformed, missing, RequestProblem, tooFew } from "./problems.ts";

/** The alerts of a `POST /alerts`: those that can be taken, and what is wrong with the others. */
export interface PostedAlerts {
  readonly alerts: readonly Alert[];
  readonly problems: readonly string[];
}

/**
 * Reads `[{labels, annotations, startsAt, endsAt, generatorURL}]`. A body of another shape throws RequestProblem; an alert with a bad
 * label is refused by itself, and its siblings are taken. What has no end gets one in `resolveTimeoutMs`.
 */
export function readAlerts(body: unknown, nowMs: number, resolveTimeoutMs: number): PostedAlerts {
  if (!Array.isArray(body)) throw new RequestProblem(400, 400, "parsing alerts body: expected a list of alerts");
  const alerts: Alert[] = [];
  const problems: string[] = [];
  for (const [i, item] of body.entries()) {
    const posted = objectOf(item, String(i));
    const labels = textMap(posted["labels"], `${i}.labels`) ?? raise(missing(`${i}.labels`));
    const annotations = textMap(posted["annotations"], `${i}.annotations`) ?? new Map<string, string>();
    const times = readTimes(posted, String(i), nowMs, resolveTimeoutMs);
    const generatorUrl = readGeneratorUrl(posted["generatorURL"], `${i}.generatorURL`);
    const problem = alertProblem(labels, annotations, times);
    if (problem === undefined)
      alerts.push({ ...named(labels), annotations: annotationsOf(annotations), ...times, generatorUrl, updatedAtMs: nowMs });
    else problems.push(problem);
  }
  return { alerts, problems };
}

function named(labelMap: ReadonlyMap<string, string>): Pick<Alert, "labels" | "fingerprint"> {
  const labels = labelsOf(labelMap);
  return { labels, fingerprint: alertFingerprint(labels) };
}

type Times = Pick<Alert, "startsAt" | "isTimeout"> & { readonly endsAt: Moment };

function readTimes(posted: Readonly<Record<string, unknown>>, at: string, nowMs: number, resolveTimeoutMs: number): Times {
  const startsAt = moment(posted["startsAt"], `${at}.startsAt`);
  const endsAt = moment(posted["endsAt"], `${at}.endsAt`);
  return { startsAt: startsAt ?? endsAt ?? utc(nowMs), endsAt: endsAt ?? utc(nowMs + resolveTimeoutMs), isTimeout: endsAt === undefined };
}

/** Why an alert can't be taken (types/types.go `Alert.Validate`). */
function alertProblem(
  labels: ReadonlyMap<string, string>,
  annotations: ReadonlyMap<string, string>,
  { startsAt, endsAt }: Times,
): string | undefined {
  if (endsAt.ms < startsAt.ms) return "start time must be before end time";
  const labelsProblem = pairsProblem(labels);
  if (labelsProblem !== undefined) return `invalid label set: ${labelsProblem}`;
  if (![...labels.values()].some((value) => value !== "")) return "at least one label pair required";
  const annotationsProblem = pairsProblem(annotations);
  return annotationsProblem === undefined ? undefined : `invalid annotations: ${annotationsProblem}`;
}

function pairsProblem(pairs: ReadonlyMap<string, string>): string | undefined {
  for (const [name, value] of pairs) {
    if (!isUtf8Name(name)) return `invalid name ${JSON.stringify(name)}`;
    if (!isValidLabelValue(value)) return `invalid value ${JSON.stringify(value)}`;
  }
  return undefined;
}

/** Annotations may be empty texts; they are kept as pairs ordered by name all the same. */
function annotationsOf(pairs: ReadonlyMap<string, string>): Labels {
  return [...pairs].toSorted(([a], [b]) => (a < b ? -1 : 1)).flat();
}

/** Go's zero time stands for no time. */
function moment(value: unknown, field: string): Moment | undefined {
  if (value === undefined || value === null || value === "" || value === "0001-01-01T00:00:00Z" || value === "0001-01-01T00:00:00.000Z")
    return undefined;
  if (typeof value !== "string") throw malformed(field, "date-time", value);
  try {
    return parseMoment(value);
  } catch {
    throw malformed(field, "date-time", value);
  }
}

function readGeneratorUrl(value: unknown, field: string): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "string" || (value !== "" && !URL.canParse(value, "http://relative.invalid"))) throw malformed(field, "uri", value);
  return value;
}

/** Reads a `postableSilence`. Throws RequestProblem for a body of another shape, ApiRefusal for what can't be meant. */
export function readSilence(body: unknown, nowMs: number): SilenceDraft {
  const posted = objectOf(body, "silence");
  const matchers = posted["matchers"];
  if (matchers === undefined || matchers === null) throw missing("matchers");
  if (!Array.isArray(matchers)) throw malformed("matchers", "array", matchers);
  if (matchers.length === 0) throw tooFew("matchers", 1);
  const startsAt = moment(posted["startsAt"], "startsAt") ?? raise(missing("startsAt"));
  const endsAt = moment(posted["endsAt"], "endsAt") ?? raise(missing("endsAt"));
  const id = posted["id"] ?? "";
  if (typeof id !== "string") throw malformed("id", "string", id);
  if (startsAt.ms >= endsAt.ms) throw new ApiRefusal(400, "failed to create silence: start time must be before end time");
  if (endsAt.ms < nowMs) throw new ApiRefusal(400, "failed to create silence: end time can't be in the past");
  return {
    ...(id === "" ? {} : { id }),
    matchers: matchers.map((matcher, i) => readMatcher(objectOf(matcher, `matchers.${i}`), `matchers.${i}`)),
    startsAtMs: startsAt.ms,
    endsAtMs: endsAt.ms,
    createdBy: requiredText(posted, "createdBy"),
    comment: requiredText(posted, "comment"),
    annotations: textMap(posted["annotations"], "annotations") ?? new Map(),
  };
}

function readMatcher(posted: Readonly<Record<string, unknown>>, at: string): Matcher {
  const name = requiredText(posted, "name", at);
  const value = requiredText(posted, "value", at);
  const isRegex = yesOrNo(posted["isRegex"], `${at}.isRegex`) ?? raise(missing(`${at}.isRegex`));
  const isEqual = yesOrNo(posted["isEqual"], `${at}.isEqual`) ?? true;
  try {
    return createMatcher(isEqual ? (isRegex ? "=~" : "=") : isRegex ? "!~" : "!=", name, value);
  } catch (error) {
    throw new ApiRefusal(400, `failed to create silence: invalid label matcher: ${(error as Error).message}`);
  }
}

function yesOrNo(value: unknown, field: string): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "boolean") throw malformed(field, "boolean", value);
  return value;
}

function requiredText(posted: Readonly<Record<string, unknown>>, field: string, at?: string): string {
  const value = posted[field];
  const name = at === undefined ? field : `${at}.${field}`;
  if (value === undefined || value === null) throw missing(name);
  if (typeof value !== "string") throw malformed(name, "string", value);
  return value;
}

function textMap(value: unknown, field: string): ReadonlyMap<string, string> | undefined {
  if (value === undefined || value === null) return undefined;
  const pairs = Object.entries(objectOf(value, field));
  for (const [name, text] of pairs) if (typeof text !== "string") throw malformed(`${field}.${name}`, "string", text);
  return new Map(pairs as [string, string][]);
}

function objectOf(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed(field, "object", value);
  return value as Readonly<Record<string, unknown>>;
}

function raise(error: Error): never {
  throw error;
}
