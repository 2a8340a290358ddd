import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  chunkedReadResponseCodec,
  encodeWriteRequest,
  isWireError,
  readRequestCodec,
  readResponseCodec,
  type ReadRequestMessage,
} from "../../src/index.ts";
import { readAll } from "../support.ts";

const request: ReadRequestMessage = {
  queries: [
    {
      startTimestampMs: -5,
      endTimestampMs: 1_700_000_000_000,
      matchers: [{ type: 2, name: "job", value: "a.*" }],
      hints: { stepMs: 15_000, func: "rate", startMs: 1, endMs: 2, grouping: ["job"], by: true, rangeMs: 300_000 },
    },
    { startTimestampMs: 0, endTimestampMs: 0, matchers: [], hints: null },
  ],
  acceptedResponseTypes: [1, 0],
};

test("a read request", () => {
  expect(readRequestCodec.decode(readRequestCodec.encode(request))).toEqual(request);
});

test("the results of a read response are encoded as write requests are", () => {
  const result = encodeWriteRequest([{ labels: ["__name__", "up"] }]);
  const { results } = readResponseCodec.decode(readResponseCodec.encode({ results: [result] }));
  expect(readAll(Uint8Array.from(results[0]), 1)).toMatchObject([{ labels: ["__name__", "up"] }]);
});

test("a response of chunks", () => {
  const chunks = [{ minTimeMs: 1, maxTimeMs: 2, type: 1, data: Uint8Array.of(1, 2, 3) }];
  const response = { chunkedSeries: [{ labels: [{ name: "a", value: "b" }], chunks }], queryIndex: 1 };
  expect(chunkedReadResponseCodec.decode(chunkedReadResponseCodec.encode(response))).toEqual(response);
});

test("any bytes are a request or refused with a WireError", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      try {
        readRequestCodec.decode(bytes);
      } catch (error) {
        if (!isWireError(error)) throw error;
      }
    }),
    { numRuns: 1000 },
  );
});
