import { readFileSync } from "node:fs";
import { readRuleFile } from "@ferula/rules";
import type { ConfigCorpus } from "./corpus.ts";

/** What is wrong with a rule file that asks for no experiments. */
function load(path: string): readonly string[] {
  try {
    readRuleFile(readFileSync(path, "utf8"), path);
    return [];
  } catch (error) {
    return (error as Error).message.split("\n");
  }
}

const mentions: ConfigCorpus["mentions"] = { "invalid_rules.yaml": "field unexpected_field not found" };

/** Upstream's rule files (rules/fixtures). */
export const rules: ConfigCorpus = {
  folder: "rules",
  schema: "rules.schema.json",
  load,
  isGood: (file) => !Object.hasOwn(mentions, file),
  mentions,
};

const promtoolMentions: ConfigCorpus["mentions"] = {
  "bad-rules-syntax.yml": "could not parse expression: 1:7: parse error: unexpected end of input",
  "features.yml": 'function "sort_by_label" is not enabled',
  "rules-bad.yml": 'annotation "summary"',
  "rules_extrafields.yml": "field ownership not found",
};

/** Rule files among promtool's files: the others are configurations, tests of rules, or samples. */
const PROMTOOL_RULES: ReadonlySet<string> = new Set([
  ...Object.keys(promtoolMentions),
  "at-modifier.yml",
  "bad-rules-error.yml",
  "negative-offset.yml",
  "prometheus-config.rules.good.yml",
  "prometheus-rules.lint.yml",
  "rules.yml",
  "rules_duplicates.yml",
  "rules_large.yml",
]);

/** Those for its promtool (cmd/promtool/testdata). What its linter minds is not refused. */
export const promtoolRules: ConfigCorpus = {
  folder: "promtool",
  schema: "rules.schema.json",
  load,
  isGood: (file) => (PROMTOOL_RULES.has(file) ? !Object.hasOwn(promtoolMentions, file) : undefined),
  mentions: promtoolMentions,
};
