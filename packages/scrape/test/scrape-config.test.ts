import { describe, expect, test } from "@jest/globals";
import { formatConfigErrors, mappingField, readField, withCheck, type Field } from "@ferula/config";
import { checkScrapeConfig, scrapeConfigShape, type ScrapeConfig } from "../src/scrape-config.ts";

const field: Field<ScrapeConfig> = withCheck(mappingField(scrapeConfigShape) as unknown as Field<ScrapeConfig>, checkScrapeConfig);

function errorsOf(yaml: string): string {
  const result = readField(field, yaml, "job.yml");
  return result.ok ? "" : formatConfigErrors(result.errors);
}

describe("a job", () => {
  test.each([
    { why: "needs a name", yaml: "scheme: http", want: "job_name is empty" },
    {
      why: "has no longer timeout than interval",
      yaml: "job_name: j\nscrape_interval: 5s\nscrape_timeout: 10s",
      want: "scrape timeout greater than scrape interval",
    },
    {
      why: "names a format once",
      yaml: "job_name: j\nscrape_protocols: [PrometheusText0.0.4, PrometheusText0.0.4]",
      want: "duplicated protocol in scrape_protocols",
    },
    {
      why: "can't fall back on a format that we don't read",
      yaml: "job_name: j\nfallback_scrape_protocol: OpenMetricsText1.0.0",
      want: "OpenMetricsText1.0.0 is not supported yet",
    },
    {
      why: "has no URL for a target",
      yaml: "job_name: j\nstatic_configs: [{targets: ['http://a']}]",
      want: '"http://a" is not a valid hostname',
    },
    { why: "can't ask for native histograms", yaml: "job_name: j\nscrape_native_histograms: true", want: "is not supported yet" },
    {
      why: "can't ask for a provider that is missing",
      yaml: "job_name: j\nconsul_sd_configs: [{server: 'a:1'}]",
      want: "service discovery by consul is not supported yet",
    },
    { why: "knows no other fields", yaml: "job_name: j\nscrape_intervall: 5s", want: "scrape_intervall" },
  ])("$why", ({ yaml, want }) => {
    expect(errorsOf(yaml)).toContain(want);
  });

  test("may have every field that upstream has", () => {
    expect(
      errorsOf(`
job_name: j
honor_labels: true
honor_timestamps: false
track_timestamps_staleness: true
params: {a: [b]}
scrape_interval: 30s
scrape_timeout: 5s
scrape_protocols: [OpenMetricsText1.0.0, OpenMetricsText0.0.1, PrometheusText1.0.0, PrometheusText0.0.4]
fallback_scrape_protocol: PrometheusText0.0.4
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
`),
    ).toBe("");
  });
});
