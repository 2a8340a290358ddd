import { describe, expect, test } from "@jest/globals";
import { formatLabels } from "@ferula/model";
import { externalLabels, printScrapeConfig, printServerConfig, readServerConfig, type ReadFile, type ServerConfig } from "../src/index.ts";

const FILE = "/etc/prometheus/prometheus.yml";

function read(text: string, files: readonly ReadFile[] = []): ServerConfig {
  return readServerConfig(text, FILE, () => files);
}

/** The message of the refusal; fails when there is none. */
function refusal(text: string, files?: readonly ReadFile[]): string {
  try {
    read(text, files);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("the configuration was taken");
}

const job = (more: string): string => `scrape_configs:\n  - job_name: j\n${more}`;

describe("defaults", () => {
  test.each(["", "global:\n", "scrape_configs: []\n"])("of %j are upstream's", (text) => {
    const { global, scrape_configs: jobs } = read(text);
    expect(global).toMatchObject({ scrape_interval: 60_000, scrape_timeout: 10_000, evaluation_interval: 60_000, rule_query_offset: 0 });
    expect(jobs).toEqual([]);
  });

  test("stand where a time is 0", () => {
    const { global } = read("global: {scrape_interval: 0s, evaluation_interval: 0s, scrape_timeout: 0s}");
    expect(global).toMatchObject({ scrape_interval: 60_000, scrape_timeout: 10_000, evaluation_interval: 60_000 });
  });

  test("of a timeout are no longer than the interval", () => {
    expect(read("global: {scrape_interval: 5s}").global.scrape_timeout).toBe(5000);
  });
});

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
      global: "{scrape_protocols: [OpenMetricsText1.0.0]}",
      own: "",
      want: { scrape_protocols: ["OpenMetricsText1.0.0"] },
      why: "inherits protocols",
    },
    {
      global: "{metric_name_validation_scheme: legacy}",
      own: "",
      want: { metric_name_validation_scheme: "legacy" },
      why: "inherits the scheme of names",
    },
  ])("$why", ({ global, own, want }) => {
    expect(read(`global: ${global}\n${job(own === "" ? "" : `    ${own}\n`)}`).scrape_configs[0]).toMatchObject(want);
  });
});

describe("a mistake is told with its place", () => {
  test.each([
    { text: "global:\n  scrape_intervall: 1m\n", want: `${FILE}:2:3: global.scrape_intervall: field scrape_intervall not found` },
    {
      text: "global: {scrape_interval: 5s, scrape_timeout: 6s}",
      want: `${FILE}:1:47: global.scrape_timeout: global scrape timeout greater than scrape interval`,
    },
    { text: "global: {scrape_timeout: 61s}", want: "global scrape timeout greater than scrape interval" },
    {
      text: job("    scrape_timeout: 2m\n"),
      want: `${FILE}:2:5: scrape_configs[0]: scrape timeout greater than scrape interval for scrape config with job name "j"`,
    },
    { text: job("  - job_name: j\n"), want: `${FILE}:3:5: scrape_configs[1]: found multiple scrape configs with job name "j"` },
    {
      text: job("    static_configs: [{targets: ['http://bad']}]\n"),
      want: 'scrape_configs[0].static_configs: "http://bad" is not a valid hostname',
    },
    { text: "scrape_configs:\n  - scrape_interval: 1m\n", want: "job_name is empty" },
    { text: "rule_files: ['a*/b.yml']", want: 'invalid rule file path "/etc/prometheus/a*/b.yml"' },
    { text: "scrape_config_files: ['a*/*']", want: 'invalid scrape config file path "/etc/prometheus/a*/*"' },
    { text: "global: {external_labels: {'': x}}", want: '"" is not a valid label name' },
    { text: "global: {scrape_protocols: [OpenMetricsText1.0.0, OpenMetricsText1.0.0]}", want: "duplicated protocol in scrape_protocols" },
    { text: "global: {metric_name_validation_scheme: legacy, metric_name_escaping_scheme: allow-utf-8}", want: "allow-utf-8" },
    {
      text: `global: {metric_name_validation_scheme: legacy}\n${job("    metric_name_escaping_scheme: allow-utf-8\n")}`,
      want: 'for scrape config with job name "j"',
    },
    { text: "storage: {tsdb: {retention: {percentage: 101}}}", want: "storage.tsdb.retention.percentage" },
    { text: "storage: {tsdb: {chunk_encoding: {floats: XOR}}}", want: 'unknown value "XOR"' },
    { text: "otlp: {promote_resource_attributes: [a, ' a ']}", want: 'duplicated attribute "a"' },
    { text: "otlp: {ignore_resource_attributes: [a]}", want: "cannot be configured unless" },
    { text: "otlp: {promote_all_resource_attributes: true, promote_resource_attributes: [a]}", want: "simultaneously" },
    {
      text: "global: {metric_name_validation_scheme: legacy}\notlp: {translation_strategy: NoTranslation}",
      want: "not allowed when metric_name_validation_scheme is legacy",
    },
    { text: "a: 1\na: 2\n", want: 'key "a" already set in map' },
    { text: "global: [", want: `${FILE}:1:` },
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
      `${FILE}:4:5: scrape_configs[1]: scrape timeout greater than scrape interval for scrape config with job name "b"`,
      `${FILE}:6:5: scrape_configs[2]: found multiple scrape configs with job name "a"`,
    ]);
  });

  test("all of them at once", () => {
    expect(refusal("x: 1\ny: 2\n").split("\n")).toHaveLength(2);
  });
});

test.each([
  { text: "tracing: {endpoint: x}", what: "tracing" },
  { text: "remote_write: [{url: 'http://x'}]", what: "remote write" },
  { text: "remote_read: [{url: 'http://x'}]", what: "remote read" },
  { text: "global: {query_log_file: x}", what: "the query log" },
  { text: "global: {scrape_failure_log_file: x}", what: "the log of failed scrapes" },
  { text: "global: {scrape_native_histograms: true}", what: "scraping native histograms" },
  { text: "global: {extra_scrape_metrics: true}", what: "writing extra scrape metrics" },
  { text: "storage: {tsdb: {out_of_order_time_window: 1m}}", what: "a window for samples out of order" },
  { text: "storage: {tsdb: {chunk_encoding: {floats: xor2}}}", what: "the chunk encoding xor2" },
  { text: job("    scrape_failure_log_file: x\n"), what: "the log of failed scrapes" },
  { text: job("    native_histogram_min_bucket_factor: 1.1\n"), what: "merging histogram buckets" },
  { text: job("    extra_scrape_metrics: true\n"), what: "writing extra scrape metrics" },
  { text: job("    kubernetes_sd_configs: [{role: pod}]\n"), what: "service discovery by kubernetes" },
])("what can't be done yet is refused by name: $what", ({ text, what }) => {
  expect(refusal(text)).toContain(`${what} is not supported yet`);
});

test("empty lists and the values that we have anyway ask for nothing", () => {
  expect(() =>
    read("remote_write: []\nremote_read: []\nstorage: {tsdb: {out_of_order_time_window: 0s, chunk_encoding: {floats: xor}}}\ntracing:\n"),
  ).not.toThrow();
});

describe("further files of jobs", () => {
  const more = (text: string): readonly ReadFile[] => [{ file: "/etc/prometheus/more.yml", text }];
  const main = `global: {scrape_interval: 20s}\nscrape_config_files: [more.yml]\n`;

  test("inherit from the main file", () => {
    const { scrape_configs: jobs } = read(main, more("scrape_configs: [{job_name: far}]"));
    expect(jobs).toMatchObject([{ job_name: "far", scrape_interval: 20_000, scrape_timeout: 10_000 }]);
  });

  test("are named by their full path", () => {
    const asked: string[] = [];
    readServerConfig(main, FILE, (pattern) => {
      asked.push(pattern);
      return [];
    });
    expect(asked).toEqual(["/etc/prometheus/more.yml"]);
  });

  test.each([
    { text: "global: {}", want: "/etc/prometheus/more.yml:1:1: global: field global not found" },
    {
      text: "scrape_configs: [{job_name: far, scrape_timeout: 21s}]",
      want: "/etc/prometheus/more.yml:1:18: scrape_configs[0]: scrape timeout greater",
    },
    {
      text: "scrape_configs: [{job_name: near}]",
      want: '/etc/prometheus/more.yml:1:18: scrape_configs[0]: found multiple scrape configs with job name "near"',
    },
  ])("tell their mistakes with their own place: $want", ({ text, want }) => {
    expect(refusal(`${main}scrape_configs: [{job_name: near}]\n`, more(text))).toContain(want);
  });
});

test.each([
  { value: "$HOST", want: "box", why: "a variable" },
  { value: "${HOST}-a", want: "box-a", why: "a variable in braces" },
  { value: "$$HOST", want: "$HOST", why: "two dollars are one" },
  { value: "a $NOPE b", want: "a  b", why: "one that is not set is empty" },
  { value: "100$", want: "100$", why: "a dollar at the end" },
])("external labels take $why from the environment", ({ value, want }) => {
  const { global } = read(`global: {external_labels: {l: '${value}'}}`);
  expect(formatLabels(externalLabels(global, { HOST: "box" }))).toBe(`{l="${want}"}`);
});

test("an external label without a value is none", () => {
  expect(externalLabels(read("global: {external_labels: {l: $NOPE}}").global, {})).toEqual([]);
});

describe("what is printed", () => {
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
    relabel_configs: [{source_labels: [a], target_label: b, regex: 'x(.*)', replacement: '$1'}]
  - job_name: k
    authorization: {credentials: hidden-token}
    params: {p: [q]}
storage: {tsdb: {retention: {time: 15d, size: 1GB}}}
otlp: {promote_resource_attributes: [a]}
runtime: {gogc: 50}
`;

  test("shows no secret, and what jobs inherit", () => {
    const printed = printServerConfig(read(text));
    expect(printed).not.toContain("hidden");
    expect(printed.match(/<secret>/g)).toHaveLength(3);
    expect(printScrapeConfig(read(text).scrape_configs[0])).toContain("scrape_interval: 1m\n");
    expect(printScrapeConfig(read(text).scrape_configs[0])).toContain("password: <secret>");
  });

  test("reads back as the same", () => {
    const printed = printServerConfig(read(text));
    expect(printServerConfig(read(printed))).toBe(printed);
  });
});
