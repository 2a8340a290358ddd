import { expect, test } from "@jest/globals";
import { parseFlags } from "@ferula/flags";
import { noLogger } from "@ferula/logging";
import { readServerConfig, type ServerConfig } from "@ferula/server-config";
import { readStorageFeatures } from "../src/enabled-features.ts";
import { flagsDefinition } from "../src/flags/flags.ts";
import { storageConfigurer } from "../src/open-storage.ts";
import { storageOptions, storageSettings, type StorageFlags } from "../src/storage-options.ts";

const DAY = 86_400_000;
const UNLIMITED = { durationMs: 0, sizeBytes: 0, percentage: 0 };

function flagsOf(...argv: readonly string[]): StorageFlags {
  const parsed = parseFlags(flagsDefinition, argv);
  if (parsed.kind === "exit") throw new Error(parsed.stderr);
  return parsed;
}

/** A configuration with this under `storage`. */
function configOf(storage: string): ServerConfig {
  return readServerConfig(storage === "" ? "" : `storage: ${storage}`, "prometheus.yml", { readFiles: () => [] }).config;
}

function optionsOf(storage: string, ...argv: readonly string[]): ReturnType<typeof storageOptions> {
  const flags = flagsOf(...argv);
  return storageOptions(flags, readStorageFeatures(flags.values["enable-feature"]), configOf(storage).storage);
}

test.each([
  { why: "by default", argv: [], compression: "none" },
  { why: "where it is asked for", argv: ["--storage.tsdb.wal-compression"], compression: "snappy" },
  { why: "by the kind that is given", argv: ["--storage.tsdb.wal-compression-type=snappy"], compression: "snappy" },
  { why: "by zstd", argv: ["--storage.tsdb.wal-compression-type=zstd"], compression: "zstd" },
  { why: "where it is refused", argv: ["--no-storage.tsdb.wal-compression"], compression: "none" },
  {
    why: "where it is refused, whatever the kind",
    argv: ["--storage.tsdb.wal-compression-type=zstd", "--no-storage.tsdb.wal-compression"],
    compression: "none",
  },
])("the logs are compressed by $compression $why", ({ argv, compression }) => {
  expect(optionsOf("", ...argv).walCompression).toBe(compression);
});

test.each([
  { why: "xor by default", storage: "", features: "", want: { floatEncoding: "xor", logsStarts: false, keepsHistogramStarts: false } },
  { why: "xor2 by its feature", storage: "", features: "xor2-encoding", want: { floatEncoding: "xor2", logsStarts: false } },
  {
    why: "xor by the configuration",
    storage: "{tsdb: {chunk_encoding: {floats: xor}}}",
    features: "xor2-encoding",
    want: { floatEncoding: "xor" },
  },
  {
    why: "start timestamps with xor2",
    storage: "",
    features: "xor2-encoding,st-storage",
    want: { floatEncoding: "xor2", logsStarts: true },
  },
  {
    why: "start timestamps of histograms",
    storage: "",
    features: "histograms-st-encoding",
    want: { floatEncoding: "xor", keepsHistogramStarts: true },
  },
])("$why", ({ storage, features, want }) => {
  expect(optionsOf(storage, `--enable-feature=${features}`)).toMatchObject(want);
});

test.each([
  { storage: "{tsdb: {chunk_encoding: {floats: xor2}}}", features: "", message: "xor2' requires the xor2-encoding feature flag" },
  { storage: "", features: "st-storage", message: 'float chunk encoding "xor" is incompatible with start-timestamp storage' },
  {
    storage: "{tsdb: {chunk_encoding: {floats: xor}}}",
    features: "st-storage,xor2-encoding",
    message: "floats: xor' is incompatible with st-storage",
  },
])("features $features with $storage are refused, at the start and at a reload", ({ storage, features, message }) => {
  const flag = `--enable-feature=${features}`;
  expect(() => optionsOf(storage, flag)).toThrow(message);
  const opened = { db: { configure: () => undefined }, values: flagsOf(flag).values, initial: configOf(""), logger: noLogger };
  expect(() => storageConfigurer(opened)(configOf(storage))).toThrow(message);
});

test("what has no length is of the usual one", () => {
  const none = optionsOf("", "--storage.tsdb.min-block-duration=0s", "--storage.tsdb.samples-per-chunk=0");
  expect(none).toMatchObject({ chunkRangeMs: DAY / 12, samplesPerChunk: 120 });
  expect(optionsOf("", "--storage.tsdb.samples-per-chunk=-5")).toMatchObject({ samplesPerChunk: 120 });
});

test.each([
  { percent: "100", mostMs: DAY },
  { percent: "50", mostMs: DAY / 2 },
  { percent: "0", mostMs: DAY / 10 },
  { percent: "101", mostMs: DAY / 10 },
])("compaction is delayed by up to $mostMs ms for $percent percent", ({ percent, mostMs }) => {
  const argv = ["--storage.tsdb.min-block-duration=1d", `--storage.tsdb.delayed-compaction.max-percent=${percent}`];
  const delays = Array.from({ length: 200 }, () => optionsOf("", "--enable-feature=delayed-compaction", ...argv).compactionDelayMs ?? NaN);
  expect(Math.max(...delays)).toBeLessThanOrEqual(mostMs);
  // Of 200 one lies above a half, or the world has ended.
  expect(Math.max(...delays)).toBeGreaterThan(mostMs / 2);
  expect(optionsOf("", ...argv).compactionDelayMs).toBe(0);
});

test.each([
  { why: "15 days by default", storage: "", argv: [], want: { durationMs: 15 * DAY, sizeBytes: 0, percentage: 0 } },
  {
    why: "a size alone",
    storage: "",
    argv: ["--storage.tsdb.retention.size=1MB"],
    want: { durationMs: 0, sizeBytes: 1 << 20, percentage: 0 },
  },
  {
    why: "the configuration before the flags",
    storage: "{tsdb: {retention: {percentage: 80}}}",
    argv: ["--storage.tsdb.retention.time=1d"],
    want: { durationMs: 0, sizeBytes: 0, percentage: 80 },
  },
  { why: "an empty section is no limit", storage: "{tsdb: {retention: {}}}", argv: [], want: UNLIMITED },
  {
    why: "a section with a time of 0 is no limit, whatever the flags",
    storage: "{tsdb: {retention: {time: 0s}}}",
    argv: ["--storage.tsdb.retention.time=1d", "--storage.tsdb.retention.size=1MB"],
    want: UNLIMITED,
  },
  { why: "a section with a size of 0 is no limit", storage: "{tsdb: {retention: {size: 0}}}", argv: [], want: UNLIMITED },
  { why: "a section that is null is none", storage: "{tsdb: {retention: null}}", argv: [], want: { ...UNLIMITED, durationMs: 15 * DAY } },
  { why: "a section without retention is none", storage: "{tsdb: {}}", argv: [], want: { ...UNLIMITED, durationMs: 15 * DAY } },
])("retention: $why", ({ storage, argv, want }) => {
  const { values } = flagsOf(...argv);
  expect(storageSettings(values, readStorageFeatures([]), configOf(storage).storage).retention).toEqual(want);
});

test("a retention that changes is told, and no other", () => {
  const lines: (readonly [string, unknown])[] = [];
  const logger = { ...noLogger, info: (message: string, fields: unknown) => void lines.push([message, fields]) };
  const configure = storageConfigurer({
    db: { configure: () => undefined },
    values: flagsOf().values,
    initial: configOf(""),
    logger,
  });
  for (const storage of ["", "", "{tsdb: {retention: {size: 1GB}}}", "{tsdb: {out_of_order_time_window: 1m, retention: {size: 1GB}}}"]) {
    configure(configOf(storage));
  }
  expect(lines).toEqual([
    ["TSDB retention updated", { duration: "15d", size: "0B", percentage: 0 }],
    ["TSDB retention updated", { duration: "0s", size: "1GiB", percentage: 0 }],
  ]);
});
