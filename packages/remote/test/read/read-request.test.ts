import { expect, test } from "@jest/globals";
import { isWireError, packSnappy, readRequestCodec } from "@ferula/wire";
import fc from "fast-check";
import { decodeReadRequest, readMatchers, wantedTimes } from "../../src/read/read-request.ts";
import { query } from "./support.ts";

function request(acceptedResponseTypes: readonly number[]): Uint8Array {
  return packSnappy(readRequestCodec.encode({ queries: [query(["job=a"], -1, 5)], acceptedResponseTypes }));
}

test.each([
  { accepted: [], form: "samples", why: "who names no form takes samples" },
  { accepted: [0], form: "samples", why: "samples" },
  { accepted: [1], form: "chunks", why: "chunks" },
  { accepted: [1, 0], form: "chunks", why: "the first form counts" },
  { accepted: [7, 0, 1], form: "samples", why: "the first form that is known counts" },
])("$why", ({ accepted, form }) => {
  expect(decodeReadRequest(request(accepted))).toEqual({ form, queries: [query(["job=a"], -1, 5)] });
});

test.each([
  {
    body: request([7, 2]),
    text: "server does not support any of the requested response types: [7 2]; supported: map[SAMPLES:{} STREAMED_XOR_CHUNKS:{}]",
    why: "forms that nobody knows",
  },
  { body: Uint8Array.of(), text: "snappy: corrupt input", why: "nothing" },
  { body: Uint8Array.of(9, 0, 0), text: "snappy: corrupt input", why: "no block" },
  { body: Uint8Array.of(0x81, 0x80, 0x80, 0x10), text: "snappy: decoded length 33554433 exceeds limit 33554432", why: "too large" },
  {
    body: packSnappy(new Uint8Array(200_002).map((_, i) => (i % 2 === 0 ? 0x0a : 0))),
    text: "proto: the request has more than 100000 fields",
    why: "more queries than there is room for",
  },
  { body: packSnappy(Uint8Array.of(0x0a, 5, 0)), text: "unexpected EOF", why: "a message that ends early" },
])("$why: $text", ({ body, text }) => {
  let failure: unknown;
  try {
    decodeReadRequest(body);
  } catch (error) {
    failure = error;
  }
  expect([isWireError(failure), (failure as Error).message]).toEqual([true, text]);
});

test("matchers of all four types", () => {
  const matchers = readMatchers(query(["a=1", "b!=2", "c=~3|4", "d!~5.*"]));
  expect(matchers.map(({ type, name, value }) => name + type + value)).toEqual(["a=1", "b!=2", "c=~3|4", "d!~5.*"]);
});

test.each([
  { matcher: { type: 4, name: "a", value: "" }, text: "invalid matcher type", why: "a type that there is none of" },
  { matcher: { type: -1, name: "a", value: "" }, text: "invalid matcher type", why: "a negative type" },
  { matcher: { type: 2, name: "a", value: "(" }, text: "error parsing regexp: missing closing ): `(`", why: "no regular expression" },
])("$why: $text", ({ matcher, text }) => {
  expect(() => readMatchers({ ...query([]), matchers: [matcher] })).toThrow(
    expect.objectContaining({ errorType: "internal", message: text }),
  );
});

test("of a query's times its hints may want a part", () => {
  const hints = { stepMs: 0, func: "", startMs: 20, endMs: 150, grouping: [], by: false, rangeMs: 0 };
  expect(wantedTimes(query([], 10, 100))).toEqual([10, 100]);
  expect(wantedTimes({ ...query([], 10, 100), hints })).toEqual([20, 100]);
});

test("any message is a request or refused with a WireError", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (bytes, isPacked) => {
      try {
        decodeReadRequest(isPacked ? packSnappy(bytes) : bytes);
      } catch (error) {
        if (!isWireError(error)) throw error;
      }
    }),
    { numRuns: 2000 },
  );
});

test("a request of which a byte is wrong is read or refused, and its matchers are made or refused", () => {
  const sound = readRequestCodec.encode({
    queries: [
      { ...query(["a=1", "b=~x+"]), hints: { stepMs: 1, func: "rate", startMs: 1, endMs: 2, grouping: ["a"], by: true, rangeMs: 5 } },
    ],
    acceptedResponseTypes: [1, 0],
  });
  fc.assert(
    fc.property(fc.nat(sound.length - 1), fc.nat(255), (at, byte) => {
      const bytes = Uint8Array.from(sound);
      bytes[at] = byte;
      try {
        decodeReadRequest(packSnappy(bytes)).queries.forEach(readMatchers);
      } catch (error) {
        if (!isWireError(error) && (error as { errorType?: unknown }).errorType !== "internal") throw error;
      }
    }),
    { numRuns: 2000 },
  );
});
