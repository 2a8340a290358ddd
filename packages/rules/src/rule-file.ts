import { fieldSchema, readField, type ConfigError, type JsonSchema } from "@ferula/config";
import { defaultParseOptions } from "@ferula/promql-syntax";
import { groupMistakes, type RuleSyntax } from "./check-rules.ts";
import { groupDefinition, ruleFileField, type RuleGroupDefinition } from "./rule-shape.ts";

/** What a rule file holds, and what its writer should know. */
export interface RuleFile {
  readonly groups: readonly RuleGroupDefinition[];
  readonly warnings: readonly string[];
}

/** Expressions without experiments, and names of any alphabet. */
export const defaultRuleSyntax: RuleSyntax = { expressions: defaultParseOptions, names: "utf8" };

/**
 * Reads a rule file. Throws with its mistakes, a line each with its place. As upstream, it looks at what the rules say once all of the
 * file has its form.
 */
export function readRuleFile(text: string, file: string, syntax: RuleSyntax = defaultRuleSyntax): RuleFile {
  const result = readField(ruleFileField(syntax), text, file);
  if (!result.ok) throw new Error(result.errors.map(formText).join("\n"));
  const { groups } = result.value;
  const mistakes = groupMistakes(groups, syntax);
  if (mistakes.length > 0) throw new Error(mistakes.map((mistake) => `${file}: ${mistake}`).join("\n"));
  const more = secondDocumentLine(text);
  const warnings = [
    ...result.warnings.map(formText),
    ...(more === undefined
      ? []
      : [`${file}: ${more}:1: Multiple document yaml rules files are not supported, only the first document is processed`]),
  ];
  return { groups: groups.map(({ value }) => groupDefinition(value)), warnings };
}

/** What is wrong with the form, where upstream names types of Go and tells no column. */
function formText({ file, line, column, path, reason }: ConfigError): string {
  return `${file}: ${line}:${column}: ${path === "" ? "" : `${path}: `}${reason}`;
}

/** The JSON Schema of rule files, for editors. */
export function ruleFileSchema(): JsonSchema {
  return fieldSchema(ruleFileField(), "Rules");
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
