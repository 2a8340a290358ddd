import type { InhibitRule } from "@ferula/alerting";
import { described, listField, mappingField, stringField, type ConfigOf, type Field } from "@ferula/config";
import { goQuote } from "@ferula/durations";
import { isUtf8Name } from "@ferula/model";
import { matchersField, oldMatchersField } from "./matchers.ts";

const inhibitShape = {
  name: described(stringField(), "A name for metrics."),
  source_match: described(oldMatchersField("="), "Labels of the alerts that mute; `source_matchers` is the newer way."),
  source_match_re: described(oldMatchersField("=~"), "As `source_match`, with expressions for whole values."),
  source_matchers: described(matchersField, "Which alerts mute others."),
  target_match: described(oldMatchersField("="), "Labels of the alerts that are muted; `target_matchers` is the newer way."),
  target_match_re: described(oldMatchersField("=~"), "As `target_match`, with expressions for whole values."),
  target_matchers: described(matchersField, "Which alerts are muted."),
  equal: described(listField(stringField()), "Labels that must be the same in both alerts."),
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
