import { expect, test } from "@jest/globals";
import { parseFlags } from "@ferula/flags";
import { hasZstd } from "@ferula/tsdb";
import { flagsDefinition } from "../src/flags/flags.ts";
import { readSettings, type Settings } from "../src/settings.ts";

function settingsOf(...argv: readonly string[]): Settings {
  const parsed = parseFlags(flagsDefinition, argv);
  if (parsed.kind === "exit") throw new Error(parsed.stderr);
  return readSettings(parsed);
}

test("the path of the external URL is the prefix, unless one is given", () => {
  expect(settingsOf("--web.external-url=http://x/prom/")).toMatchObject({ externalUrl: "http://x/prom", routePrefix: "/prom" });
  expect(settingsOf("--web.external-url=http://x/prom", "--web.route-prefix=/")).toMatchObject({ routePrefix: "" });
});

test("the origin is read as one expression", () => {
  const { corsOrigin } = settingsOf("--web.cors.origin=https?://a");
  expect(["http://a", "http://ab"].map((origin) => corsOrigin.test(origin))).toEqual([true, false]);
});

test.each([
  { argument: "--web.cors.origin=(", exitCode: 2, message: '--web.cors.origin: could not compile CORS regex string "("' },
  { argument: "--web.external-url=ftp://x", exitCode: 2, message: '--web.external-url="ftp://x"' },
  { argument: "--query.max-concurrency=0", exitCode: 2, message: "--query.max-concurrency must be 1 or more" },
  {
    argument: "--web.search.max-limit=-1",
    exitCode: 1,
    message: "--web.search.max-limit must be non-negative; got -1 (use 0 to disable the cap)",
  },
  { argument: "--query.workers=-1", exitCode: 2, message: "--query.workers must not be negative" },
  { argument: "--storage.tsdb.path=", exitCode: 1, message: "--storage.tsdb.path must not be empty" },
  { argument: "--storage.tsdb.wal-segment-size=1MB", exitCode: 1, message: "must be set between 10MB and 256MB" },
  {
    argument: "--storage.tsdb.max-block-chunk-segment-size=1KB",
    exitCode: 1,
    message: "flag 'storage.tsdb.max-block-chunk-segment-size' must be set over 1MB",
  },
  { argument: "--web.max-connections=-1", exitCode: 2, message: "--web.max-connections must not be negative" },
  { argument: "--web.external-url=http://x/%zz", exitCode: 2, message: '--web.external-url="http://x/%zz": an escape in it is none' },
  {
    argument: "--enable-feature=otlp-native-delta-ingestion,otlp-deltatocumulative",
    exitCode: 1,
    message: "cannot enable otlp-deltatocumulative and otlp-native-delta-ingestion features at the same time",
  },
  ...["0", "-1", "1.1"].map((ratio) => ({
    argument: `--auto-gomemlimit.ratio=${ratio}`,
    exitCode: 1,
    message: "--auto-gomemlimit.ratio must be greater than 0 and less than or equal to 1.",
  })),
  { argument: "--storage.agent.path=data-agent/", exitCode: 3, message: 'only be used in agent mode: ["--storage.agent.path"]' },
])("$argument ends the program with $exitCode", ({ argument, exitCode, message }) => {
  expect(() => settingsOf(argument)).toThrow(expect.objectContaining({ exitCode, message: expect.stringContaining(message) }));
});

(hasZstd ? test.skip : test)("a log can't be compressed by zstd where Node has none", () => {
  const zstd = "--storage.tsdb.wal-compression-type=zstd";
  expect(() => settingsOf(zstd)).toThrow(expect.objectContaining({ exitCode: 2, message: expect.stringContaining("needs Node 22.15") }));
  expect(settingsOf(zstd, "--no-storage.tsdb.wal-compression").values["storage.tsdb.wal-compression-type"]).toBe("zstd");
});
