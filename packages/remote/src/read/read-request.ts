import { snappyDeclaredBytes } from "@ferula/bytes";
import { createMatcher, type Matcher, type MatchType, PromError } from "@ferula/model";
import { checkRequestFields, isWireError, type ReadQueryMessage, readRequestCodec, unpackSnappy, WireError } from "@ferula/wire";

/** The most of a request, packed and unpacked (storage/remote/codec.go `decodeReadLimit`). */
export const MOST_REQUEST_BYTES: number = 32 << 20;

/** Ours: a query for a panel has a dozen. Of the smallest that there are, the bytes above would hold millions, and their objects gigabytes. */
const MOST_REQUEST_FIELDS = 100_000;

/** What is asked for. */
export interface ReadRequest {
  /** How the answer is made: the first form that the client names and we know. */
  readonly form: ReadForm;
  readonly queries: readonly ReadQueryMessage[];
}

/** Samples in one message, or chunks in a stream of frames. */
export type ReadForm = "samples" | "chunks";

/** The forms by their numbers in the protocol. */
const FORMS: readonly ReadForm[] = ["samples", "chunks"];

/** The text of a message that is no block of snappy, as Go's library has it. */
export const CORRUPT_BLOCK = "snappy: corrupt input";

/**
 * Reads the body of a request, whatever its headers say. Throws WireError for what is no request, and for one that takes none of the forms, in
 * upstream's words.
 */
export function decodeReadRequest(block: Uint8Array): ReadRequest {
  const bytes = unpack(block);
  checkRequestFields(bytes, MOST_REQUEST_FIELDS);
  const { queries, acceptedResponseTypes } = readRequestCodec.decode(bytes);
  return { queries, form: chooseForm(acceptedResponseTypes) };
}

function unpack(block: Uint8Array): Uint8Array {
  const declaredBytes = snappyDeclaredBytes(block);
  if (declaredBytes !== undefined && declaredBytes > MOST_REQUEST_BYTES) {
    throw new WireError(`snappy: decoded length ${declaredBytes} exceeds limit ${MOST_REQUEST_BYTES}`);
  }
  try {
    return unpackSnappy(block, MOST_REQUEST_BYTES);
  } catch (error) {
    throw isWireError(error) ? new WireError(CORRUPT_BLOCK, { cause: error }) : error;
  }
}

function chooseForm(accepted: readonly number[]): ReadForm {
  if (accepted.length === 0) return "samples";
  const known = accepted.find((type) => FORMS[type] !== undefined);
  if (known !== undefined) return FORMS[known];
  const supported = "map[SAMPLES:{} STREAMED_XOR_CHUNKS:{}]";
  throw new WireError(`server does not support any of the requested response types: [${accepted.join(" ")}]; supported: ${supported}`);
}

const MATCH_TYPES: readonly MatchType[] = ["=", "!=", "=~", "!~"];

/**
 * The matchers of a query. Throws PromError("internal"), as upstream holds the server guilty, for a type that there is none of and for what is
 * no regular expression.
 */
export function readMatchers({ matchers }: ReadQueryMessage): Matcher[] {
  return matchers.map(({ type, name, value }) => {
    const matchType: MatchType | undefined = MATCH_TYPES[type];
    if (matchType === undefined) throw new PromError("internal", "invalid matcher type");
    try {
      return createMatcher(matchType, name, value);
    } catch (error) {
      throw new PromError("internal", (error as Error).message, { cause: error });
    }
  });
}

/** The times that a query wants, both ends inclusive: where its hints say which samples will be used, only these. */
export function wantedTimes({ startTimestampMs, endTimestampMs, hints }: ReadQueryMessage): readonly [minMs: number, maxMs: number] {
  if (hints === null) return [startTimestampMs, endTimestampMs];
  return [Math.max(startTimestampMs, hints.startMs), Math.min(endTimestampMs, hints.endMs)];
}
