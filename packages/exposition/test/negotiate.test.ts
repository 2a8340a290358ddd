import { expect, test } from "@jest/globals";
import { negotiate, readFamilies, writeFamilies, type MetricFamily, type WrittenFormat } from "../src/index.ts";

/** What common/expfmt v0.70.1 answers: `Negotiate`, and `NegotiateIncludingOpenMetrics`. */
const ANSWERS: readonly (readonly [accept: string, plain: string, withOpenMetrics: string])[] = [
  ["", "text underscores", "text underscores"],
  ["*/*", "text underscores", "text underscores"],
  ["*", "text underscores", "text underscores"],
  ["text/plain", "text underscores", "text underscores"],
  ["text/*", "text underscores", "text underscores"],
  ["application/json", "text underscores", "text underscores"],
  ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text underscores", "text underscores"],
  [
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
    "text allow-utf-8",
    "openmetrics-1.0.0 allow-utf-8",
  ],
  [
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
    "protobuf underscores",
    "protobuf underscores",
  ],
  [
    "application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    "text underscores",
    "openmetrics-0.0.1 underscores",
  ],
  [
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    "text underscores",
    "openmetrics-1.0.0 underscores",
  ],
  [
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,text/plain;version=0.0.4;q=0.3",
    "protobuf underscores",
    "protobuf underscores",
  ],
  [
    "application/vnd.google.protobuf;proto=foo;encoding=delimited;q=0.7,text/plain;version=0.0.4;q=0.3",
    "text underscores",
    "text underscores",
  ],
  [
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text",
    "protobuf-text underscores",
    "protobuf-text underscores",
  ],
  [
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=compact-text",
    "protobuf-compact-text underscores",
    "protobuf-compact-text underscores",
  ],
  ["application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily", "text underscores", "text underscores"],
  ["text/plain;version=0.0.2", "text underscores", "text underscores"],
  ["text/plain;version=1.0.0", "text underscores", "text underscores"],
  ["text/plain; escaping=dots", "text dots", "text dots"],
  ["text/plain;escaping=roman", "text underscores", "text underscores"],
  ["Text/Plain", "text underscores", "text underscores"],
  ["text/plain ; version = 0.0.4 ; escaping = values", "text values", "text values"],
  ['text/plain;version="0.0.4";escaping=dots', "text dots", "text dots"],
  ["text/plain;q=0", "text underscores", "text underscores"],
  ["text/plain;q=0,application/openmetrics-text;q=0", "text underscores", "text underscores"],
  [
    "application/openmetrics-text;q=.5,text/plain;q=0x1p-1,text/plain;escaping=dots;q=1e-1",
    "text underscores",
    "openmetrics-0.0.1 underscores",
  ],
  ["text/plain;q= 0.9;escaping=dots,application/openmetrics-text;q=0.1", "text dots", "openmetrics-0.0.1 underscores"],
  ["text/plain;q=abc;escaping=dots,application/openmetrics-text;q=0.1", "text dots", "openmetrics-0.0.1 underscores"],
  ["text/plain;q=inf;escaping=dots", "text dots", "text dots"],
  ["text/plain;q=NaN;escaping=dots,application/openmetrics-text", "text dots", "text dots"],
  ["text/plain;q=1e999,application/openmetrics-text", "text underscores", "text underscores"],
  ["application/openmetrics-text;version=2.0.0", "text underscores", "text underscores"],
  ["application/openmetrics-text;version=1.0.0;charset=utf-8", "text underscores", "openmetrics-1.0.0 underscores"],
  ["application/openmetrics-text;version==1.0.0", "text underscores", "openmetrics-0.0.1 underscores"],
  ["application/openmetrics-text;version=1.0.0=", "text underscores", "openmetrics-1.0.0 underscores"],
  ["application/openmetrics-text;version==", "text underscores", "openmetrics-0.0.1 underscores"],
  ["text/plain/", "text underscores", "text underscores"],
  ["text/plain/x,application/openmetrics-text", "text underscores", "openmetrics-0.0.1 underscores"],
  ["text/,application/openmetrics-text", "text underscores", "openmetrics-0.0.1 underscores"],
  ["*/,text/plain;escaping=dots", "text dots", "text dots"],
  [",,,text/plain;escaping=dots", "text dots", "text dots"],
  [" text/plain ;escaping=dots", "text dots", "text dots"],
  ["\ttext/plain;escaping=dots", "text dots", "text dots"],
  ["text / plain;escaping=dots", "text dots", "text dots"],
  ["text/plain;;;escaping=dots", "text dots", "text dots"],
  ["application/openmetrics-text;escaping=values;q=0.9,text/plain", "text underscores", "text underscores"],
  ["a/b;escaping=dots,text/plain;escaping=x;q=0.5", "text dots", "text dots"],
  ["application/*;escaping=dots,text/plain;q=0.5", "text underscores", "text underscores"],
  ["application/openmetrics-text;q=0.3,text/plain;q=0.30000000001;escaping=dots", "text dots", "openmetrics-0.0.1 underscores"],
  ["application/openmetrics-text;version=constructor", "text underscores", "text underscores"],
  ["text/plain;version=__proto__", "text underscores", "text underscores"],
  ["application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=toString", "text underscores", "text underscores"],
];

test.each(ANSWERS)("%j is answered with %s, or %s where there is OpenMetrics", (accept, plain, withOpenMetrics) => {
  const answer = (hasOpenMetrics: boolean): string => {
    const { format, escaping } = negotiate(accept, { hasOpenMetrics });
    return `${format} ${escaping}`;
  };
  expect([answer(false), answer(true)]).toEqual([plain, withOpenMetrics]);
});

test("no header is as an empty one", () => {
  expect(negotiate(undefined)).toEqual(negotiate(""));
});

const PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily";
test.each([
  { accept: "text/plain", contentType: "text/plain; version=0.0.4; charset=utf-8; escaping=underscores" },
  {
    accept: "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8",
    contentType: "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8",
  },
  {
    accept: "application/openmetrics-text;escaping=dots",
    contentType: "application/openmetrics-text; version=0.0.1; charset=utf-8; escaping=dots",
  },
  {
    accept: `${PROTOBUF};encoding=delimited;escaping=values`,
    contentType: "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=values",
  },
  {
    accept: `${PROTOBUF};encoding=text`,
    contentType: "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=text; escaping=underscores",
  },
  {
    accept: `${PROTOBUF};encoding=compact-text`,
    contentType: "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=compact-text; escaping=underscores",
  },
])("the content type is $contentType", ({ accept, contentType }) => {
  expect(negotiate(accept, { hasOpenMetrics: true }).contentType).toBe(contentType);
});

const families: readonly MetricFamily[] = [{ name: "a.b_total", type: "counter", metrics: [{ labels: ["c.d", "x"], value: 1 }] }];
test.each<[WrittenFormat, string]>([
  ["text", '# TYPE a_dot_b__total counter\na_dot_b__total{c_dot_d="x"} 1\n'],
  ["openmetrics-0.0.1", '# TYPE a_dot_b_ counter\na_dot_b__total{c_dot_d="x"} 1.0\n# EOF\n'],
  ["openmetrics-1.0.0", '# TYPE a_dot_b_ counter\na_dot_b__total{c_dot_d="x"} 1.0\n# EOF\n'],
  ["protobuf-compact-text", 'name:"a_dot_b__total" type:COUNTER metric:{label:{name:"c_dot_d" value:"x"} counter:{value:1}}\n'],
])("names are escaped in %s", (format, text) => {
  expect(Buffer.from(writeFamilies(families, { format, escaping: "dots" })).toString()).toBe(text);
});

test("protobuf is written with its names escaped, and read with its content type", () => {
  const negotiated = negotiate(`${PROTOBUF};encoding=delimited;escaping=underscores`);
  const written = writeFamilies(families, negotiated);
  expect(readFamilies(written, negotiated.contentType)).toMatchObject([{ name: "a_b_total", metrics: [{ labels: ["c_d", "x"] }] }]);
});
