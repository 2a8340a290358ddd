import { goQuote } from "@ferula/durations";
import { isValidLabelName, type NameValidation } from "@ferula/model";
import { defaultRelabelRule, type RelabelAction, type RelabelRule } from "./rule.ts";

/** Names of the legacy alphabet in which groups may stand as `$1` or `${name}`. */
const LEGACY_TEMPLATE = /^(?:(?:[a-zA-Z_]|\$(?:\{\w+\}|\w+))+\w*)+$/;

/** Actions that write to or compare with one label. */
const NEEDS_TARGET: ReadonlySet<RelabelAction> = new Set(["replace", "hashmod", "lowercase", "uppercase", "keepequal", "dropequal"]);
/** Of these, the ones whose target is a plain name and that take no replacement. */
const TAKES_NO_REPLACEMENT: ReadonlySet<RelabelAction> = new Set(["lowercase", "uppercase", "keepequal", "dropequal"]);

/**
 * What is wrong with `rule` in upstream's words (model/relabel/relabel.go `Validate`), or undefined. In the legacy validation a name
 * with groups must keep to the old alphabet around them.
 */
export function checkRelabelRule(rule: RelabelRule, validation: NameValidation = "utf8"): string | undefined {
  const { action, target_label: target, replacement } = rule;
  const invalidTarget = `${goQuote(target)} is invalid 'target_label' for ${action} action`;
  if (action === "hashmod" && rule.modulus === 0) return "relabel configuration for hashmod requires non-zero modulus";
  if (NEEDS_TARGET.has(action)) {
    if (target === "") return `relabel configuration for ${action} action requires 'target_label' value`;
    const isValid =
      action === "replace" && target.includes("$") ? isValidTemplate(target, validation) : isValidLabelName(target, validation);
    if (!isValid) return invalidTarget;
  }
  if (TAKES_NO_REPLACEMENT.has(action) && replacement !== defaultRelabelRule.replacement) {
    return `'replacement' can not be set for ${action} action`;
  }
  if (action === "labelmap" && !isValidTemplate(replacement, validation)) {
    return `${goQuote(replacement)} is invalid 'replacement' for ${action} action`;
  }
  return checkNoOtherFields(rule);
}

function checkNoOtherFields(rule: RelabelRule): string | undefined {
  const { action } = rule;
  const plain = defaultRelabelRule;
  const hasOthers = rule.modulus !== plain.modulus || rule.separator !== plain.separator || rule.replacement !== plain.replacement;
  if ((action === "keepequal" || action === "dropequal") && (hasOthers || rule.regex !== plain.regex)) {
    return `${action} action requires only 'source_labels' and \`target_label\`, and no other fields`;
  }
  if ((action === "labeldrop" || action === "labelkeep") && (hasOthers || rule.source_labels.length > 0 || rule.target_label !== "")) {
    return `${action} action requires only 'regex', and no other fields`;
  }
  return undefined;
}

/** In UTF-8 names `$`, `{` and `}` are characters as any other. */
function isValidTemplate(template: string, validation: NameValidation): boolean {
  return validation === "utf8" ? isValidLabelName(template, validation) : LEGACY_TEMPLATE.test(template);
}
