import { expect, test } from "@jest/globals";
import { readContentType } from "../src/index.ts";

test.each([
  ["text/plain", "text-0.0.4"],
  ["Text/Plain; Version=1.0.0; charset=utf-8", "text-1.0.0"],
  ['text/plain; version="1.0.0"', "text-1.0.0"],
  ["application/openmetrics-text; version=1.0.0", "openmetrics"],
  ["application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited", "protobuf"],
  ["application/vnd.google.protobuf; encoding=text", undefined],
  ["application/json", undefined],
  ["", undefined],
])("content type %j is %s", (contentType, format) => {
  expect(readContentType(contentType)).toBe(format);
});
