import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { defaultParseOptions } from "@ferula/query-api";
import { tempFolder } from "@ferula/test-kit";
import { loadConfig } from "../src/load-config.ts";

function load(files: Readonly<Record<string, string>>): readonly string[] {
  const folder = tempFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return loadConfig(join(folder, "prometheus.yml"), defaultParseOptions).config.scrape_configs.map(({ job_name: name }) => name);
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
