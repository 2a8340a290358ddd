import { expect, test } from "@jest/globals";
import { acceptEncoding, acceptHeader } from "../../src/loop/accept-header.ts";
import { job } from "../support.ts";

test.each([
  {
    why: "the formats of a job that says nothing",
    yaml: "",
    want: "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
  },
  {
    why: "all formats",
    yaml: "scrape_protocols: [PrometheusProto, OpenMetricsText1.0.0, OpenMetricsText0.0.1, PrometheusText1.0.0, PrometheusText0.0.4]",
    want: "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
  },
  {
    why: "the order of the job",
    yaml: "scrape_protocols: [PrometheusText0.0.4, PrometheusText1.0.0]",
    want: "text/plain;version=0.0.4;q=0.6,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.5,*/*;q=0.4",
  },
  {
    why: "the escaping of the job",
    yaml: "scrape_protocols: [PrometheusText1.0.0]\nmetric_name_escaping_scheme: dots",
    want: "text/plain;version=1.0.0;escaping=dots;q=0.6,*/*;q=0.5",
  },
  {
    why: "underscores for old-fashioned names",
    yaml: "scrape_protocols: [PrometheusText1.0.0]\nmetric_name_validation_scheme: legacy",
    want: "text/plain;version=1.0.0;escaping=underscores;q=0.6,*/*;q=0.5",
  },
])("asks for $why", ({ yaml, want }) => {
  expect(acceptHeader(job(`job_name: j\n${yaml}`))).toBe(want);
});

test.each([
  { url: "http://10.0.0.1:9100/metrics", isEnabled: true, want: "gzip" },
  { url: "http://localhost.example:9100/", isEnabled: true, want: "gzip" },
  { url: "http://127.example:9100/", isEnabled: true, want: "gzip" },
  { url: "http://web.1:9100/", isEnabled: true, want: "gzip" },
  { url: "http://localhost:99999/", isEnabled: true, want: "gzip" },
  { url: "http://10.0.0.1:9100/metrics", isEnabled: false, want: "identity" },
  { url: "http://localhost:9100/", isEnabled: true, want: "identity" },
  { url: "http://127.0.0.2/", isEnabled: true, want: "identity" },
  { url: "http://[::1]:9100/", isEnabled: true, want: "identity" },
])("$url is asked for $want (compression: $isEnabled)", ({ url, isEnabled, want }) => {
  expect(acceptEncoding(url, isEnabled)).toBe(want);
});
