import { expect, test } from "@jest/globals";
import { negotiate, readContentType } from "../src/index.ts";

const plain = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";

test.each([
  { accept: undefined, contentType: plain, why: "no header" },
  { accept: "*/*", contentType: plain, why: "anything" },
  { accept: "application/json", contentType: plain, why: "nothing that we have" },
  {
    accept: "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.3",
    contentType: plain,
    why: "OpenMetrics is not offered",
  },
  {
    accept: "text/plain;version=1.0.0",
    contentType: "text/plain; version=1.0.0; charset=utf-8; escaping=underscores",
    why: "the newer text",
  },
  {
    accept:
      "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
    contentType: "text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8",
    why: "what Prometheus 3 sends",
  },
  { accept: "text/plain;version=1.0.0;q=0.1, text/plain;version=0.0.4;q=0.9", contentType: plain, why: "the weight decides" },
  { accept: "text/plain;version=1.0.0;q=0", contentType: plain, why: "a weight of 0 is a refusal" },
  {
    accept: 'text/plain; version="0.0.4"; escaping=dots',
    contentType: plain.replace("underscores", "dots"),
    why: "parameters may be quoted",
  },
  { accept: "text/plain;escaping=roman", contentType: plain, why: "an unknown escaping is ignored" },
])("$why is answered with $contentType", ({ accept, contentType }) => {
  expect(negotiate(accept).contentType).toBe(contentType);
});

test("a client that names no escaping gets names in the old alphabet", () => {
  expect(negotiate("text/plain")).toMatchObject({ format: "text-0.0.4", escaping: "underscores" });
  expect(negotiate("text/plain;version=1.0.0;escaping=allow-utf-8")).toMatchObject({ format: "text-1.0.0", escaping: "allow-utf-8" });
});

test.each([
  ["text/plain", "text-0.0.4"],
  ["Text/Plain; Version=1.0.0; charset=utf-8", "text-1.0.0"],
  ["application/openmetrics-text; version=1.0.0", "openmetrics"],
  ["application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited", "protobuf"],
  ["application/vnd.google.protobuf; encoding=text", undefined],
  ["application/json", undefined],
  ["", undefined],
])("content type %j is %s", (contentType, format) => {
  expect(readContentType(contentType)).toBe(format);
});
