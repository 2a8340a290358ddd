import {
  durationField,
  formatConfigErrors,
  integerField,
  listField,
  mapField,
  mappingField,
  optionalField,
  readConfig,
  requiredField,
  stringField,
  withCheck,
  type ConfigOf,
  type Field,
  type Report,
} from "@ferula/config";
import { isUtf8Name, METRIC_NAME } from "@ferula/model";
import { defaultParseOptions, parseExpr, type ParseOptions } from "@ferula/promql-syntax";
import { checkTemplate } from "./template.ts";

const ruleShape = {
  record: stringField(),
  alert: stringField(),
  expr: stringField(),
  for: durationField(0),
  keep_firing_for: durationField(0),
  labels: mapField(stringField()),
  annotations: mapField(stringField()),
} as const;

/** A rule as it stands in a file: exactly one of `record` and `alert` is not empty. */
export type RuleDefinition = ConfigOf<typeof ruleShape>;

function ruleField(syntax: ParseOptions): Field<RuleDefinition> {
  return withCheck(mappingField(ruleShape), (rule, report) => checkRule(rule, syntax, report));
}

const groupShape = {
  name: withCheck(requiredField(stringField(), "Groupname must not be empty"), (name, report) => {
    if (name === "") report("", "Groupname must not be empty");
  }),
  /** Absent: the global evaluation interval. */
  interval: durationField(0),
  query_offset: optionalField(durationField(0)),
  limit: integerField(0, { min: 0 }),
  labels: mapField(stringField()),
  rules: listField(mappingField(ruleShape)),
} as const;

/** A group as it stands in a file. */
export type RuleGroupDefinition = ConfigOf<typeof groupShape>;

/** A rule file (model/rulefmt) whose expressions may use the parts of the language that `syntax` has on. */
function ruleFileShape(syntax: ParseOptions): { readonly groups: Field<readonly RuleGroupDefinition[]> } {
  const group = mappingField({ ...groupShape, rules: listField(ruleField(syntax)) });
  return {
    groups: withCheck(listField(withCheck(group, ({ labels }, report) => checkLabels(labels, report))), (groups, report) => {
      const names = groups.map(({ name }) => name);
      const repeated = names.find((name, i) => names.indexOf(name) < i);
      if (repeated !== undefined) report("", `groupname: "${repeated}" is repeated in the same file`);
    }),
  };
}

/** Reads a rule file. Throws with every mistake of it, each with its place. */
export function readRuleFile(text: string, file: string, syntax: ParseOptions = defaultParseOptions): readonly RuleGroupDefinition[] {
  const result = readConfig(ruleFileShape(syntax), text, file);
  if (!result.ok) throw new Error(formatConfigErrors(result.errors));
  return result.value.groups;
}

function checkRule(rule: RuleDefinition, syntax: ParseOptions, report: Report): void {
  if (rule.record !== "" && rule.alert !== "") report("record", "only one of 'record' and 'alert' must be set");
  if (rule.record === "" && rule.alert === "") report("", "one of 'record' or 'alert' must be set");
  if (rule.expr === "") report("expr", "field 'expr' must be set in rule");
  else checkExpr(rule.expr, syntax, report);
  if (rule.record !== "") {
    if (rule.annotations.size > 0) report("annotations", "invalid field 'annotations' in recording rule");
    if (rule.for > 0) report("for", "invalid field 'for' in recording rule");
    if (rule.keep_firing_for > 0) report("keep_firing_for", "invalid field 'keep_firing_for' in recording rule");
    if (!isUtf8Name(rule.record) || /[{}]/.test(rule.record)) report("record", `invalid recording rule name: ${rule.record}`);
  }
  checkLabels(rule.labels, report);
  for (const [name, text] of rule.annotations) {
    if (!isUtf8Name(name)) report("annotations", `invalid annotation name: ${name}`);
    if (rule.alert !== "") check("annotations", `annotation "${name}"`, text, report);
  }
  if (rule.alert !== "") for (const [name, text] of rule.labels) check("labels", `label "${name}"`, text, report);
}

function check(key: string, what: string, text: string, report: Report): void {
  const problem = checkTemplate(text);
  if (problem !== undefined) report(key, `${what}: ${problem}`);
}

function checkExpr(expr: string, syntax: ParseOptions, report: Report): void {
  try {
    parseExpr(expr, syntax);
  } catch (error) {
    report("expr", `could not parse expression: ${(error as Error).message}`);
  }
}

function checkLabels(labels: ReadonlyMap<string, string>, report: Report): void {
  for (const name of labels.keys()) {
    if (!isUtf8Name(name) || name === METRIC_NAME) report("labels", `invalid label name: ${name}`);
  }
}
