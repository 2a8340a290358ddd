import { formatConfigErrors, jsonSchema, readConfig, type JsonSchema } from "@ferula/config";
import { defaultParseOptions } from "@ferula/promql-syntax";
import { ruleFileShape, type RuleGroupDefinition, type RuleSyntax } from "./rule-shape.ts";

/** What a rule file holds, and what its writer should know. */
export interface RuleFile {
  readonly groups: readonly RuleGroupDefinition[];
  readonly warnings: readonly string[];
}

/** Expressions without experiments, and names of any alphabet. */
export const defaultRuleSyntax: RuleSyntax = { expressions: defaultParseOptions, names: "utf8" };

/** Reads a rule file. Throws with every mistake of it, each with its place. */
export function readRuleFile(text: string, file: string, syntax: RuleSyntax = defaultRuleSyntax): RuleFile {
  const result = readConfig(ruleFileShape(syntax), text, file);
  if (!result.ok) throw new Error(formatConfigErrors(result.errors));
  const more = secondDocumentLine(text);
  const warnings = [
    ...result.warnings.map((warning) => formatConfigErrors([warning])),
    ...(more === undefined ? [] : [`${file}:${more}:1: only the first document of a rule file is processed`]),
  ];
  return { groups: result.value.groups, warnings };
}

/** The JSON Schema of rule files, for editors. */
export function ruleFileSchema(): JsonSchema {
  return jsonSchema(ruleFileShape(defaultRuleSyntax), "Rules");
}

/** Where a second document begins, from 1; undefined where there is one alone. What begins a line with `---` can't stand within a document. */
function secondDocumentLine(text: string): number | undefined {
  let isStarted = false;
  let isEnded = false;
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const isMarker = /^---(?:\s|$)/.test(line);
    const isBlank = /^\s*(?:#.*)?$/.test(line) || (!isStarted && line.startsWith("%"));
    if (isStarted && (isMarker || (isEnded && !isBlank))) return i + 1;
    if (isStarted && /^\.\.\.(?:\s|$)/.test(line)) isEnded = true;
    else if (!isBlank) isStarted = true;
  }
  return undefined;
}
