import { expect, test } from "@jest/globals";
import { printField, readField } from "@ferula/config";
import { compileRegexp } from "@ferula/regexp";
import {
  checkRelabelRule,
  defaultRegex,
  defaultRelabelRule,
  RELABEL_ACTIONS,
  relabelConfigField,
  relabelConfigsField,
} from "../src/index.ts";

test("what is not written has upstream's defaults", () => {
  const result = readField(relabelConfigField, "target_label: a", "x.yml");
  expect(result).toMatchObject({ ok: true, value: { ...defaultRelabelRule, target_label: "a" } });
  expect(result.ok && result.value.regex).toBe(defaultRegex);
});

test("every field is read, the action in any case", () => {
  const text = "{source_labels: [a, b], separator: '', regex: 'x(.*)', modulus: 0x10, target_label: t, replacement: $1, action: HashMod}";
  const result = readField(relabelConfigField, text, "x.yml");
  expect(result).toMatchObject({
    ok: true,
    value: { source_labels: ["a", "b"], separator: "", modulus: 16, target_label: "t", action: "hashmod" },
  });
  expect(result.ok && result.value.regex.test("xyz")).toBe(true);
  expect(result.ok && result.value.regex.test("yx")).toBe(false);
});

test("a null for the regular expression is an empty one, not the default", () => {
  const result = readField(relabelConfigField, "{target_label: a, regex: }", "x.yml");
  expect(result.ok && result.value.regex.pattern).toBe("");
  expect(result.ok && printField(relabelConfigField, result.value)).toContain('regex: ""\n');
});

test("a source label that is null is the empty name", () => {
  const result = readField(relabelConfigField, "{target_label: a, source_labels: [null, b]}", "x.yml");
  expect(result.ok && result.value.source_labels).toEqual(["", "b"]);
});

test("a rule that is null is refused in its list's own words", () => {
  const result = readField(relabelConfigsField("an empty rule"), "[{target_label: a}, null]", "x.yml");
  expect(result.ok ? [] : result.errors).toMatchObject([{ path: "[1]", reason: "an empty rule" }]);
});

const noReplacement = ["lowercase", "uppercase", "keepequal", "dropequal"];
test.each([
  { text: "action: rename", reason: 'unknown relabel action "rename"' },
  { text: "action: ''", reason: 'unknown relabel action ""' },
  { text: "action: null", reason: "relabel action cannot be empty" },
  { text: "{action: hashmod, target_label: a}", reason: "relabel configuration for hashmod requires non-zero modulus" },
  ...["replace", "lowercase", "uppercase", "keepequal", "dropequal"].map((action) => ({
    text: `action: ${action}`,
    reason: `relabel configuration for ${action} action requires 'target_label' value`,
  })),
  { text: "{action: hashmod, modulus: 2}", reason: "relabel configuration for hashmod action requires 'target_label' value" },
  ...noReplacement.map((action) => ({
    text: `{action: ${action}, target_label: a, replacement: b}`,
    reason: `'replacement' can not be set for ${action} action`,
  })),
  ...["keepequal", "dropequal"].flatMap((action) =>
    ["regex: a", "regex: (.*)", "modulus: 3", "separator: ','"].map((field) => ({
      text: `{action: ${action}, target_label: a, ${field}}`,
      reason: `${action} action requires only 'source_labels' and \`target_label\`, and no other fields`,
    })),
  ),
  ...["labeldrop", "labelkeep"].flatMap((action) =>
    ["source_labels: [a]", "target_label: a", "modulus: 3", "separator: ','", "replacement: b"].map((field) => ({
      text: `{action: ${action}, regex: x, ${field}}`,
      reason: `${action} action requires only 'regex', and no other fields`,
    })),
  ),
  { text: "{action: labelmap, replacement: ''}", reason: "\"\" is invalid 'replacement' for labelmap action" },
  { text: "{source_labels: [''], target_label: a}", reason: '"" is not a valid label name' },
  { text: "{target_label: a, regex: '('}", reason: "error parsing regexp: missing closing )" },
  { text: "{target_label: a, modulus: -1}", reason: "-1" },
  { text: "{target_label: a, targetlabel: b}", reason: "field targetlabel not found" },
])("$text is refused", ({ text, reason }) => {
  const result = readField(relabelConfigField, text, "x.yml");
  expect(result.ok).toBe(false);
  expect(result.ok ? [] : result.errors.map((error) => error.reason)).toEqual([expect.stringContaining(reason)]);
});

test.each([
  "{action: labeldrop, regex: a}",
  "{action: labelkeep}",
  "{action: labelmap}",
  "{action: keepequal, source_labels: [a], target_label: b}",
  "{action: drop}",
  "{target_label: a-b}",
  "{target_label: '${1}-x', regex: '(.*)'}",
])("%s is taken", (text) => {
  expect(readField(relabelConfigField, text, "x.yml")).toMatchObject({ ok: true });
});

test.each([
  { rule: { target_label: "a-b" }, reason: "\"a-b\" is invalid 'target_label' for replace action" },
  { rule: { target_label: "${1}-x" }, reason: "\"${1}-x\" is invalid 'target_label' for replace action" },
  { rule: { target_label: "a$" }, reason: "\"a$\" is invalid 'target_label' for replace action" },
  { rule: { action: "labelmap" as const, replacement: "a.$1" }, reason: "\"a.$1\" is invalid 'replacement' for labelmap action" },
  { rule: { action: "labelmap" as const, replacement: "2" }, reason: "\"2\" is invalid 'replacement' for labelmap action" },
  { rule: { action: "uppercase" as const, target_label: "ä" }, reason: "\"ä\" is invalid 'target_label' for uppercase action" },
  {
    rule: { action: "hashmod" as const, target_label: "${3}", modulus: 1 },
    reason: "\"${3}\" is invalid 'target_label' for hashmod action",
  },
  { rule: { target_label: "${1}_x$name" }, reason: undefined },
  { rule: { target_label: "_a9" }, reason: undefined },
  { rule: { action: "labelmap" as const, replacement: "$1" }, reason: undefined },
])("with legacy names: $rule", ({ rule, reason }) => {
  expect(checkRelabelRule({ ...defaultRelabelRule, ...rule }, "legacy")).toBe(reason);
});

test("what is printed is read again, an empty separator and replacement too", () => {
  const rule = {
    ...defaultRelabelRule,
    source_labels: ["a"],
    regex: compileRegexp("x|y", { anchored: true }),
    separator: "",
    replacement: "",
    target_label: "b",
  };
  const printed = printField(relabelConfigField, rule);
  expect(printed).not.toContain("modulus");
  const again = readField(relabelConfigField, printed, "x.yml");
  expect(again).toMatchObject({ ok: true, value: { ...rule, regex: { pattern: "x|y" } } });
});

test("the default regular expression is not printed, and reads again as unwritten", () => {
  const printed = printField(relabelConfigField, { ...defaultRelabelRule, target_label: "b" });
  expect(printed).not.toContain("regex");
  const again = readField(relabelConfigField, printed, "x.yml");
  expect(again.ok && again.value.regex).toBe(defaultRegex);
});

test("the actions are eleven, each once", () => {
  expect(new Set(RELABEL_ACTIONS).size).toBe(11);
});
