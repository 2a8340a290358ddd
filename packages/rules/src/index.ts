export { type ActiveAlert, type AlertStateName } from "./alert-state.ts";
export { type RuleSyntax } from "./check-rules.ts";
export { type RuleGroup } from "./group.ts";
export { createRuleManager, loadRuleFiles, type LoadedRuleFile, type RuleManager, type RuleManagerDeps } from "./manager.ts";
export {
  type GroupDeps,
  type RuleDeps,
  type RuleGroupId,
  type SentAlert,
  type StoredRange,
  type StoredSample,
  type StoredState,
  type VectorElement,
} from "./ports.ts";
export { defaultRuleSyntax, readRuleFile, ruleFileSchema, type RuleFile } from "./rule-file.ts";
export { type RuleDefinition, type RuleGroupDefinition } from "./rule-shape.ts";
export { type Rule, type RuleHealth } from "./rule.ts";
export { checkTemplate, expandTemplate, type TemplateData } from "./template.ts";
export { templateFunctionNames } from "./template-functions.ts";
export { type TemplateQuery } from "./template-answers.ts";
export { expandConsole, type ConsoleData, type ConsoleTemplate } from "./console-template.ts";
