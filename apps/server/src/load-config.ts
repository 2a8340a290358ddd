import { readFileSync } from "node:fs";
import { formatConfigErrors } from "@ferula/config";
import { fileErrorText, glob, nodeFiles } from "@ferula/files";
import type { Logger } from "@ferula/logging";
import type { ParseOptions } from "@ferula/query-api";
import { loadRuleFiles, type LoadedRuleFile } from "@ferula/rules";
import { readServerConfig, type ReadFile, type ScrapeDefaults, type ServerConfig } from "@ferula/server-config";

/** A configuration with the rule files that it names: all that a reload puts into force, or none of it. */
export interface LoadedConfig {
  readonly config: ServerConfig;
  readonly ruleFiles: readonly LoadedRuleFile[];
  /** What does not keep the files from being used, one text each. */
  readonly warnings: readonly string[];
}

/**
 * Reads the configuration; `syntax` says what rules may use of the language, `scrapeDefaults` what jobs do that say nothing. Throws with every mistake and its place:
 * `prometheus.yml:3:1: global: …`; if there is none, with every setting that can't be served yet, as to run without it would not be
 * what the file asks for. Logs nothing.
 */
export function loadConfig(file: string, syntax: ParseOptions, scrapeDefaults: ScrapeDefaults): LoadedConfig {
  const { config, warnings, unserved } = readServerConfig(readText(file), file, {
    readFiles: readMatching,
    environment: process.env,
    scrapeDefaults,
  });
  const names = config.global.metric_name_validation_scheme || "utf8";
  const ruleFiles = loadRuleFiles(config.rule_files, { expressions: syntax, names });
  if (unserved.length > 0) throw new Error(formatConfigErrors(unserved));
  const texts = warnings.map((warning) => formatConfigErrors([warning]));
  return { config, ruleFiles, warnings: [...texts, ...ruleFiles.flatMap((one) => one.warnings)] };
}

/** The files that a pattern names: there may be none, even where it is a plain path, as upstream has it. */
function readMatching(pattern: string): readonly ReadFile[] {
  return glob(nodeFiles, pattern).map((file) => ({ file, text: readText(file) }));
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(fileErrorText(file, error), { cause: error });
  }
}

/** Logs what whoever wrote the files should know. */
export function logWarnings({ config: { storage }, warnings }: LoadedConfig, logger: Logger): void {
  for (const warning of warnings) logger.warn("The configuration is usable, but not as it should be", { warning });
  const { size = 0, percentage = 0 } = storage.tsdb.retention ?? {};
  if (size > 0 && percentage > 0) {
    logger.warn("storage.tsdb.retention.size is ignored, because storage.tsdb.retention.percentage is specified");
  }
}
