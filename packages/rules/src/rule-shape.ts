import {
  described,
  durationField,
  integerField,
  listField,
  mapField,
  mappingField,
  optionalField,
  requiredField,
  stringField,
} from "@ferula/config";
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
  record: described(stringField(), "The name of the series that the result is stored as."),
  alert: described(stringField(), "The name of the alert; each series of the result is one."),
  expr: described(stringField(), "The PromQL expression that is evaluated."),
  for: described(durationField(0), "How long an alert must hold before it fires."),
  keep_firing_for: described(durationField(0), "How long an alert fires on after it no longer holds."),
  labels: described(mapField(stringField()), "Labels added to the result; in alerts their values are templates."),
  annotations: described(mapField(stringField()), "Texts that go with an alert; their values are templates."),
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

function groupShape(rule: Field<RuleDefinition>) {
  return {
    name: described(requiredField(stringField(), "Groupname must not be empty"), "A name that is unique in the file."),
    interval: described(durationField(0), "How often the group is evaluated; 0 takes the global interval."),
    query_offset: described(optionalField(durationField(0)), "How far into the past the rules look; the global offset if absent."),
    limit: described(integerField(0), "How many series or alerts a rule may result in; 0 is any number, more fail it."),
    rules: described(listField(rule), "The rules, evaluated one after the other."),
    labels: described(mapField(stringField()), "Labels added to all rules that don't set them."),
  } as const;
}

/** A group as it stands in a file. */
export type RuleGroupDefinition = ConfigOf<ReturnType<typeof groupShape>>;

/** The shape of a rule file (model/rulefmt `RuleGroups`). It is of use for one reading: names of groups are remembered. */
export function ruleFileShape(syntax: RuleSyntax): { readonly groups: Field<readonly RuleGroupDefinition[]> } {
  const known = new Set<string>();
  const group = mappingField(groupShape(ruleField(syntax)), {
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
  });
  return { groups: described(listField(group), "Groups of rules; each is evaluated on its own.") };
}
