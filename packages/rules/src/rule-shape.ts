import {
  described,
  durationField,
  integerField,
  listField,
  mapField,
  mappedField,
  mappingField,
  optionalField,
  placedField,
  requiredField,
  stringField,
} from "@ferula/config";
import type { ConfigOf, Field, MappingOptions, Placed } from "@ferula/config";

const textField = placedField(stringField());

const ruleShape = {
  record: described(textField, "The name of the series that the result is stored as."),
  alert: described(textField, "The name of the alert; each series of the result is one."),
  expr: described(textField, "The PromQL expression that is evaluated."),
  for: described(durationField(0), "How long an alert must hold before it fires."),
  keep_firing_for: described(durationField(0), "How long an alert fires on after it no longer holds."),
  labels: described(mapField(textField), "Labels added to the result; in alerts their values are templates."),
  annotations: described(mapField(textField), "Texts that go with an alert; their values are templates."),
} as const;

/** A rule with the places of what may be wrong with it. */
export type WrittenRule = ConfigOf<typeof ruleShape>;

const nameField = stringField();

/** The schema asks for the group's name; that it is missing is told with the other mistakes of the group. */
function groupShape(options: MappingOptions<typeof ruleShape>) {
  return {
    name: described({ ...requiredField(nameField), read: nameField.read }, "A name that is unique in the file."),
    interval: described(durationField(0), "How often the group is evaluated; 0 takes the global interval."),
    query_offset: described(optionalField(durationField(0)), "How far into the past the rules look; the global offset if absent."),
    limit: described(integerField(0), "How many series or alerts a rule may result in; 0 is any number, more fail it."),
    rules: described(itemsField(placedField(mappingField(ruleShape, options))), "The rules, evaluated one after the other."),
    labels: described(mapField(textField), "Labels added to all rules that don't set them."),
  } as const;
}

/** A group with the places of what may be wrong with it. */
export type WrittenGroup = ConfigOf<ReturnType<typeof groupShape>>;

/** What a rule file consists of (model/rulefmt `RuleGroups`), before anybody looked at what it says. */
export interface WrittenRules {
  readonly groups: readonly Placed<WrittenGroup>[];
}

/** A rule file; a checker may ask to pass over fields that there are not. */
export function ruleFileField(options: { readonly ignoresUnknown?: boolean } = {}): Field<WrittenRules> {
  const groups = itemsField(placedField(mappingField(groupShape(options), options)));
  return mappingField({ groups: described(groups, "Groups of rules; each is evaluated on its own.") }, options);
}

/** A list without the items that are null, as Go's yaml package reads it. */
function itemsField<T>(item: Field<T>): Field<readonly T[]> {
  const written = mappedField(
    listField(optionalField(item)),
    (items) => items.filter((one) => one !== undefined),
    (items) => items,
  );
  return { ...listField(item), read: written.read };
}

/** A rule as it stands in a file: exactly one of `record` and `alert` is not empty. Durations are milliseconds. */
export interface RuleDefinition {
  readonly record: string;
  readonly alert: string;
  readonly expr: string;
  readonly for: number;
  readonly keep_firing_for: number;
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
}

/** A group as it stands in a file. Durations are milliseconds. */
export interface RuleGroupDefinition {
  readonly name: string;
  /** 0 is the global one. */
  readonly interval: number;
  readonly query_offset: number | undefined;
  readonly limit: number;
  readonly rules: readonly RuleDefinition[];
  readonly labels: ReadonlyMap<string, string>;
}

/** A group without its places. */
export function groupDefinition({ name, rules, labels, ...rest }: WrittenGroup): RuleGroupDefinition {
  return { ...rest, name, rules: rules.map(({ value }) => ruleDefinition(value)), labels: texts(labels) };
}

function ruleDefinition({ record, alert, expr, labels, annotations, ...rest }: WrittenRule): RuleDefinition {
  return {
    ...rest,
    record: record.value,
    alert: alert.value,
    expr: expr.value,
    labels: texts(labels),
    annotations: texts(annotations),
  };
}

function texts(placed: ReadonlyMap<string, Placed<string>>): ReadonlyMap<string, string> {
  return new Map([...placed].map(([name, { value }]) => [name, value]));
}
