import { expect, test } from "@jest/globals";
import { chooseFormat, fallbackMediaType } from "../../src/loop/body-format.ts";

test.each([
  { contentType: "text/plain", format: "text" },
  { contentType: "text/plain; version=0.0.4; charset=utf-8", format: "text" },
  { contentType: " TEXT/Plain ;Version=9", format: "text" },
  { contentType: "text/plain;", format: "text" },
  { contentType: "text/plain; a=b; A=b", format: "text" },
  { contentType: 'text/plain; a="b;c\\"d"', format: "text" },
  { contentType: "application/openmetrics-text; version=0.0.1", format: "openmetrics" },
  { contentType: "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited", format: "protobuf" },
  { contentType: "application/vnd.google.protobuf", format: "protobuf" },
])("$contentType is read as $format, whatever the fallback", ({ contentType, format }) => {
  for (const fallback of ["", "text/plain", "application/openmetrics-text"])
    expect(chooseFormat(contentType, fallback)).toEqual({ format });
});

const PROTO = "application/vnd.google.protobuf";

test.each([
  {
    contentType: "",
    alone: "non-compliant scrape target sending blank Content-Type and no fallback_scrape_protocol specified for target",
    complaint: `non-compliant scrape target sending blank Content-Type, using fallback_scrape_protocol "${PROTO}"`,
  },
  {
    contentType: "text/html; charset=utf-8",
    alone: 'received unsupported Content-Type "text/html; charset=utf-8" and no fallback_scrape_protocol specified for target',
    complaint: `received unsupported Content-Type "text/html; charset=utf-8", using fallback_scrape_protocol "${PROTO}"`,
  },
  ...[
    ["; a=b", "no media type"],
    ["text/", "expected token after slash"],
    ["text,plain", "expected slash after first token"],
    ["text/plain x", "unexpected content after media subtype"],
    ["text/plain; version", "invalid media parameter"],
    ["text/plain; a=b; a=c", "duplicate parameter name"],
  ].map(([contentType, reason]) => ({
    contentType,
    alone: `cannot parse Content-Type "${contentType}" and no fallback_scrape_protocol for target\nmime: ${reason}`,
    complaint: `could not parse received Content-Type "${contentType}", using fallback_scrape_protocol "${PROTO}"\nmime: ${reason}`,
  })),
])("'$contentType' names no format: the job's fallback is taken, or the scrape fails", ({ contentType, alone, complaint }) => {
  expect(() => chooseFormat(contentType, "")).toThrow(alone);
  expect(chooseFormat(contentType, PROTO)).toEqual({ format: "protobuf", complaint });
});

test.each([
  { protocol: "", want: "" },
  { protocol: "PrometheusText1.0.0", want: "text/plain" },
  { protocol: "OpenMetricsText0.0.1", want: "application/openmetrics-text" },
  { protocol: "PrometheusProto", want: PROTO },
] as const)("the fallback $protocol stands for '$want'", ({ protocol, want }) => {
  expect(fallbackMediaType(protocol)).toBe(want);
});
