import { createHash } from "node:crypto";
import { lowerCase, upperCase } from "@ferula/bytes";
import { emptyLabels, isValidLabelName, LabelsBuilder, type Labels, type NameValidation } from "@ferula/model";
import { defaultRegex, type RelabelAction, type RelabelRule } from "./rule.ts";

/** One rule and what came out of it; where `keep` is false `output` is empty, and later rules were not asked. */
export interface RelabelStep {
  readonly rule: RelabelRule;
  readonly output: Labels;
  readonly keep: boolean;
}

/**
 * Applies `rules` in turn and returns the labels that come out, or undefined when a rule drops the set. All labels may be gone and the
 * set still be kept; what that means is the caller's to say. `validation` says which names `replace` may set.
 */
export function relabel(labels: Labels, rules: readonly RelabelRule[], validation: NameValidation = "utf8"): Labels | undefined {
  if (rules.length === 0) return labels;
  const builder = new LabelsBuilder(labels);
  for (const rule of rules) if (!applyRule(builder, rule, validation)) return undefined;
  return builder.labels();
}

/** What comes out of each of `rules` in turn, one step a rule. */
export function relabelSteps(labels: Labels, rules: readonly RelabelRule[], validation: NameValidation = "utf8"): RelabelStep[] {
  const builder = new LabelsBuilder(labels);
  let keep = true;
  return rules.map((rule) => {
    keep = keep && applyRule(builder, rule, validation);
    return { rule, output: keep ? builder.labels() : emptyLabels, keep };
  });
}

type Apply = (labels: LabelsBuilder, source: string, rule: RelabelRule, validation: NameValidation) => boolean;

function applyRule(labels: LabelsBuilder, rule: RelabelRule, validation: NameValidation): boolean {
  const source = rule.source_labels.map((name) => labels.get(name)).join(rule.separator);
  return actions[rule.action](labels, source, rule, validation);
}

/** Each action edits `labels` in place and returns false when the set is dropped. */
const actions: Readonly<Record<RelabelAction, Apply>> = {
  replace: (labels, source, rule, validation) => {
    replace(labels, source, rule, validation);
    return true;
  },
  keep: (_labels, source, { regex }) => regex.test(source),
  drop: (_labels, source, { regex }) => !regex.test(source),
  keepequal: (labels, source, { target_label: target }) => labels.get(target) === source,
  dropequal: (labels, source, { target_label: target }) => labels.get(target) !== source,
  hashmod: (labels, source, { modulus, target_label: target }) => {
    // Of the sixteen bytes the last eight count, big-endian.
    const hash = createHash("md5").update(source).digest().readBigUInt64BE(8);
    labels.set(target, String(hash % BigInt(modulus)));
    return true;
  },
  labelmap: (labels, _source, { regex, replacement }) => {
    // Names and values are those from before the rule: what it sets is not mapped again.
    for (const [name, value] of labels.names().map((name) => [name, labels.get(name)] as const)) {
      const target = regex.test(name) ? regex.replaceAll(name, replacement) : "";
      if (target !== "") labels.set(target, value);
    }
    return true;
  },
  labeldrop: (labels, _source, { regex }) => {
    for (const name of labels.names()) if (regex.test(name)) labels.delete(name);
    return true;
  },
  labelkeep: (labels, _source, { regex }) => {
    for (const name of labels.names()) if (!regex.test(name)) labels.delete(name);
    return true;
  },
  lowercase: (labels, source, { target_label: target }) => {
    labels.set(target, lowerCase(source));
    return true;
  },
  uppercase: (labels, source, { target_label: target }) => {
    labels.set(target, upperCase(source));
    return true;
  },
};

function replace(labels: LabelsBuilder, source: string, rule: RelabelRule, validation: NameValidation): void {
  const { regex, target_label: target, replacement } = rule;
  if (source === "" && regex === defaultRegex && !target.includes("$") && !replacement.includes("$")) {
    // Upstream sets a fixed label without looking at its name here; validation has looked already.
    labels.set(target, replacement);
    return;
  }
  const expandedTarget = regex.expand(target, source);
  // Without a match nothing is replaced, and a name that can't be a label's is passed over.
  if (expandedTarget === undefined || !isValidLabelName(expandedTarget, validation)) return;
  labels.set(expandedTarget, regex.expand(replacement, source) ?? "");
}
