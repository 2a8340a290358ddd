import { describe, expect, test } from "@jest/globals";
import { formatConfigErrors, mappingField, readField, type ConfigResult } from "@ferula/config";
import { scrapeConfigChecks, scrapeConfigShape } from "../src/scrape-config.ts";

const field = mappingField(scrapeConfigShape, { checks: scrapeConfigChecks });

function read(yaml: string): ConfigResult<unknown> {
  return readField(field, yaml, "job.yml");
}

function errorsOf(yaml: string): string {
  const result = read(yaml);
  return result.ok ? "" : formatConfigErrors(result.errors);
}

describe("a job", () => {
  test.each([
    { why: "needs a name", yaml: "scheme: http", want: "job_name is empty" },
    { why: "needs one with letters", yaml: "job_name: ''", want: "job.yml:1:11: job_name: job_name is empty" },
    {
      why: "names a format once",
      yaml: "job_name: j\nscrape_protocols: [PrometheusText0.0.4, PrometheusText0.0.4]",
      want: "job.yml:2:19: scrape_protocols: duplicated protocol in scrape_protocols",
    },
    {
      why: "names formats that there are",
      yaml: "job_name: j\nscrape_protocols: [prometheusproto]",
      want: "job.yml:2:20: scrape_protocols[0]: unknown scrape protocol prometheusproto, supported: [OpenMetricsText0.0.1 Open",
    },
    { why: "names some format", yaml: "job_name: j\nscrape_protocols: []", want: "scrape_protocols cannot be empty" },
    {
      why: "has no URL for a target",
      yaml: "job_name: j\nstatic_configs: [{targets: ['http://a']}]",
      want: '"http://a" is not a valid hostname',
    },
    {
      why: "has one way to show who asks",
      yaml: "job_name: j\nbasic_auth: {}\nbearer_token: t",
      want: "at most one of basic_auth, oauth2",
    },
    { why: "knows no other fields", yaml: "job_name: j\nscrape_intervall: 5s", want: "scrape_intervall" },
  ])("$why", ({ yaml, want }) => {
    expect(errorsOf(yaml)).toContain(want);
  });

  test("tells the mistakes of its parts together", () => {
    expect(errorsOf("nope: 1\nscrape_protocols: []\nbasic_auth: {}\nbearer_token: t").split("\n")).toHaveLength(4);
  });

  test("may have a URL for a target that is relabelled", () => {
    expect(errorsOf("job_name: j\nstatic_configs: [{targets: ['http://a']}]\nrelabel_configs: [{target_label: a}]")).toBe("");
  });

  test("notes how targets can't be found yet", () => {
    const result = read("job_name: j\nnerve_sd_configs: [{servers: [a], paths: [/b]}]");
    expect(result.ok && result.unserved.map(({ path }) => path)).toEqual(["nerve_sd_configs"]);
  });

  test("may have every other field that upstream has", () => {
    const yaml = `
job_name: j
honor_labels: true
honor_timestamps: false
track_timestamps_staleness: true
params: {a: [b]}
scrape_interval: 30s
scrape_timeout: 5s
scrape_protocols: [PrometheusProto, OpenMetricsText1.0.0, OpenMetricsText0.0.1, PrometheusText1.0.0, PrometheusText0.0.4]
fallback_scrape_protocol: OpenMetricsText1.0.0
scrape_native_histograms: true
always_scrape_classic_histograms: true
convert_classic_histograms_to_nhcb: true
scrape_failure_log_file: f
native_histogram_bucket_limit: 1
native_histogram_min_bucket_factor: 1.1
extra_scrape_metrics: true
metrics_path: /m
scheme: https
enable_compression: false
body_size_limit: 10MB
sample_limit: 1
target_limit: 1
label_limit: 1
label_name_length_limit: 1
label_value_length_limit: 1
keep_dropped_targets: 1
metric_name_validation_scheme: legacy
metric_name_escaping_scheme: dots
basic_auth: {username: u, password: p}
tls_config: {insecure_skip_verify: true}
static_configs: [{targets: ['a:1'], labels: {x: y}}]
file_sd_configs: [{files: ['*.yml']}]
relabel_configs: [{target_label: a, replacement: b}]
metric_relabel_configs: [{action: labeldrop, regex: x}]
`;
    expect(read(yaml)).toMatchObject({ ok: true, warnings: [], unserved: [] });
  });
});
