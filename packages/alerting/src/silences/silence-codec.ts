import type { Matcher, MatchType } from "@ferula/model";
import { createAlertMatcher } from "../matchers/alert-matcher.ts";
import {
  fromTimestamp,
  meshSilenceCodec,
  toTimestamp,
  type MatcherMessage,
  type MeshSilenceMessage,
  type RecordCodec,
} from "../state/messages.ts";
import type { Silence } from "./silence.ts";

/** Silences as upstream stores them; the file says of each that it is to be forgotten `retentionMs` after its end. */
export function silenceCodec(retentionMs: number): RecordCodec<Silence> {
  return {
    encode: (silence) => meshSilenceCodec.encode(toMessage(silence, retentionMs)),
    decode: (bytes) => fromMessage(meshSilenceCodec.decode(bytes)),
  };
}

/** The numbers of the protocol. */
const TYPES: readonly MatchType[] = ["=", "=~", "!=", "!~"];

function toMessage(silence: Silence, retentionMs: number): MeshSilenceMessage {
  const sets = [silence.matchers, ...(silence.otherMatcherSets ?? [])].map((matchers) => ({
    matchers: matchers.map(({ type, name, value }) => ({ type: TYPES.indexOf(type), name, pattern: value })),
  }));
  return {
    silence: {
      id: silence.id,
      matchers: sets[0].matchers,
      startsAt: toTimestamp(silence.startsAtMs),
      endsAt: toTimestamp(silence.endsAtMs),
      updatedAt: toTimestamp(silence.updatedAtMs),
      createdBy: silence.createdBy,
      comment: silence.comment,
      annotations: [...silence.annotations].map(([name, value]) => ({ name, value })),
      matcherSets: sets,
    },
    expiresAt: toTimestamp(silence.endsAtMs + retentionMs),
  };
}

/** Files of older versions have the matchers outside of sets, comment and creator in a list. */
function fromMessage({ silence }: MeshSilenceMessage): Silence {
  if (silence === null || silence.id === "") throw new Error("a silence is missing");
  const [oldComment] = silence.comments ?? [];
  const [matchers, ...others] = silence.matcherSets.length > 0 ? silence.matcherSets.map((set) => set.matchers) : [silence.matchers];
  return {
    id: silence.id,
    matchers: matchers.map(toMatcher),
    ...(others.length > 0 ? { otherMatcherSets: others.map((set) => set.map(toMatcher)) } : {}),
    startsAtMs: fromTimestamp(silence.startsAt),
    endsAtMs: fromTimestamp(silence.endsAt),
    updatedAtMs: fromTimestamp(silence.updatedAt),
    createdBy: silence.createdBy || (oldComment?.author ?? ""),
    comment: silence.comment || (oldComment?.comment ?? ""),
    annotations: new Map(silence.annotations.map(({ name, value }) => [name, value])),
  };
}

function toMatcher({ type, name, pattern }: MatcherMessage): Matcher {
  if (TYPES[type] === undefined) throw new Error(`there is no matcher of type ${type}`);
  return createAlertMatcher(TYPES[type], name, pattern);
}
