import { expect, test } from "@jest/globals";
import { parseFlags } from "@ferula/flags";
import { flagsDefinition } from "../src/flags/flags.ts";
import { serverFeatures } from "../src/server-features.ts";
import { readSettings } from "../src/settings.ts";

function featuresOf(...argv: readonly string[]): Readonly<Record<string, Readonly<Record<string, boolean>>>> {
  const parsed = parseFlags(flagsDefinition, argv);
  if (parsed.kind === "exit") throw new Error(parsed.stderr);
  const features = serverFeatures(readSettings(parsed).values, false);
  return Object.fromEntries([...features].map(([category, names]) => [category, Object.fromEntries(names)]));
}

test("the categories are those of upstream", () => {
  expect(Object.keys(featuresOf())).toEqual([
    "api",
    "otlp_receiver",
    "prometheus",
    "rules",
    "scrape",
    "service_discovery_providers",
    "templating_functions",
    "tsdb",
    "ui",
  ]);
});

test.each([
  { argument: "--web.enable-admin-api", category: "api", name: "admin" },
  { argument: "--web.enable-lifecycle", category: "api", name: "lifecycle" },
  { argument: "--web.enable-remote-write-receiver", category: "api", name: "remote_write_receiver" },
  { argument: "--enable-feature=concurrent-rule-eval", category: "rules", name: "concurrent_rule_eval" },
  { argument: "--enable-feature=type-and-unit-labels", category: "scrape", name: "type_and_unit_labels" },
  { argument: "--enable-feature=delayed-compaction", category: "tsdb", name: "delayed_compaction" },
  { argument: "--enable-feature=exemplar-storage", category: "tsdb", name: "exemplar_storage" },
  { argument: "--enable-feature=histograms-st-encoding", category: "tsdb", name: "histograms_st_encoding" },
  { argument: "--enable-feature=st-storage", category: "tsdb", name: "st_storage" },
  { argument: "--enable-feature=xor2-encoding", category: "tsdb", name: "xor2_encoding" },
])("$argument turns $category.$name on", ({ argument, category, name }) => {
  expect(featuresOf()[category][name]).toBe(false);
  expect(featuresOf(argument)[category][name]).toBe(true);
});

test.each([
  { argument: "--enable-feature=metadata-wal-records", category: "tsdb", name: "metadata_wal_records" },
  { argument: "--enable-feature=st-synthesis", category: "scrape", name: "st-synthesis" },
])("$category.$name is told only with $argument", ({ argument, category, name }) => {
  expect(featuresOf()[category]).not.toHaveProperty([name]);
  expect(featuresOf(argument)[category][name]).toBe(true);
});

test("functions of templates and ways of finding targets are told by name", () => {
  const { templating_functions: functions, service_discovery_providers: providers } = featuresOf();
  expect(Object.keys(functions)).toHaveLength(29);
  expect(functions).toMatchObject({ humanizeTimestamp: true, externalURL: true });
  expect(providers).toMatchObject({ static: true, file: true, dockerswarm: true, kubernetes: true });
});
