import { describe, expect, test } from "@jest/globals";
import { writeProtobuf, type MetricFamily } from "@ferula/exposition";
import fc from "fast-check";
import { PushBodyError, readPush } from "../../src/push/read-push.ts";

const read = (text: string | Uint8Array, contentType = "", contentEncoding = "") =>
  readPush({ bytes: Buffer.from(text), contentType, contentEncoding }, "legacy");

const PROTOBUF = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

test("delimited protobuf is read with all that it says", () => {
  const families: readonly MetricFamily[] = [
    {
      name: "a_total",
      type: "counter",
      help: "A.",
      unit: "seconds",
      metrics: [{ labels: ["code", "200"], value: 3, createdSeconds: 1700000000.123, exemplar: { labels: ["trace_id", "x"], value: 1 } }],
    },
  ];
  expect(read(writeProtobuf(families), PROTOBUF)).toEqual(families);
});

describe("a body", () => {
  test.each([
    "",
    "text/plain; version=0.0.4",
    "application/json",
    "application/vnd.google.protobuf; encoding=text; proto=io.prometheus.client.MetricFamily",
  ])("of type %j is text", (contentType) => {
    expect(read("a 1\n", contentType)).toEqual([{ name: "a", type: "untyped", metrics: [{ labels: [], value: 1 }] }]);
  });

  test.each<[why: string, status: number, reason: string, text: string, contentType?: string, encoding?: string]>([
    ["without its last newline", 400, "text format parsing error in line 1: unexpected end of input stream", "a 1"],
    ["with Windows' newlines", 400, 'text format parsing error in line 1: expected float as value, got "1\\r"', "a 1\r\n"],
    ["with names that need UTF-8", 400, "text format parsing error in line 1", '{"a.b"} 1\n'],
    ["that is no snappy", 400, "snappy: corrupt input", "\x01\x00\x00\x00", "", "Snappy"],
    ["that is no protobuf, as it says", 400, "insufficient length of buffer", "a 1\n", PROTOBUF],
  ])("%s is refused", (_why, status, reason, text, contentType = "", encoding = "") => {
    expect(() => read(text, contentType, encoding)).toThrow(expect.objectContaining({ status, message: expect.stringContaining(reason) }));
  });
});

test("any body is read or refused", () => {
  const line = fc.stringMatching(/^[a-z_{}"= ,.0-9#\\]{0,20}$/).map((text) => `${text}\n`);
  const typed = fc.constantFrom(
    "# TYPE a histogram\n",
    "# TYPE a summary\n",
    'a_bucket{le="1"} 1\n',
    'a{quantile="x"} 1\n',
    "a_count -1\n",
    "a 1 1\n",
  );
  const body = fc.oneof(
    fc.array(fc.oneof(line, typed), { maxLength: 6 }).map((lines) => Buffer.from(lines.join(""))),
    fc.uint8Array({ maxLength: 40 }),
  );
  fc.assert(
    fc.property(body, fc.constantFrom("", PROTOBUF), (bytes, contentType) => {
      try {
        expect(Array.isArray(read(bytes, contentType))).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(PushBodyError);
      }
    }),
    { numRuns: 1000 },
  );
});
