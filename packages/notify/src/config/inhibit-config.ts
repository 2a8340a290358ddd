import type { InhibitRule } from "@ferula/alerting";
import { listField, mappingField, stringField, type ConfigOf, type Field } from "@ferula/config";
import { goQuote } from "@ferula/durations";
import { isUtf8Name } from "@ferula/model";
import { matchersField, oldMatchersField } from "./matchers.ts";

const inhibitShape = {
  name: stringField(),
  source_match: oldMatchersField("="),
  source_match_re: oldMatchersField("=~"),
  source_matchers: matchersField,
  target_match: oldMatchersField("="),
  target_match_re: oldMatchersField("=~"),
  target_matchers: matchersField,
  equal: listField(stringField()),
} as const;

/** An entry of `inhibit_rules`. */
export type InhibitSection = ConfigOf<typeof inhibitShape>;

/** An entry of `inhibit_rules` (config/common/inhibitrule.go). */
export const inhibitRuleField: Field<InhibitSection> = mappingField(inhibitShape, {
  checks: [
    {
      of: ["equal"],
      check({ equal }, report) {
        for (const name of equal) if (!isUtf8Name(name)) report("equal", `invalid label name ${goQuote(name)} in equal list`);
      },
    },
  ],
});

/** The rule as the inhibitor takes it. */
export function toInhibitRule(section: InhibitSection): InhibitRule {
  return {
    source: [...section.source_match, ...section.source_match_re, ...section.source_matchers],
    target: [...section.target_match, ...section.target_match_re, ...section.target_matchers],
    equal: section.equal,
  };
}
