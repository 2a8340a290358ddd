export { checkRelabelRule } from "./check-rule.ts";
export { relabelConfigField, relabelConfigsField } from "./config.ts";
export { relabel, relabelSteps, type RelabelStep } from "./relabel.ts";
export { defaultRegex, defaultRelabelRule, RELABEL_ACTIONS, type RelabelAction, type RelabelRule } from "./rule.ts";
