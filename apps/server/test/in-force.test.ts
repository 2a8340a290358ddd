import { expect, test } from "@jest/globals";
import { parseFlags } from "@ferula/flags";
import { printServerConfig, readServerConfig, type ServerConfig } from "@ferula/server-config";
import { flagsDefinition } from "../src/flags/flags.ts";
import { configInForce, flagsInForce } from "../src/in-force.ts";
import { readSettings, type Settings } from "../src/settings.ts";

function settingsOf(...argv: readonly string[]): Settings {
  const parsed = parseFlags(flagsDefinition, argv);
  if (parsed.kind === "exit") throw new Error(parsed.stderr);
  return readSettings(parsed);
}

function configOf(text: string): ServerConfig {
  return readServerConfig(text, "prometheus.yml", { readFiles: () => [] }).config;
}

test.each([
  { name: "storage.tsdb.retention.time", argv: [], config: "", shown: "15d", why: "the default" },
  { name: "storage.tsdb.retention.time", argv: ["--storage.tsdb.retention.size=1GB"], config: "", shown: "0s", why: "none beside a size" },
  {
    name: "storage.tsdb.retention.time",
    argv: [],
    config: "storage: {tsdb: {retention: {time: 30d}}}",
    shown: "30d",
    why: "the configuration's",
  },
  {
    name: "storage.tsdb.retention.size",
    argv: [],
    config: "storage: {tsdb: {retention: {size: 1GB}}}",
    shown: "1GiB",
    why: "the configuration's",
  },
  { name: "storage.tsdb.max-block-duration", argv: [], config: "", shown: "1d12h", why: "a tenth of the retention" },
  {
    name: "storage.tsdb.max-block-duration",
    argv: ["--storage.tsdb.retention.time=10y"],
    config: "",
    shown: "31d",
    why: "31 days at most",
  },
  {
    name: "storage.tsdb.max-block-duration",
    argv: ["--storage.tsdb.retention.size=1GB"],
    config: "",
    shown: "31d",
    why: "31 days without a retention",
  },
  {
    name: "storage.tsdb.max-block-duration",
    argv: ["--storage.tsdb.max-block-duration=4h"],
    config: "",
    shown: "4h",
    why: "as it was given",
  },
  { name: "web.route-prefix", argv: [], config: "", shown: "/", why: "the root" },
  { name: "web.route-prefix", argv: ["--web.external-url=http://x/prom/"], config: "", shown: "/prom", why: "the external URL's" },
  { name: "query.timeout", argv: ["--query.timeout=30s"], config: "", shown: "30s", why: "as it was given" },
])("--$name is shown as $shown: $why", ({ name, argv, config, shown }) => {
  expect(flagsInForce(settingsOf(...argv), configOf(config)).get(name)).toBe(shown);
});

test.each([
  { argv: [], config: "", shown: undefined, why: "not where there are none" },
  { argv: ["--enable-feature=exemplar-storage"], config: "", shown: "100000", why: "by default" },
  { argv: ["--enable-feature=exemplar-storage"], config: "storage: {exemplars: {max_exemplars: 7}}", shown: "7", why: "as configured" },
])("the number of exemplars is shown $why", ({ argv, config, shown }) => {
  const yaml = printServerConfig(configInForce(settingsOf(...argv).values, configOf(config)));
  expect(/max_exemplars: (\d+)/.exec(yaml)?.[1]).toBe(shown);
});

test("the retention is shown that the flags ask for", () => {
  const { storage } = configInForce(settingsOf("--storage.tsdb.retention.time=3d").values, configOf(""));
  expect(storage.tsdb.retention).toMatchObject({ time: 3 * 86_400_000, size: 0 });
});
