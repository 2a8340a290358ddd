import type { Placed, Position } from "@ferula/config";
import { goQuote } from "@ferula/durations";
import { isValidLabelName, isValidLabelValue, isValidMetricName, METRIC_NAME, type NameValidation } from "@ferula/model";
import { parseExpr, type ParseOptions } from "@ferula/promql-syntax";
import type { WrittenGroup, WrittenRule } from "./rule-shape.ts";
import { checkTemplate } from "./template.ts";

/** What rule files are held to. */
export interface RuleSyntax {
  /** Which experimental parts of the language expressions may use. */
  readonly expressions: ParseOptions;
  /** Which names records, labels and annotations may have. */
  readonly names: NameValidation;
  /** Whether fields that rules don't have are passed over, as a checker may be asked to; a server takes none. Default: false. */
  readonly ignoresUnknown?: boolean;
}

/** Takes a mistake and its place; `second` is the other half of a contradiction. */
type Tell = (at: Position, reason: string, second?: Position) => void;

/**
 * What is wrong with the groups of a file, in upstream's order and words: `line:column: group "g", rule 1, "name": reason` (model/rulefmt
 * `Validate`). Upstream gives no place, or 0:0, to what is absent, to groups, labels, annotations and templates; here all have one.
 */
export function groupMistakes(groups: readonly Placed<WrittenGroup>[], syntax: RuleSyntax): readonly string[] {
  const mistakes: string[] = [];
  const known = new Set<string>();
  for (const group of groups) {
    const { name, labels, rules } = group.value;
    const tell: Tell = (at, reason) => mistakes.push(`${placeText(at)}${reason}`);
    if (name === "") tell(group, "Groupname must not be empty");
    if (known.has(name)) tell(group, `groupname: "${name}" is repeated in the same file`);
    known.add(name);
    checkLabels(labels, syntax.names, tell);
    for (const [i, rule] of rules.entries()) {
      const { alert, record } = rule.value;
      const prefix = `group ${goQuote(name)}, rule ${i + 1}, ${goQuote(alert.value || record.value)}: `;
      checkRule(rule, syntax, (at, reason, second) => {
        mistakes.push(`${placeText(at)}${second === undefined ? "" : placeText(second)}${prefix}${reason}`);
      });
    }
  }
  return mistakes;
}

function placeText({ line, column }: Position): string {
  return `${line}:${column}: `;
}

function checkRule(rule: Placed<WrittenRule>, { expressions, names }: RuleSyntax, tell: Tell): void {
  const { record, alert, expr, labels, annotations } = rule.value;
  if (record.value !== "" && alert.value !== "") tell(record, "only one of 'record' and 'alert' must be set", alert);
  if (record.value === "" && alert.value === "") tell(record, "one of 'record' or 'alert' must be set");
  checkExpr(expr, expressions, tell);
  if (record.value !== "") checkRecord(rule.value, names, tell);
  checkLabels(labels, names, tell);
  for (const [name, at] of annotations) {
    if (!isValidLabelName(name, names)) tell(at, `invalid annotation name: ${name}`);
  }
  if (alert.value === "") return;
  checkTemplates("label", labels, alert.value, tell);
  checkTemplates("annotation", annotations, alert.value, tell);
}

function checkExpr(expr: Placed<string>, syntax: ParseOptions, tell: Tell): void {
  if (expr.value === "") return tell(expr, "field 'expr' must be set in rule");
  try {
    parseExpr(expr.value, syntax);
  } catch (error) {
    tell(expr, `could not parse expression: ${(error as Error).message}`);
  }
}

function checkRecord(rule: WrittenRule, names: NameValidation, tell: Tell): void {
  const { record, annotations } = rule;
  if (annotations.size > 0) tell(record, "invalid field 'annotations' in recording rule");
  for (const key of ["for", "keep_firing_for"] as const) {
    if (rule[key] !== 0) tell(record, `invalid field '${key}' in recording rule`);
  }
  if (!isValidMetricName(record.value, names)) tell(record, `invalid recording rule name: ${record.value}`);
  // Any text is a name where UTF-8 is, but one with braces was meant to be an expression.
  if (/[{}]/.test(record.value)) tell(record, `braces present in the recording rule name; should it be in expr?: ${record.value}`);
}

function checkLabels(labels: ReadonlyMap<string, Placed<string>>, names: NameValidation, tell: Tell): void {
  for (const [name, at] of labels) {
    if (!isValidLabelName(name, names) || name === METRIC_NAME) tell(at, `invalid label name: ${name}`);
    if (!isValidLabelValue(at.value)) tell(at, `invalid label value: ${at.value}`);
  }
}

function checkTemplates(kind: "label" | "annotation", texts: ReadonlyMap<string, Placed<string>>, alert: string, tell: Tell): void {
  for (const [name, at] of texts) {
    const problem = checkTemplate(at.value, `__alert_${alert}`);
    if (problem !== undefined) tell(at, `${kind} ${goQuote(name)}: ${problem}`);
  }
}
