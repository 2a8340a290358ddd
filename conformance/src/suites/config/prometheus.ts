import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { glob, nodeFiles } from "@ferula/files";
import { readServerConfig } from "@ferula/server-config";
import type { ConfigCorpus } from "./corpus.ts";
import { prometheusMentions } from "./prometheus-mentions.ts";

/** What is wrong with a file. Its name says for which mode it is: what an agent must not have, a server may. */
function load(path: string): readonly string[] {
  const isAgent = basename(path).startsWith("agent_mode.");
  const readFiles = (pattern: string): readonly { readonly file: string; readonly text: string }[] =>
    glob(nodeFiles, pattern).map((file) => ({ file, text: readFileSync(file, "utf8") }));
  try {
    readServerConfig(readFileSync(path, "utf8"), path, { readFiles, environment: process.env, isAgent });
    return [];
  } catch (error) {
    return (error as Error).message.split("\n");
  }
}

/** Upstream's files for prometheus.yml (config/testdata). Rule files, and files of jobs that others name, are no configurations. */
export const prometheusConfig: ConfigCorpus = {
  folder: "prometheus-config",
  schema: "prometheus.schema.json",
  load,
  isGood: (file) => (/^[^/]+\.yml$/.test(file) ? !Object.hasOwn(prometheusMentions, file) : undefined),
  mentions: prometheusMentions,
};

const promtoolMentions: ConfigCorpus["mentions"] = { "prometheus-config.bad.yml": "field not-prometheus not found" };

/** Whether the server takes a file; what else promtool looks at, such as the files that it names, is not asked here. */
const PROMTOOL_CONFIG = /^(?:prometheus-(?:config(?!\.rules)|aws)|url_in_|authorization_|config_with_)[^/]*\.yml$/;

/** Those for its promtool (cmd/promtool/testdata). */
export const promtoolConfig: ConfigCorpus = {
  folder: "promtool",
  schema: "prometheus.schema.json",
  load,
  isGood: (file) => (PROMTOOL_CONFIG.test(file) ? !Object.hasOwn(promtoolMentions, file) : undefined),
  mentions: promtoolMentions,
};
