import { readFileSync } from "node:fs";
import { glob, nodeFiles } from "@ferula/files";
import type { Logger } from "@ferula/logging";
import type { ParseOptions } from "@ferula/query-api";
import { loadRuleFiles, type LoadedRuleFile } from "@ferula/rules";
import { readServerConfig, type ServerConfig } from "@ferula/server-config";

/** A configuration with the rule files that it names: all that a reload puts into force, or none of it. */
export interface LoadedConfig {
  readonly config: ServerConfig;
  readonly ruleFiles: readonly LoadedRuleFile[];
}

/** Reads the configuration; `syntax` says what rules may use of the language. Throws with every mistake and its place: `prometheus.yml:3:1: global: …`. Logs nothing. */
export function loadConfig(file: string, syntax: ParseOptions): LoadedConfig {
  const config = readServerConfig(readFileSync(file, "utf8"), file, readMatching);
  return { config, ruleFiles: loadRuleFiles(config.rule_files, syntax) };
}

/** The files that a pattern names: there may be none, even where it is a plain path, as upstream has it. */
function readMatching(pattern: string): readonly { readonly file: string; readonly text: string }[] {
  return glob(nodeFiles, pattern).map((file) => ({ file, text: readFileSync(file, "utf8") }));
}

/** Tells of settings that are taken, as nothing breaks without them, but that change nothing yet. */
export function warnOfNoEffect({ storage }: ServerConfig, logger: Logger): void {
  if (storage?.tsdb?.retention !== undefined) logger.warn("storage.tsdb.retention has no effect yet: nothing is deleted");
}
