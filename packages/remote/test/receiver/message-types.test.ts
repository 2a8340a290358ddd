import { expect, test } from "@jest/globals";
import { readMessageTypes } from "../../src/index.ts";

const [V1, V2] = ["prometheus.WriteRequest", "io.prometheus.write.v2.Request"];

test.each([{ names: [V1] }, { names: [V2, V1] }, { names: [] }])("$names are messages", ({ names }) => {
  expect(readMessageTypes(names)).toEqual(names);
});

test.each([
  { names: ["x"], text: `unknown type for remote write protobuf message x, supported: ${V1}, ${V2}` },
  { names: [V1, V1], text: `duplicated ${V1} flag value, got ${V1} already` },
])("$names are refused", ({ names, text }) => {
  expect(() => readMessageTypes(names)).toThrow(text);
});
