import { expect, test } from "@jest/globals";
import { readRequestCodec, type ReadRequestMessage } from "../../src/read/messages.ts";
import { checkRequestFields } from "../../src/read/request-fields.ts";

const query = { startTimestampMs: 1, endTimestampMs: 2, matchers: [], hints: null };
const matcher = { type: 1, name: "a", value: "b" };
const hints = { stepMs: 1, func: "f", startMs: 1, endMs: 1, grouping: ["a", "b"], by: true, rangeMs: 1 };

function messageOf(queries: ReadRequestMessage["queries"], acceptedResponseTypes: readonly number[] = []): Uint8Array {
  return readRequestCodec.encode({ queries, acceptedResponseTypes });
}

test.each([
  { bytes: messageOf([]), fields: 0, why: "nothing" },
  { bytes: messageOf([query, query]), fields: 6, why: "queries" },
  { bytes: messageOf([{ ...query, matchers: [matcher, matcher] }]), fields: 11, why: "matchers" },
  { bytes: messageOf([{ ...query, hints }]), fields: 12, why: "hints, each name of their groups" },
  { bytes: messageOf([], [1, 0, 1]), fields: 4, why: "each number of a list" },
  { bytes: Uint8Array.of(0x0a, 0, 0x0a, 2, 0x1a, 0, 0x7a, 0), fields: 4, why: "what is empty, and what nobody knows" },
])("counted: $why", ({ bytes, fields }) => {
  expect(() => checkRequestFields(bytes, fields)).not.toThrow();
  if (fields > 0) expect(() => checkRequestFields(bytes, fields - 1)).toThrow(`proto: the request has more than ${fields - 1} fields`);
});

test.each([
  { bytes: Uint8Array.of(0x0a, 5, 0), why: "a query that ends behind the request" },
  { bytes: Uint8Array.of(0x0a, 2, 0x1a, 1, 0), why: "a matcher that ends behind its query" },
  { bytes: Uint8Array.of(0x12, 2, 0), why: "a list of numbers that ends behind the request" },
])("damage: $why", ({ bytes }) => {
  expect(() => checkRequestFields(bytes, 10)).toThrow("unexpected EOF");
});
