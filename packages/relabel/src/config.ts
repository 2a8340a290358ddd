import {
  integerField,
  listField,
  mappedField,
  mappingField,
  optionalField,
  regexpField,
  stringField,
  withCheck,
  type Field,
} from "@ferula/config";
import { goQuote } from "@ferula/durations";
import { isValidLabelName } from "@ferula/model";
import type { Regexp } from "@ferula/regexp";
import { checkRelabelRule } from "./check-rule.ts";
import { defaultRegex, defaultRelabelRule, RELABEL_ACTIONS, type RelabelAction, type RelabelRule } from "./rule.ts";

const sourceLabelField = withCheck(stringField(), (name, report) => {
  if (!isValidLabelName(name)) report("", `${goQuote(name)} is not a valid label name`);
});

/** A text that is shown even when it is empty, because empty is not its default. */
function shownField(fallback: string): Field<string> {
  return { ...stringField(fallback), print: (text) => text };
}

const regexField: Field<Regexp> = mappedField<Regexp | undefined, Regexp>(
  optionalField(regexpField("", { anchored: true })),
  (regex) => regex ?? defaultRegex,
  (regex) => (regex === defaultRegex ? undefined : regex),
);

const actionField: Field<RelabelAction> = {
  ...mappedField<string, RelabelAction>(
    stringField(defaultRelabelRule.action),
    (text, report) => {
      const action = RELABEL_ACTIONS.find((known) => known === text.toLowerCase());
      if (action === undefined) report("", `unknown relabel action ${goQuote(text)}`);
      return action ?? defaultRelabelRule.action;
    },
    (action) => action,
  ),
  // Editors suggest the words; other spellings are left to the reader, which does not mind capitals.
  schema: () => ({ anyOf: [{ enum: RELABEL_ACTIONS }, { type: ["string", "null"] }] }),
};

/** The fields of one entry of `relabel_configs`, `metric_relabel_configs` and their kin. Defaults are those of `defaultRelabelRule`. */
export const relabelConfigShape: { readonly [K in keyof RelabelRule]: Field<RelabelRule[K]> } = {
  source_labels: listField(sourceLabelField),
  separator: shownField(defaultRelabelRule.separator),
  regex: regexField,
  modulus: { ...integerField(0, { min: 0 }), print: (modulus) => (modulus === 0 ? undefined : modulus) },
  target_label: stringField(),
  replacement: shownField(defaultRelabelRule.replacement),
  action: actionField,
};

/**
 * One relabelling rule of a configuration, checked as upstream checks it with UTF-8 names. Where a section asks for legacy names, check
 * again with `checkRelabelRule(rule, "legacy")`.
 */
export const relabelConfigField: Field<RelabelRule> = withCheck<RelabelRule>(mappingField(relabelConfigShape), (rule, report) => {
  const reason = checkRelabelRule(rule);
  if (reason !== undefined) report("", reason);
});
