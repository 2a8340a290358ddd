import { alertFingerprint, parseMoment, utc, type Alert, type Moment, type SilenceDraft } from "@ferula/alerting";
import { createMatcher, isUtf8Name, labelsOf, type Labels, type Matcher } from "@ferula/model";
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
    const problem = labelProblem(labels);
    if (problem === undefined) alerts.push(toAlert(posted, labels, String(i), nowMs, resolveTimeoutMs));
    else problems.push(problem);
  }
  return { alerts, problems };
}

function toAlert(
  posted: Readonly<Record<string, unknown>>,
  labelMap: ReadonlyMap<string, string>,
  at: string,
  nowMs: number,
  resolveTimeoutMs: number,
): Alert {
  const labels = labelsOf(labelMap);
  const givenStart = moment(posted["startsAt"], `${at}.startsAt`);
  const givenEnd = moment(posted["endsAt"], `${at}.endsAt`);
  return {
    labels,
    annotations: annotationsOf(textMap(posted["annotations"], `${at}.annotations`)),
    startsAt: givenStart ?? givenEnd ?? utc(nowMs),
    endsAt: givenEnd ?? utc(nowMs + resolveTimeoutMs),
    updatedAtMs: nowMs,
    generatorUrl: generatorUrl(posted["generatorURL"], `${at}.generatorURL`),
    isTimeout: givenEnd === undefined,
    fingerprint: alertFingerprint(labels),
  };
}

function labelProblem(labels: ReadonlyMap<string, string>): string | undefined {
  if (![...labels.values()].some((value) => value !== "")) return "invalid label set: at least one label pair required";
  for (const name of labels.keys()) if (!isUtf8Name(name)) return `invalid label set: invalid name ${JSON.stringify(name)}`;
  return undefined;
}

/** Annotations may be empty texts; they are kept as pairs ordered by name all the same. */
function annotationsOf(pairs: ReadonlyMap<string, string> | undefined): Labels {
  return [...(pairs ?? [])].toSorted(([a], [b]) => (a < b ? -1 : 1)).flat();
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

function generatorUrl(value: unknown, field: string): string {
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
  const id = posted["id"];
  if (startsAt.ms >= endsAt.ms) throw new ApiRefusal(400, "failed to create silence: start time must be before end time");
  if (endsAt.ms < nowMs) throw new ApiRefusal(400, "failed to create silence: end time can't be in the past");
  return {
    ...(typeof id === "string" && id !== "" ? { id } : {}),
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
  const isRegex = posted["isRegex"];
  if (typeof isRegex !== "boolean") throw missing(`${at}.isRegex`);
  const isEqual = posted["isEqual"] ?? true;
  try {
    return createMatcher(isEqual ? (isRegex ? "=~" : "=") : isRegex ? "!~" : "!=", name, value);
  } catch (error) {
    throw new ApiRefusal(400, `failed to create silence: invalid label matcher: ${(error as Error).message}`);
  }
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
