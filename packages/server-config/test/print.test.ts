import { describe, expect, test } from "@jest/globals";
import { printScrapeConfig, printServerConfig } from "../src/index.ts";
import { read } from "./support.ts";

const text = `
global:
  external_labels: {zone: b, area: a}
alerting:
  alertmanagers: [{static_configs: [{targets: ['am:9093']}], basic_auth: {username: u, password: hidden-am}}]
rule_files: [rules.yml]
scrape_configs:
  - job_name: j
    basic_auth: {username: u, password: hidden-password}
    static_configs: [{targets: ['t:1'], labels: {l: v}}]
    relabel_configs: [{source_labels: [a], target_label: b, regex: 'x(.*)', replacement: '$1'}, {regex: , target_label: c}]
  - job_name: k
    authorization: {credentials: hidden-token}
    params: {p: [q], empty: }
storage: {tsdb: {out_of_order_time_window: 30m, retention: {time: 15d, size: 1GB}}}
tracing: {endpoint: "x:1", headers: {a: b}}
remote_write: [{url: "http://u:hidden-url@w/push", sigv4: {access_key: a, secret_key: hidden-sigv4}}]
remote_read: [{url: "http://r/read"}]
otlp: {promote_resource_attributes: [a]}
runtime: {gogc: 50}
`;

test("an empty file prints as upstream prints it", () => {
  expect(printServerConfig(read(""))).toBe(`global:
  scrape_interval: 1m
  scrape_timeout: 10s
  evaluation_interval: 1m
  metric_name_validation_scheme: utf8
  metric_name_escaping_scheme: allow-utf-8
  scrape_native_histograms: false
  extra_scrape_metrics: false
runtime:
  gogc: 75
storage:
  tsdb:
    outofordertimewindow: 0
otlp:
  translation_strategy: UnderscoreEscapingWithSuffixes
  label_name_underscore_sanitization: true
  label_name_preserve_multiple_underscores: true
`);
});

test("a job prints in upstream's order, with what it inherits", () => {
  expect(printScrapeConfig(read("global: {sample_limit: 3}\nscrape_configs: [{job_name: j}]").jobs[0])).toBe(`job_name: j
honor_timestamps: true
track_timestamps_staleness: false
scrape_interval: 1m
scrape_timeout: 10s
scrape_protocols:
- OpenMetricsText1.0.0
- OpenMetricsText0.0.1
- PrometheusText1.0.0
- PrometheusText0.0.4
scrape_native_histograms: false
always_scrape_classic_histograms: false
convert_classic_histograms_to_nhcb: false
metrics_path: /metrics
scheme: http
enable_compression: true
sample_limit: 3
metric_name_validation_scheme: utf8
metric_name_escaping_scheme: allow-utf-8
extra_scrape_metrics: false
follow_redirects: true
enable_http2: true
`);
});

test("remote write and read print their defaults", () => {
  expect(printServerConfig(read("remote_write: [{url: 'http://u:p@w'}]\nremote_read: [{url: 'http://r'}]"))).toContain(`remote_write:
- url: http://u:xxxxx@w
  remote_timeout: 30s
  protobuf_message: prometheus.WriteRequest
  follow_redirects: true
  enable_http2: false
  queue_config:
    capacity: 10000
    max_shards: 50
    min_shards: 1
    max_samples_per_send: 2000
    batch_send_deadline: 5s
    min_backoff: 30ms
    max_backoff: 5s
  metadata_config:
    send: true
    send_interval: 1m
    max_samples_per_send: 2000
remote_read:
- url: http://r
  remote_timeout: 1m
  chunked_read_limit: 50000000
  follow_redirects: true
  enable_http2: true
  filter_external_labels: true
`);
});

describe("what is printed", () => {
  test("shows no secret", () => {
    const printed = printServerConfig(read(text));
    expect(printed).not.toContain("hidden");
    expect(printed.match(/<secret>/g)).toHaveLength(4);
    expect(printScrapeConfig(read(text).jobs[0])).toContain("password: <secret>");
  });

  test("reads back as the same", () => {
    const printed = printServerConfig(read(text));
    expect(printServerConfig(read(printed))).toBe(printed);
  });

  test("leaves the jobs of further files to these", () => {
    const files = [{ file: "/more.yml", text: "scrape_configs: [{job_name: far}]" }];
    expect(printServerConfig(read("scrape_config_files: [/more.yml]", files))).not.toContain("far");
  });
});
