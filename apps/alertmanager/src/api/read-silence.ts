import { createAlertMatcher, type Moment, type SilenceDraft } from "@ferula/alerting";
import { goQuote } from "@ferula/durations";
import type { Matcher } from "@ferula/model";
import { createJsonReader } from "./json-reader.ts";
import { ApiRefusal, missing, tooFew } from "./problems.ts";

const reader = createJsonReader("silence");

/** A matcher as it stands in the body; an absent field is undefined. */
interface PostedMatcher {
  readonly name: string | undefined;
  readonly value: string | undefined;
  readonly isRegex: boolean | undefined;
  readonly isEqual: boolean | undefined;
}

/** Reads a `postableSilence`. Throws RequestProblem for a body of another shape, ApiRefusal for what can't be meant. */
export function readSilence(body: unknown, nowMs: number): SilenceDraft {
  // Go takes a null for an object with nothing in it.
  const fields = reader.object(body ?? {}, "value of type models.PostableSilence");
  const posted = {
    id: reader.text(fields, "id", "") ?? "",
    annotations: reader.texts(fields, "annotations", "Silence") ?? new Map<string, string>(),
    comment: reader.text(fields, "comment", "Silence"),
    createdBy: reader.text(fields, "createdBy", "Silence"),
    endsAt: reader.moment(fields, "endsAt", "Silence"),
    matchers: reader.list(fields["matchers"], "struct field Silence.matchers of type models.Matchers")?.map(decodeMatcher),
    startsAt: reader.moment(fields, "startsAt", "Silence"),
  };
  const comment = required(posted.comment, "comment");
  const createdBy = required(posted.createdBy, "createdBy");
  const endsAtMs = required<Moment>(posted.endsAt, "endsAt").ms;
  const matchers = checkedMatchers(required(posted.matchers, "matchers"));
  const startsAtMs = required<Moment>(posted.startsAt, "startsAt").ms;
  if (startsAtMs >= endsAtMs) throw new ApiRefusal(400, "Failed to create silence: start time must be before end time");
  if (endsAtMs < nowMs) throw new ApiRefusal(400, "Failed to create silence: end time can't be in the past");
  const { id, annotations } = posted;
  return { ...(id === "" ? {} : { id }), matchers: matchers.map(toMatcher), startsAtMs, endsAtMs, createdBy, comment, annotations };
}

function decodeMatcher(item: unknown): PostedMatcher {
  const fields = reader.object(item, "value of type models.Matcher");
  const struct = "Matcher.matchers";
  return {
    name: reader.text(fields, "name", struct),
    value: reader.text(fields, "value", struct),
    isRegex: reader.flag(fields, "isRegex", struct),
    isEqual: reader.flag(fields, "isEqual", struct),
  };
}

type CheckedMatcher = { readonly [Name in Exclude<keyof PostedMatcher, "isEqual">]: NonNullable<PostedMatcher[Name]> } & {
  readonly isEqual: boolean;
};

function checkedMatchers(matchers: readonly PostedMatcher[]): readonly CheckedMatcher[] {
  if (matchers.length === 0) throw tooFew("matchers", 1);
  return matchers.map(({ isRegex, name, value, isEqual = true }, i) => ({
    isRegex: required(isRegex, `matchers.${i}.isRegex`),
    name: required(name, `matchers.${i}.name`),
    value: required(value, `matchers.${i}.value`),
    isEqual,
  }));
}

function toMatcher({ name, value, isRegex, isEqual }: CheckedMatcher, index: number): Matcher {
  try {
    return createAlertMatcher(isEqual ? (isRegex ? "=~" : "=") : isRegex ? "!~" : "!=", name, value);
  } catch (error) {
    const reason = `invalid regular expression ${goQuote(value)}: ${(error as Error).message}`;
    throw new ApiRefusal(400, `invalid silence: invalid label matcher ${index} in set 0: ${reason}`);
  }
}

function required<T>(value: T | undefined, field: string): T {
  if (value === undefined) throw missing(field);
  return value;
}
