import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createWriteColumns, decodeWriteRequest, decodeWriteRequestV2, encodeWriteRequest, isWireError } from "../../src/index.ts";
import { columnsOf, outgoing } from "../arbitraries.ts";
import { encodeBy } from "../messages.ts";
import { readAll } from "../support.ts";

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));

test.each([
  { hex: "", series: 0, why: "nothing at all is an empty request" },
  { hex: "0a00", series: 1, why: "a series may be empty" },
  { hex: "1a0408011200 0a00", series: 1, why: "metadata of families is passed over" },
  { hex: "78 01 0a00 7d 00000000", series: 1, why: "fields of a time to come are passed over" },
  { hex: "0a04 12020800", fault: "proto: wrong wireType = 0 for field Value", why: "a value is no varint" },
  { hex: "0800", fault: "proto: wrong wireType = 0 for field Timeseries", why: "series are messages" },
  { hex: "0a05 0a00", fault: "unexpected EOF", why: "a series is cut off" },
  { hex: "0a02 1205 09", fault: "unexpected EOF", why: "a sample goes beyond its series" },
  { hex: "0a03 12 01 10", fault: "unexpected EOF", why: "a number is missing" },
  { hex: "0a0d 120b 10ffffffffffffffffffff", fault: "proto: integer overflow", why: "a number of more than 64 bits" },
  { hex: "02 00", fault: /^proto: /, why: "there is no field 0" },
  { hex: "0c", fault: /^proto: |^unexpected EOF$/, why: "groups end where they begin" },
])("$why ($hex)", ({ hex, series, fault }) => {
  if (fault === undefined) expect(readAll(bytes(hex), 1)).toHaveLength(series);
  else expect(() => readAll(bytes(hex), 1)).toThrow(fault);
});

test("labels keep invalid UTF-8 apart from the replacement character", () => {
  const label = (value: string): string =>
    `0a${(value.length / 2 + 5).toString(16).padStart(2, "0")} 0a0161 12${(value.length / 2).toString(16).padStart(2, "0")}${value}`;
  const read = (value: string): string => {
    const inner = label(value).replaceAll(" ", "");
    return readAll(bytes(`0a${(inner.length / 2).toString(16).padStart(2, "0")}${inner}`), 1)[0].labels[1];
  };
  expect(read("efbfbd")).toBe("\ufffd");
  expect(read("61ff62")).toBe("a\udfffb");
});

test("start timestamps are a matter of 2.0", () => {
  const message = { timeseries: [{ samples: [{ value: 1, timestamp: 2, startTimestamp: 1 }] }] };
  const columns = createWriteColumns();
  expect(readAll(encodeBy("WriteRequest", message), 1, columns)[0].samples[0].slice(0, 2)).toEqual([2, 0]);
  expect(columns.hasStartTimestamps).toBe(false);
});

test("a large message is read in steps", () => {
  const series = Array.from({ length: 5000 }, (_, i) => ({ labels: ["__name__", `metric_${i}`], samples: columnsOf([[i, i]]) }));
  const decoder = decodeWriteRequest(encodeWriteRequest(series), createWriteColumns());
  let steps = 1;
  while (decoder.readOn()) steps++;
  expect(steps).toBeGreaterThan(2);
});

describe.each([
  ["1.0", decodeWriteRequest],
  ["2.0", decodeWriteRequestV2],
] as const)("damaged messages of %s", (_, decode) => {
  const attempt = (message: Uint8Array): void => {
    try {
      const decoder = decode(message, createWriteColumns());
      while (decoder.readOn());
    } catch (error) {
      if (!isWireError(error)) throw error;
    }
  };

  test("are read or refused with a WireError", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), attempt), { numRuns: 700 });
  });

  test("so are those with one byte changed, and those cut off", () => {
    fc.assert(
      fc.property(outgoing, fc.nat(), fc.nat(255), (series, at, byte) => {
        const message = encodeWriteRequest(series);
        if (message.length === 0) return;
        attempt(message.subarray(0, at % message.length));
        message[at % message.length] = byte;
        attempt(message);
      }),
      { numRuns: 500 },
    );
  });
});
