import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { defaultParseOptions } from "@ferula/query-api";
import { tempFolder } from "@ferula/test-kit";
import { loadConfig, type LoadedConfig } from "../src/load-config.ts";

const NO_DEFAULTS = { extraMetrics: false, protobufFirst: false };

function loadAll(files: Readonly<Record<string, string>>): LoadedConfig {
  const folder = tempFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return loadConfig(join(folder, "prometheus.yml"), defaultParseOptions, NO_DEFAULTS);
}

function load(files: Readonly<Record<string, string>>): readonly string[] {
  return loadAll(files).config.jobs.map(({ job_name: name }) => name);
}

test.each([
  { pattern: "nothing.yml", want: [], why: "a plain path need not be there" },
  { pattern: "nowhere/*.yml", want: [], why: "nor need its folder" },
  { pattern: "jobs-*.yml", want: ["a", "b"], why: "files are read in the order of their names" },
])("scrape_config_files: $why", ({ pattern, want }) => {
  const job = (name: string): string => `scrape_configs: [{job_name: ${name}}]`;
  const files = { "prometheus.yml": `scrape_config_files: ["${pattern}"]`, "jobs-2.yml": job("b"), "jobs-1.yml": job("a") };
  expect(load(files)).toEqual(want);
});

test.each([
  { text: "global: {\n", place: "prometheus.yml:2:1: " },
  { text: "scrape_configs:\n  - job_name: a\n   - job_name: b\n", place: "prometheus.yml:3:" },
])("broken YAML is told with its line and column", ({ text, place }) => {
  expect(() => load({ "prometheus.yml": text })).toThrow(place);
});

test.each([
  { file: "nothing.yml", want: (path: string) => `open ${path}: no such file or directory` },
  { file: ".", want: (path: string) => `read ${path}: is a directory` },
  { file: "prometheus.yml/x", want: (path: string) => `open ${path}: not a directory` },
])("a file that can't be read ($file) is told in Go's words", ({ file, want }) => {
  const folder = tempFolder();
  writeFileSync(join(folder, "prometheus.yml"), "");
  const path = `${folder}/${file}`;
  expect(() => loadConfig(path, defaultParseOptions, NO_DEFAULTS)).toThrow(expect.objectContaining({ message: want(path) }));
});

test("what can't be served yet is refused, all of it with its place", () => {
  const files = {
    "prometheus.yml": "scrape_config_files: [jobs.yml]\nremote_write: [{url: 'http://x'}]\n",
    "jobs.yml": "scrape_configs: [{job_name: a, eureka_sd_configs: [{server: 'http://a'}]}]",
  };
  expect(() => load(files)).toThrow(
    /prometheus\.yml:2:15: remote_write: remote write is not supported yet\n.*jobs\.yml:1:51: scrape_configs\[0\]\.eureka_sd_configs: /,
  );
});

test("rules are held to the names that the configuration allows", () => {
  const rules = "groups: [{name: g, rules: [{record: a.b, expr: up}]}]";
  expect(loadAll({ "prometheus.yml": "rule_files: [r.yml]", "r.yml": rules }).ruleFiles).toHaveLength(1);
  const legacy = "global: {metric_name_validation_scheme: legacy}\nrule_files: [r.yml]";
  expect(() => load({ "prometheus.yml": legacy, "r.yml": rules })).toThrow(
    'r.yml: 1:37: group "g", rule 1, "a.b": invalid recording rule name: a.b',
  );
});

test("warnings of all files come with what was loaded", () => {
  const { warnings } = loadAll({
    "prometheus.yml": "global: {external_labels: {a: '$FERULA_NOT_SET'}}\nrule_files: [r.yml]",
    "r.yml": "groups: []\n---\n",
  });
  expect(warnings).toEqual([
    expect.stringMatching(/prometheus\.yml:1:31: global\.external_labels\.a: the environment variable FERULA_NOT_SET is empty$/),
    expect.stringMatching(/r\.yml: 2:1: Multiple document yaml rules files are not supported, only the first document is processed$/),
  ]);
});
