import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Logger } from "@ferula/logging";
import { loadRuleFiles, type LoadedRuleFile } from "@ferula/rules";
import { readServerConfig, type ServerConfig } from "@ferula/server-config";

/** A configuration with the rule files that it names: all that a reload puts into force, or none of it. */
export interface LoadedConfig {
  readonly config: ServerConfig;
  readonly ruleFiles: readonly LoadedRuleFile[];
}

/** Reads the configuration. Fails with every mistake and its place: `prometheus.yml:3:1: global: …`. */
export function loadConfig(file: string): LoadedConfig {
  const config = readServerConfig(readFileSync(file, "utf8"), file, readMatching);
  return { config, ruleFiles: loadRuleFiles(config.rule_files) };
}

/** The files that a pattern names; in the last part of a path `*` stands for anything. A name without one must exist. */
function readMatching(pattern: string): readonly { readonly file: string; readonly text: string }[] {
  const name = basename(pattern);
  if (!name.includes("*")) return [{ file: pattern, text: readFileSync(pattern, "utf8") }];
  const [before, after] = name.split("*", 2);
  const names = readdirSync(dirname(pattern)).filter(
    (other) => other.length >= name.length - 1 && other.startsWith(before) && other.endsWith(after),
  );
  return names.toSorted().map((other) => {
    const file = join(dirname(pattern), other);
    return { file, text: readFileSync(file, "utf8") };
  });
}

/** Tells of settings that are taken, as nothing breaks without them, but that change nothing yet. */
export function warnOfNoEffect({ storage }: ServerConfig, logger: Logger): void {
  if (storage?.tsdb?.retention !== undefined) logger.warn("storage.tsdb.retention has no effect yet: nothing is deleted");
}
