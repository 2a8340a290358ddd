import { durationField, integerField, listField, mapField, mappingField, optionalField, requiredField, stringField } from "@ferula/config";
import type { ConfigOf, Field, PartCheck, Report } from "@ferula/config";
import { isValidLabelName, isValidLabelValue, isValidMetricName, METRIC_NAME, type NameValidation } from "@ferula/model";
import { parseExpr, type ParseOptions } from "@ferula/promql-syntax";
import { checkTemplate } from "./template.ts";

/** What rule files are held to. */
export interface RuleSyntax {
  /** Which experimental parts of the language expressions may use. */
  readonly expressions: ParseOptions;
  /** Which names records, labels and annotations may have. */
  readonly names: NameValidation;
}

const ruleShape = {
  record: stringField(),
  alert: stringField(),
  expr: stringField(),
  for: durationField(0),
  keep_firing_for: durationField(0),
  labels: mapField(stringField()),
  annotations: mapField(stringField()),
} as const;

type RuleShape = typeof ruleShape;

/** A rule as it stands in a file: exactly one of `record` and `alert` is not empty. Durations are milliseconds. */
export type RuleDefinition = ConfigOf<RuleShape>;

/** A rule (model/rulefmt `Rule`). */
function ruleField(syntax: RuleSyntax): Field<RuleDefinition> {
  const checks = ruleChecks(syntax);
  return {
    ...mappingField(ruleShape),
    read(at) {
      // Only alerting rules have templates. Fields are read in the order of the shape, so `alert` is known before the texts are.
      let isAlerting = false;
      const alert: Field<string> = {
        ...ruleShape.alert,
        read(place) {
          const name = ruleShape.alert.read(place);
          isAlerting = name !== "";
          return name;
        },
      };
      const texts = mapField(templateField(() => isAlerting));
      return mappingField({ ...ruleShape, alert, labels: texts, annotations: texts }, { checks }).read(at);
    },
  };
}

/** A text that is a template where `isTemplate` says so. */
function templateField(isTemplate: () => boolean): Field<string> {
  const text = stringField();
  return {
    ...text,
    read(at) {
      const value = text.read(at);
      const problem = isTemplate() && typeof value === "string" ? checkTemplate(value) : undefined;
      if (problem !== undefined) at.source.report(at, `the template can't be parsed: ${problem}`);
      return value;
    },
  };
}

function ruleChecks({ expressions, names }: RuleSyntax): readonly PartCheck<RuleShape>[] {
  return [
    {
      of: ["record", "alert"],
      check({ record, alert }, report) {
        if (record !== "" && alert !== "") report("record", "only one of 'record' and 'alert' must be set");
        if (record === "" && alert === "") report("", "one of 'record' or 'alert' must be set");
      },
    },
    { of: ["expr"], check: ({ expr }, report) => checkExpr(expr, expressions, report) },
    { of: ["record"], check: ({ record }, report) => checkRecordName(record, names, report) },
    ...(["annotations", "for", "keep_firing_for"] as const).map((key) => ({
      of: ["record", key] as const,
      check(rule: RuleDefinition, report: Report): void {
        const value = rule[key];
        const isSet = typeof value === "number" ? value !== 0 : value.size > 0;
        if (rule.record !== "" && isSet) report(key, `invalid field '${key}' in recording rule`);
      },
    })),
    { of: ["labels"], check: ({ labels }, report) => checkLabels(labels, names, report) },
    {
      of: ["annotations"],
      check({ annotations }, report) {
        for (const name of annotations.keys()) {
          if (!isValidLabelName(name, names)) report("annotations", `invalid annotation name: ${name}`);
        }
      },
    },
  ];
}

function checkExpr(expr: string, syntax: ParseOptions, report: Report): void {
  if (expr === "") return report("expr", "field 'expr' must be set in rule");
  try {
    parseExpr(expr, syntax);
  } catch (error) {
    report("expr", `could not parse expression: ${(error as Error).message}`);
  }
}

function checkRecordName(record: string, names: NameValidation, report: Report): void {
  if (record === "") return;
  if (!isValidMetricName(record, names)) report("record", `invalid recording rule name: ${record}`);
  // Any text is a name where UTF-8 is, but one with braces was meant to be an expression.
  if (/[{}]/.test(record)) report("record", `braces present in the recording rule name; should it be in expr?: ${record}`);
}

function checkLabels(labels: ReadonlyMap<string, string>, names: NameValidation, report: Report): void {
  for (const [name, value] of labels) {
    if (!isValidLabelName(name, names) || name === METRIC_NAME) report("labels", `invalid label name: ${name}`);
    if (!isValidLabelValue(value)) report("labels", `invalid label value: ${value}`);
  }
}

const groupShape = {
  name: requiredField(stringField(), "Groupname must not be empty"),
  /** Absent: the global evaluation interval. */
  interval: durationField(0),
  query_offset: optionalField(durationField(0)),
  limit: integerField(0),
  rules: listField(mappingField(ruleShape)),
  labels: mapField(stringField()),
} as const;

/** A group as it stands in a file. */
export type RuleGroupDefinition = ConfigOf<typeof groupShape>;

/** The shape of a rule file (model/rulefmt `RuleGroups`). It is of use for one reading: names of groups are remembered. */
export function ruleFileShape(syntax: RuleSyntax): { readonly groups: Field<readonly RuleGroupDefinition[]> } {
  const known = new Set<string>();
  const group = mappingField(
    { ...groupShape, rules: listField(ruleField(syntax)) },
    {
      checks: [
        {
          of: ["name"],
          check({ name }, report) {
            if (name === "") report("name", "Groupname must not be empty");
            if (known.has(name)) report("name", `groupname: "${name}" is repeated in the same file`);
            known.add(name);
          },
        },
        { of: ["labels"], check: ({ labels }, report) => checkLabels(labels, syntax.names, report) },
      ],
    },
  );
  return { groups: listField(group) };
}
