import {
  described,
  flowList,
  integerField,
  isWrittenNull,
  listField,
  mappedField,
  mappingField,
  namedField,
  omitEmpty,
  optionalField,
  regexpField,
  requiredField,
  stringField,
  withCheck,
  type Field,
} from "@ferula/config";
import { goQuote } from "@ferula/durations";
import { isValidLabelName } from "@ferula/model";
import { compileRegexp, type Regexp } from "@ferula/regexp";
import { checkRelabelRule } from "./check-rule.ts";
import { defaultRegex, defaultRelabelRule, RELABEL_ACTIONS, type RelabelAction, type RelabelRule } from "./rule.ts";

const labelNameField = withCheck(stringField(), (name, report) => {
  if (!isValidLabelName(name)) report("", `${goQuote(name)} is not a valid label name`);
});

/** Go's yaml asks no type about a null, so that one is the empty name, which no series has. */
const sourceLabelField: Field<string> = { ...labelNameField, read: (at) => (at.node === undefined ? "" : labelNameField.read(at)) };

/** A text that is shown even when it is empty, because empty is not its default. */
function shownField(fallback: string): Field<string> {
  return { ...stringField(fallback), print: (text) => text };
}

const writtenRegexField: Field<Regexp> = mappedField<Regexp | undefined, Regexp>(
  optionalField(regexpField("", { anchored: true })),
  (regex) => regex ?? defaultRegex,
  (regex) => (regex === defaultRegex ? undefined : regex),
);

const emptyRegex = compileRegexp("", { anchored: true });

const regexField: Field<Regexp> = {
  ...writtenRegexField,
  read: (at) => (isWrittenNull(at) ? emptyRegex : writtenRegexField.read(at)),
};

const writtenActionField: Field<RelabelAction> = mappedField<string, RelabelAction>(
  stringField(defaultRelabelRule.action),
  (text, report) => {
    const action = RELABEL_ACTIONS.find((known) => known === text.toLowerCase());
    if (action === undefined) report("", `unknown relabel action ${goQuote(text)}`);
    return action ?? defaultRelabelRule.action;
  },
  (action) => action,
);

const actionField: Field<RelabelAction> = {
  ...writtenActionField,
  // Editors suggest the words; other spellings are left to the reader, which does not mind capitals.
  schema: () => ({ anyOf: [{ enum: RELABEL_ACTIONS }, { type: "string" }] }),
  read(at) {
    if (isWrittenNull(at)) at.source.report(at, "relabel action cannot be empty");
    return writtenActionField.read(at);
  },
};

/** The fields of one entry of `relabel_configs`, `metric_relabel_configs` and their kin. Defaults are those of `defaultRelabelRule`. */
const relabelConfigShape: { readonly [K in keyof RelabelRule]: Field<RelabelRule[K]> } = {
  source_labels: described(flowList(listField(sourceLabelField)), "Labels whose values, joined, make the text that the rule looks at."),
  separator: described(shownField(defaultRelabelRule.separator), "What stands between the values."),
  regex: described(regexField, "The expression that the whole text must match."),
  modulus: described(omitEmpty(integerField(0, { min: 0 })), "The text's hash modulo this is the label's value; for the action `hashmod`."),
  target_label: described(stringField(), "The label that is written."),
  replacement: described(shownField(defaultRelabelRule.replacement), "What is written; `$1` and `${name}` stand for matched groups."),
  action: described(actionField, "What a match does."),
};

/**
 * One relabelling rule of a configuration, checked as upstream checks it with UTF-8 names. Where a section asks for legacy names, check
 * again with `checkRelabelRule(rule, "legacy")`.
 */
export const relabelConfigField: Field<RelabelRule> = namedField("relabel_config", () => checkedField);

const checkedField: Field<RelabelRule> = withCheck<RelabelRule>(mappingField(relabelConfigShape), (rule, report) => {
  const reason = checkRelabelRule(rule);
  if (reason !== undefined) report("", reason);
});

/** A list of rules, in which `nullReason` is told of an entry that is null. */
export function relabelConfigsField(nullReason: string): Field<readonly RelabelRule[]> {
  return listField(requiredField(relabelConfigField, nullReason));
}
