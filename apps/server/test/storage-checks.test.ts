import { expect, test } from "@jest/globals";
import { nodeFiles, type Files } from "@ferula/files";
import { parseFlags } from "@ferula/flags";
import { noLogger } from "@ferula/logging";
import { tempFolder } from "@ferula/test-kit";
import { readStorageFeatures } from "../src/enabled-features.ts";
import { flagsDefinition } from "../src/flags/flags.ts";
import { retentionProblem, warnOfStorageFlags } from "../src/storage-checks.ts";

const DELAY_WARNING = "The --storage.tsdb.delayed-compaction.max-percent should have a value between 1 and 100. Using default";

test.each([
  { argv: [], want: [] },
  { argv: ["--storage.tsdb.block-reload-interval=1s"], want: [] },
  {
    argv: ["--storage.tsdb.block-reload-interval=999ms"],
    want: ["The option --storage.tsdb.block-reload-interval is set to a value less than 1s. Setting it to 1s to avoid overload."],
  },
  { argv: ["--storage.tsdb.delayed-compaction.max-percent=0"], want: [] },
  { argv: ["--enable-feature=delayed-compaction", "--storage.tsdb.delayed-compaction.max-percent=100"], want: [] },
  { argv: ["--enable-feature=delayed-compaction", "--storage.tsdb.delayed-compaction.max-percent=101"], want: [DELAY_WARNING] },
  { argv: ["--enable-feature=delayed-compaction", "--storage.tsdb.delayed-compaction.max-percent=0"], want: [DELAY_WARNING] },
])("$argv: $want", ({ argv, want }) => {
  const parsed = parseFlags(flagsDefinition, argv);
  if (parsed.kind === "exit") throw new Error(parsed.stderr);
  const told: string[] = [];
  const logger = { ...noLogger, warn: (message: string) => void told.push(message) };
  warnOfStorageFlags(parsed.values, readStorageFeatures(parsed.values["enable-feature"]), logger);
  expect(told).toEqual(want);
});

const sizeless: Files = { ...nodeFiles, diskBytes: () => 0 };
const unreadable: Files = {
  ...nodeFiles,
  diskBytes() {
    throw new Error("EIO");
  },
};

test.each([
  { why: "no percentage is asked for", files: sizeless, percentage: 0, hasProblem: false },
  { why: "the file system tells its size, be the folder still to be made", files: nodeFiles, percentage: 80, hasProblem: false },
  { why: "it tells none", files: sizeless, percentage: 80, hasProblem: true },
  { why: "it can't be asked", files: unreadable, percentage: 80, hasProblem: true },
])("a percentage where $why: refused $hasProblem", ({ files, percentage, hasProblem }) => {
  const dir = `${tempFolder()}/a/b`;
  const problem = `unable to detect total capacity of metric storage at ${dir}, please disable retention percentage (80%)`;
  expect(retentionProblem(files, dir, { durationMs: 0, sizeBytes: 0, percentage })).toBe(hasProblem ? problem : undefined);
});
