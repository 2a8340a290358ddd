import type { Report } from "@ferula/config";
import type { NameValidation } from "@ferula/model";
import { checkRelabelRule, type RelabelRule } from "@ferula/relabel";

/** Looks at rules again when the names that they set must be of the legacy alphabet; their own field takes any. */
export function checkRulesNames(key: string, rules: readonly RelabelRule[], validation: NameValidation, report: Report): void {
  if (validation !== "legacy") return;
  for (const rule of rules) {
    const reason = checkRelabelRule(rule, validation);
    if (reason !== undefined) report(key, reason);
  }
}
