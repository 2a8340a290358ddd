import type { RunFlags } from "@ferula/flags";
import { readExternalUrl, readRoutePrefix } from "@ferula/http";
import { readCorsOrigin, type CorsOrigin } from "@ferula/query-api";
import { hasZstd } from "@ferula/tsdb";
import { featureProblem } from "./enabled-features.ts";
import type { flagsDefinition, Values } from "./flags/flags.ts";
import { walCompression } from "./storage-options.ts";

/** A command line whose flags make no sense as they are. */
export class SettingsError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** What the command line says, checked and read. */
export interface Settings {
  readonly values: Values;
  /** Names of the flags that stood on the command line, without dashes. */
  readonly setByUser: ReadonlySet<string>;
  /** All flags as text, for the status page. */
  readonly flags: ReadonlyMap<string, string>;
  /** Without a slash at its end. */
  readonly externalUrl: string;
  /** "" where there is none. */
  readonly routePrefix: string;
  readonly corsOrigin: CorsOrigin;
}

/** Upstream's exit codes for values that can't be used, and for flags of the other mode. */
const EXIT_VALUE = 2;
const EXIT_MODE = 3;
/** That for values which upstream looks at later: features, and those of the storage and of searches. */
const EXIT_LATE = 1;

const MIB = 2 ** 20;

/** Reads what a flag by itself can't know, before anything is opened. Throws SettingsError. */
export function readSettings({ values, setByUser, asStrings }: RunFlags<(typeof flagsDefinition)["flags"]>): Settings {
  const ofAgent = [...setByUser].filter((name) => name.startsWith("storage.agent."));
  if (ofAgent.length > 0) {
    const names = ofAgent.map((name) => `"--${name}"`).join(" ");
    throw new SettingsError(`The following flag(s) can only be used in agent mode: [${names}]`, EXIT_MODE);
  }
  const lateProblem = featureProblem(values) ?? searchProblem(values) ?? memoryProblem(values) ?? storageProblem(values);
  if (lateProblem !== undefined) throw new SettingsError(lateProblem, EXIT_LATE);
  const problem = numberProblem(values) ?? compressionProblem(values, setByUser);
  if (problem !== undefined) throw new SettingsError(problem, EXIT_VALUE);
  try {
    const externalUrl = readExternalUrl(values["web.external-url"], values["web.listen-address"][0]);
    const routePrefix = readRoutePrefix(values["web.route-prefix"], externalUrl);
    return { values, setByUser, flags: asStrings(), externalUrl, routePrefix, corsOrigin: corsOriginOf(values["web.cors.origin"]) };
  } catch (error) {
    throw new SettingsError((error as Error).message, EXIT_VALUE);
  }
}

function corsOriginOf(pattern: string): CorsOrigin {
  try {
    return readCorsOrigin(pattern);
  } catch (error) {
    throw new Error(`--web.cors.origin: ${(error as Error).message}`, { cause: error });
  }
}

/** Told before anything is opened: by the log itself it would be told when the whole folder has been read. */
function compressionProblem(values: Values, setByUser: ReadonlySet<string>): string | undefined {
  if (hasZstd || walCompression({ values, setByUser }) !== "zstd") return undefined;
  return `--storage.tsdb.wal-compression-type=zstd needs Node 22.15 or later: ${process.version} has no zstd`;
}

function storageProblem(values: Values): string | undefined {
  if (values["storage.tsdb.path"] === "") return "--storage.tsdb.path must not be empty";
  const segmentBytes = values["storage.tsdb.wal-segment-size"];
  if (segmentBytes !== 0 && (segmentBytes < 10 * MIB || segmentBytes > 256 * MIB)) {
    return "flag 'storage.tsdb.wal-segment-size' must be set between 10MB and 256MB";
  }
  const chunkSegmentBytes = values["storage.tsdb.max-block-chunk-segment-size"];
  if (chunkSegmentBytes !== 0 && chunkSegmentBytes < MIB) {
    return "flag 'storage.tsdb.max-block-chunk-segment-size' must be set over 1MB";
  }
  return undefined;
}

/** Upstream asks no more of a number than this: what is none passes. */
function memoryProblem(values: Values): string | undefined {
  const ratio = values["auto-gomemlimit.ratio"];
  return ratio <= 0 || ratio > 1 ? "--auto-gomemlimit.ratio must be greater than 0 and less than or equal to 1." : undefined;
}

function searchProblem(values: Values): string | undefined {
  const maxLimit = values["web.search.max-limit"];
  return maxLimit < 0 ? `--web.search.max-limit must be non-negative; got ${maxLimit} (use 0 to disable the cap)` : undefined;
}

function numberProblem(values: Values): string | undefined {
  // Upstream takes 0 and then lets every query wait until its time is over.
  if (values["query.max-concurrency"] < 1) return "--query.max-concurrency must be 1 or more: no query would ever run";
  if (values["query.workers"] < 0) return "--query.workers must not be negative";
  return values["web.max-connections"] < 0 ? "--web.max-connections must not be negative" : undefined;
}
