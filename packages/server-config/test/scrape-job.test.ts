import { describe, expect, test } from "@jest/globals";
import { FILE, job, read, refusal } from "./support.ts";

const TEXT_PROTOCOLS = ["OpenMetricsText1.0.0", "OpenMetricsText0.0.1", "PrometheusText1.0.0", "PrometheusText0.0.4"];

describe("a job", () => {
  test.each([
    {
      global: "{scrape_interval: 30s, scrape_timeout: 20s}",
      own: "",
      want: { scrape_interval: 30_000, scrape_timeout: 20_000 },
      why: "inherits its times",
    },
    {
      global: "{scrape_interval: 30s, scrape_timeout: 20s}",
      own: "scrape_interval: 15s",
      want: { scrape_interval: 15_000, scrape_timeout: 15_000 },
      why: "inherits no longer timeout than its interval",
    },
    {
      global: "{}",
      own: "scrape_timeout: 40s",
      want: { scrape_interval: 60_000, scrape_timeout: 40_000 },
      why: "may have a timeout of its own",
    },
    {
      global: "{sample_limit: 5, body_size_limit: 1KB}",
      own: "sample_limit: 7",
      want: { sample_limit: 7, body_size_limit: 1024 },
      why: "inherits limits",
    },
    {
      global: "{label_limit: 1, label_name_length_limit: 2, label_value_length_limit: 3, target_limit: 4, keep_dropped_targets: 5}",
      own: "",
      want: { label_limit: 1, label_name_length_limit: 2, label_value_length_limit: 3, target_limit: 4, keep_dropped_targets: 5 },
      why: "inherits all limits",
    },
    {
      global: "{scrape_native_histograms: true, always_scrape_classic_histograms: true, extra_scrape_metrics: true}",
      own: "always_scrape_classic_histograms: false",
      want: { scrape_native_histograms: true, always_scrape_classic_histograms: false, extra_scrape_metrics: true },
      why: "inherits switches, and may turn them off",
    },
    {
      global: "{scrape_failure_log_file: /a}",
      own: "",
      want: { scrape_failure_log_file: "/a" },
      why: "inherits the log of failures",
    },
    { global: "{}", own: "", want: { scrape_protocols: TEXT_PROTOCOLS }, why: "is asked for text" },
    {
      global: "{}",
      own: "scrape_native_histograms: true",
      want: { scrape_protocols: ["PrometheusProto", ...TEXT_PROTOCOLS] },
      why: "with native histograms is asked for protobuf first",
    },
    {
      global: "{scrape_protocols: [OpenMetricsText1.0.0], scrape_native_histograms: true}",
      own: "",
      want: { scrape_protocols: ["OpenMetricsText1.0.0"] },
      why: "inherits protocols over those that native histograms need",
    },
    {
      global: "{}",
      own: "",
      want: { metric_name_validation_scheme: "utf8", metric_name_escaping_scheme: "allow-utf-8" },
      why: "takes names of any alphabet",
    },
    {
      global: "{metric_name_validation_scheme: legacy}",
      own: "",
      want: { metric_name_validation_scheme: "legacy", metric_name_escaping_scheme: "underscores" },
      why: "inherits the scheme of names",
    },
    {
      global: "{metric_name_escaping_scheme: dots}",
      own: "",
      want: { metric_name_escaping_scheme: "dots" },
      why: "inherits the escaping with it",
    },
    {
      global: "{metric_name_escaping_scheme: allow-utf-8}",
      own: "metric_name_validation_scheme: legacy",
      want: { metric_name_validation_scheme: "legacy", metric_name_escaping_scheme: "underscores" },
      why: "with a scheme of its own has the escaping that goes with it",
    },
  ])("$why", ({ global, own, want }) => {
    expect(read(`global: ${global}\n${job(own === "" ? "" : `    ${own}\n`)}`).jobs[0]).toMatchObject(want);
  });
});

describe("a mistake is told with its place", () => {
  test.each([
    {
      text: job("    scrape_timeout: 2m\n"),
      want: `${FILE}:3:21: scrape_configs[0].scrape_timeout: scrape timeout greater than scrape interval for scrape config with job name "j"`,
    },
    { text: job("  - job_name: j\n"), want: `${FILE}:3:15: scrape_configs[1].job_name: found multiple scrape configs with job name "j"` },
    {
      text: job("    static_configs: [{targets: ['http://bad']}]\n"),
      want: `${FILE}:3:21: scrape_configs[0].static_configs: "http://bad" is not a valid hostname`,
    },
    { text: "scrape_configs:\n  - scrape_interval: 1m\n", want: "scrape_configs[0].job_name: job_name is empty" },
    { text: "scrape_configs: [null]", want: `${FILE}:1:18: scrape_configs[0]: empty or null scrape config section` },
    {
      text: job("    fallback_scrape_protocol: x\n"),
      want: `${FILE}:3:31: scrape_configs[0].fallback_scrape_protocol: invalid fallback_scrape_protocol: unknown scrape protocol x`,
    },
    {
      text: job("    metric_name_validation_scheme: legacy\n    metric_name_escaping_scheme: allow-utf-8\n"),
      want: "scrape_configs[0].metric_name_escaping_scheme: utf8 metric names requested but validation scheme is not set to UTF8",
    },
    {
      text: `global: {metric_name_validation_scheme: legacy}\n${job("    relabel_configs: [{target_label: a.b}]\n")}`,
      want: `scrape_configs[0].relabel_configs: "a.b" is invalid 'target_label' for replace action`,
    },
    {
      text: job("    metric_name_validation_scheme: legacy\n    metric_relabel_configs: [{target_label: a.b}]\n"),
      want: `scrape_configs[0].metric_relabel_configs: "a.b" is invalid 'target_label' for replace action`,
    },
    {
      text: "global: {metric_name_validation_scheme: legacy}\nalerting: {alert_relabel_configs: [{target_label: a.b}]}",
      want: `alerting.alert_relabel_configs: "a.b" is invalid 'target_label' for replace action`,
    },
    {
      text: "global: {metric_name_validation_scheme: legacy}\nalerting: {alertmanagers: [{relabel_configs: [{target_label: a.b}]}]}",
      want: `alerting.alertmanagers: "a.b" is invalid 'target_label' for replace action`,
    },
    { text: job("    scrape_protocols: [null]\n"), want: "scrape_protocols[0]: unknown scrape protocol , supported: [" },
    { text: job("    relabel_configs: [null]\n"), want: "relabel_configs[0]: empty or null target relabeling rule in scrape config" },
    { text: job("    metric_relabel_configs: [null]\n"), want: "empty or null metric relabeling rule in scrape config" },
  ])("$text", ({ text, want }) => {
    expect(refusal(text)).toContain(want);
  });

  test("for each job at its own entry, be it the last of many", () => {
    const jobs = [
      ["a", "1s"],
      ["b", "2m"],
      ["a", "1s"],
    ].map(([name, timeout]) => `  - job_name: ${name}\n    scrape_timeout: ${timeout}\n`);
    expect(refusal(`scrape_configs:\n${jobs.join("")}`).split("\n")).toEqual([
      `${FILE}:5:21: scrape_configs[1].scrape_timeout: scrape timeout greater than scrape interval for scrape config with job name "b"`,
      `${FILE}:6:15: scrape_configs[2].job_name: found multiple scrape configs with job name "a"`,
    ]);
  });

  test("where something else in the job is wrong, for what does not depend on it", () => {
    const text = job("    scrape_protocols: PrometheusText0.0.4\n    scrape_timeout: 2m\n    metric_name_validation_scheme: []\n");
    expect(refusal(text).split("\n")).toEqual([
      expect.stringContaining("3:23: scrape_configs[0].scrape_protocols: cannot unmarshal a scalar into a list"),
      expect.stringContaining("4:21: scrape_configs[0].scrape_timeout: scrape timeout greater than scrape interval"),
      expect.stringContaining("5:36: scrape_configs[0].metric_name_validation_scheme: cannot unmarshal a list into a string"),
    ]);
  });

  test("where `global` is wrong, for what does not depend on it", () => {
    expect(refusal(`global: 1\n${job("    scrape_timeout: 2m\n    scrape_protocols: []\n")}`).split("\n")).toEqual([
      expect.stringContaining("global: cannot unmarshal"),
      expect.stringContaining("scrape_configs[0].scrape_protocols: scrape_protocols cannot be empty"),
    ]);
  });
});
