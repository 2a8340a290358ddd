import { describe, expect, test } from "@jest/globals";
import type { ReadFile } from "../src/index.ts";
import { FILE, job, read, readAll, refusal, unserved } from "./support.ts";

describe("defaults", () => {
  test.each(["", "global:\n", "scrape_configs: []\n"])("of %j are upstream's", (text) => {
    const { global, jobs, runtime, storage, otlp } = read(text);
    expect(global).toMatchObject({ scrape_interval: 60_000, scrape_timeout: 10_000, evaluation_interval: 60_000, rule_query_offset: 0 });
    expect(jobs).toEqual([]);
    expect(runtime).toEqual({ gogc: 75 });
    expect(storage.tsdb).toMatchObject({ out_of_order_time_window: 0, retention: undefined });
    expect(otlp).toMatchObject({ translation_strategy: "UnderscoreEscapingWithSuffixes", label_name_underscore_sanitization: true });
  });

  test.each([
    { variable: "50", want: 50 },
    { variable: "off", want: -1 },
    { variable: "much", want: 75 },
  ])("of the collector are the environment's: GOGC=$variable", ({ variable, want }) => {
    expect(readAll("runtime: {gogc: 0}", [], { environment: { GOGC: variable } }).config.runtime.gogc).toBe(want);
    expect(readAll("runtime: {gogc: 42}", [], { environment: { GOGC: variable } }).config.runtime.gogc).toBe(42);
  });
});

describe("a mistake is told with its place", () => {
  test.each([
    { text: "global:\n  scrape_intervall: 1m\n", want: `${FILE}:2:3: global.scrape_intervall: field scrape_intervall not found` },
    { text: "rule_files: [b.yml, 'a*/b.yml']", want: `${FILE}:1:21: rule_files[1]: invalid rule file path "a*/b.yml"` },
    {
      text: "rule_files: ['a[']",
      want: `${FILE}:1:14: rule_files[0]: error retrieving rule files for "/etc/prometheus/a[": syntax error in pattern`,
    },
    {
      text: "scrape_config_files: ['a*/*']",
      want: `${FILE}:1:23: scrape_config_files[0]: invalid scrape config file path "a*/*"`,
    },
    {
      text: "scrape_config_files: ['a[']",
      want: `${FILE}:1:23: scrape_config_files[0]: error retrieving scrape config files for "/etc/prometheus/a[": syntax error in pattern`,
    },
    {
      text: "storage: {tsdb: {retention: {percentage: 101}}}",
      want: "storage.tsdb.retention.percentage: 'storage.tsdb.retention.percentage'",
    },
    { text: "storage: {tsdb: {retention: {size: -1GB}}}", want: "storage.tsdb.retention.size: " },
    {
      text: "storage: {tsdb: {chunk_encoding: {floats: XOR}}}",
      want: "must be 'xor' or 'xor2', or the field must be omitted entirely, got \"XOR\"",
    },
    { text: "alerting: {alertmanagers: [{api_version: v1}]}", want: "expected Alertmanager api version to be one of [v2] but got v1" },
    { text: "alerting: {alertmanagers: [null]}", want: `${FILE}:1:28: alerting.alertmanagers[0]: empty or null Alertmanager section` },
    { text: "a: 1\na: 2\n", want: 'key "a" already set in map' },
    { text: "global: [", want: `${FILE}:1:` },
  ])("$text", ({ text, want }) => {
    expect(refusal(text)).toContain(want);
  });

  test("all of them at once, whatever sections they are in", () => {
    const text = `
x: 1
global: { scrape_timeout: 2m, nope: 1 }
alerting: { alertmanagers: [{ scheme: [], api_version: v1 }] }
rule_files: ["a*/b"]
scrape_configs:
  - { job_name: a, scrape_protocols: [], basic_auth: {}, bearer_token: t }
  - { job_name: b, honor_labels: perhaps, static_configs: [{ targets: ["http://x"] }] }
  - { job_name: b }
storage: { tsdb: { retention: { percentage: -1 } } }
tracing: { compression: x, headers: { Authorization: x } }
remote_write: [{ queue_config: { capacity: 0 } }, null]
remote_read: [{ url: "http://x", name: n }, { url: "http://x", name: n, headers: { host: x } }]
otlp: { translation_strategy: x, ignore_resource_attributes: [a, a] }
`;
    const lines = refusal(text, [{ file: "/more.yml", text: "scrape_configs: [{}]" }]).split("\n");
    expect(lines.map((line) => line.split(": ")[1])).toEqual([
      "x",
      "global.scrape_timeout",
      "global.nope",
      "alerting.alertmanagers[0].scheme",
      "alerting.alertmanagers[0].api_version",
      "rule_files[0]",
      "scrape_configs[0].scrape_protocols",
      "scrape_configs[0].basic_auth",
      "scrape_configs[1].honor_labels",
      "scrape_configs[1].static_configs",
      "scrape_configs[2].job_name",
      "storage.tsdb.retention.percentage",
      "tracing.endpoint",
      "tracing.compression",
      "tracing.headers",
      "remote_write[0].url",
      "remote_write[0].queue_config.capacity",
      "remote_write[1]",
      "remote_read[1].name",
      "remote_read[1].headers",
      "otlp.translation_strategy",
      "otlp.ignore_resource_attributes",
      "otlp.ignore_resource_attributes",
    ]);
  });
});

describe("what can't be done yet is read, and noted by name", () => {
  test.each([
    { text: "remote_write: [{url: 'http://x'}]", want: `${FILE}:1:15: remote_write: remote write` },
    { text: "remote_read: [{url: 'http://x'}]", want: `${FILE}:1:14: remote_read: remote read` },
    {
      text: "alerting: {alertmanagers: [{sigv4: {region: r}}]}",
      want: "alerting.alertmanagers[0].sigv4: signing requests for AWS (sigv4)",
    },
    { text: job("    nerve_sd_configs: [{servers: [a], paths: [/b]}]\n"), want: "service discovery by nerve" },
  ])("$want", ({ text, want }) => {
    expect(unserved(text)).toContain(`${want} is not supported yet`);
  });

  test("but not what asks for nothing more than what we have anyway", () => {
    expect(
      unserved(
        "remote_write: []\nremote_read: []\ntracing:\n" +
          "storage: {tsdb: {out_of_order_time_window: 0s, chunk_encoding: {floats: xor}}}\n" +
          "global: {query_log_file: '', scrape_failure_log_file: f, scrape_native_histograms: true, scrape_protocols: [PrometheusProto]}\n" +
          job(
            "    fallback_scrape_protocol: PrometheusProto\n    native_histogram_bucket_limit: 1\n" +
              "    convert_classic_histograms_to_nhcb: true\n    native_histogram_min_bucket_factor: 1.1\n",
          ),
      ),
    ).toBe("");
  });
});

describe("further files of jobs", () => {
  const more = (text: string): readonly ReadFile[] => [{ file: "/etc/prometheus/more.yml", text }];
  const main = `global: {scrape_interval: 20s}\nscrape_config_files: [more.yml]\n`;

  test("inherit from the main file, and follow its jobs", () => {
    const config = read(`${main}scrape_configs: [{job_name: near}]\n`, more("scrape_configs: [{job_name: far}]"));
    expect(config.jobs).toMatchObject([{ job_name: "near" }, { job_name: "far", scrape_interval: 20_000, scrape_timeout: 10_000 }]);
    expect(config.scrape_configs).toMatchObject([{ job_name: "near" }]);
  });

  test("are named by their full path", () => {
    const asked: string[] = [];
    readAll(main, [], {
      readFiles: (pattern) => {
        asked.push(pattern);
        return [];
      },
    });
    expect(asked).toEqual(["/etc/prometheus/more.yml"]);
  });

  test("that can't be read are told at the list", () => {
    const readFiles = (): never => {
      throw new Error("EACCES: permission denied");
    };
    expect(refusal(main, [], { readFiles })).toBe(`${FILE}:2:22: scrape_config_files: EACCES: permission denied`);
  });

  test("note what can't be served in them", () => {
    expect(
      readAll(main, more("scrape_configs: [{job_name: far, nerve_sd_configs: [{servers: [a], paths: [/b]}]}]")).unserved,
    ).toMatchObject([{ file: "/etc/prometheus/more.yml", path: "scrape_configs[0].nerve_sd_configs" }]);
  });

  test.each([
    { text: "global: {}", want: "/etc/prometheus/more.yml:1:1: global: field global not found" },
    {
      text: "scrape_configs: [{job_name: far, scrape_timeout: 21s}]",
      want: "/etc/prometheus/more.yml:1:50: scrape_configs[0].scrape_timeout: scrape timeout greater",
    },
    {
      text: "scrape_configs: [{job_name: near}]",
      want: '/etc/prometheus/more.yml:1:29: scrape_configs[0].job_name: found multiple scrape configs with job name "near", first found in main config file',
    },
    {
      text: "scrape_configs: [{job_name: far}, {job_name: far}]",
      want: 'scrape_configs[1].job_name: found multiple scrape configs with job name "far", first found in "/etc/prometheus/more.yml"',
    },
  ])("tell their mistakes with their own place: $want", ({ text, want }) => {
    expect(refusal(`${main}scrape_configs: [{job_name: near}]\n`, more(text))).toContain(want);
  });

  test("tell them beside those of the main file", () => {
    expect(refusal(`${main}rule_files: 1\n`, more("scrape_configs: [{}]")).split("\n")).toEqual([
      expect.stringContaining(`${FILE}:3:13: rule_files: `),
      "/etc/prometheus/more.yml:1:18: scrape_configs[0].job_name: job_name is empty",
    ]);
  });
});

describe("an agent", () => {
  test.each([
    { text: "alerting: {alertmanagers: [{}]}", key: "alerting" },
    { text: "alerting: {alert_relabel_configs: [{action: labeldrop, regex: a}]}", key: "alerting" },
    { text: "rule_files: [a.yml]", key: "rule_files" },
    { text: "remote_read: [{url: 'http://x'}]", key: "remote_read" },
  ])("has no $key", ({ text, key }) => {
    expect(refusal(text, [], { isAgent: true })).toMatch(new RegExp(`:1:\\d+: ${key}: field ${key} is not allowed in agent mode$`));
    expect(() => readAll(text)).not.toThrow();
  });

  test("has what is left", () => {
    const text = "alerting: {}\nrule_files: []\nremote_write: [{url: 'http://x'}]\nscrape_configs: [{job_name: a}]";
    expect(readAll(text, [], { isAgent: true }).config.jobs).toHaveLength(1);
  });
});
