import { describe, expect, test } from "@jest/globals";
import { labelsOf, type NameValidation } from "@ferula/model";
import { compileRegexp } from "@ferula/regexp";
import { checkRelabelRule, defaultRelabelRule, relabel, type RelabelRule } from "../src/index.ts";

/*
 * What upstream holds relabelling to, row by row (model/relabel/relabel_test.go `TestRelabel`, `TestRelabelValidate`,
 * `TestTargetLabelLegacyValidity`), as facts: rules, what goes in, what comes out.
 */

interface RuleText extends Partial<Omit<RelabelRule, "regex">> {
  readonly regex?: string;
}

function ruleOf({ regex, ...fields }: RuleText): RelabelRule {
  return { ...defaultRelabelRule, ...fields, ...(regex !== undefined && { regex: compileRegexp(regex, { anchored: true }) }) };
}

interface Row {
  readonly why: string;
  readonly rules: readonly RuleText[];
  readonly input: Record<string, string>;
  /** What is added to the input, or taken from it by undefined; absent, the set is dropped. */
  readonly change?: Record<string, string | undefined>;
}

const abc = { a: "foo", b: "bar", c: "baz" };
const ports = { __tmp_port: "1234", __port1: "1234", __port2: "5678" };
const lines = { a: "line1\nline2", b: "bar", c: "baz" };
const maps = { a: "foo", b1: "bar", b2: "baz" };
const metas = { a: "foo", __meta_my_bar: "aaa", __meta_my_baz: "bbb", __meta_other: "ccc" };
const tags = { __meta_sd_tags: "path:/secret,job:some-job,label:foo=bar" };
const annotation = "__meta_kubernetes_pod_annotation_XXX_metrics_port";
const portName = "__meta_kubernetes_pod_container_port_name";

const rows: readonly Row[] = [
  {
    why: "a group stands twice in what is set",
    rules: [{ source_labels: ["a"], regex: "f(.*)", target_label: "d", replacement: "ch${1}-ch${1}" }],
    input: abc,
    change: { d: "choo-choo" },
  },
  {
    why: "a rule reads what the one before has set",
    rules: [
      { source_labels: ["a", "b"], regex: "f(.*);(.*)r", target_label: "a", replacement: "b${1}${2}m" },
      { source_labels: ["c", "a"], regex: "(b).*b(.*)ba(.*)", target_label: "d", replacement: "$1$2$2$3" },
    ],
    input: abc,
    change: { a: "boobam", d: "boooom" },
  },
  {
    why: "behind a drop nothing is set",
    rules: [
      { source_labels: ["a"], regex: ".*o.*", action: "drop" },
      { source_labels: ["a"], regex: "f(.*)", target_label: "d", replacement: "ch$1-ch$1" },
    ],
    input: { a: "foo" },
  },
  { why: "a match drops", rules: [{ source_labels: ["a"], regex: ".*o.*", action: "drop" }], input: { a: "foo", b: "bar" } },
  {
    why: "a group in the middle",
    rules: [{ source_labels: ["a"], regex: ".*(b).*", target_label: "d", replacement: "$1" }],
    input: { a: "abc" },
    change: { d: "b" },
  },
  { why: "no match drops nothing", rules: [{ source_labels: ["a"], regex: "no-match", action: "drop" }], input: { a: "foo" }, change: {} },
  {
    why: "an alternative must match the whole, too",
    rules: [{ source_labels: ["a"], regex: "f|o", action: "drop" }],
    input: { a: "foo" },
    change: {},
  },
  { why: "no match keeps nothing", rules: [{ source_labels: ["a"], regex: "no-match", action: "keep" }], input: { a: "foo" } },
  { why: "a match keeps", rules: [{ source_labels: ["a"], regex: "f.*", action: "keep" }], input: { a: "foo" }, change: {} },
  {
    why: "without a match nothing is replaced",
    rules: [{ source_labels: ["a"], regex: "f", target_label: "b", replacement: "bar" }],
    input: { a: "boo" },
    change: {},
  },
  {
    why: "an empty replacement deletes the label that the target names",
    rules: [{ source_labels: ["a"], regex: "(f).*", target_label: "$1", replacement: "$2" }],
    input: { a: "foo", f: "baz" },
    change: { f: undefined },
  },
  {
    why: "a hash of a word",
    rules: [{ source_labels: ["c"], target_label: "d", action: "hashmod", modulus: 1000 }],
    input: abc,
    change: { d: "976" },
  },
  {
    why: "a hash of two lines",
    rules: [{ source_labels: ["a"], target_label: "b", action: "hashmod", modulus: 1000 }],
    input: { a: "foo\nbar" },
    change: { b: "734" },
  },
  {
    why: "names are mapped with a prefix",
    rules: [{ regex: "(b.*)", replacement: "bar_${1}", action: "labelmap" }],
    input: maps,
    change: { bar_b1: "bar", bar_b2: "baz" },
  },
  {
    why: "names are mapped without their prefix",
    rules: [{ regex: "__meta_(my.*)", replacement: "${1}", action: "labelmap" }],
    input: metas,
    change: { my_bar: "aaa", my_baz: "bbb" },
  },
  {
    why: "the target is a group",
    rules: [{ source_labels: ["a"], regex: "some-([^-]+)-([^,]+)", target_label: "${1}", replacement: "${2}" }],
    input: { a: "some-name-value" },
    change: { name: "value" },
  },
  {
    why: "a group that there is not is empty as a value",
    rules: [{ source_labels: ["a"], regex: "some-([^-]+)-([^,]+)", target_label: "${1}", replacement: "${3}" }],
    input: { a: "some-name-value" },
    change: {},
  },
  {
    why: "and no name of a label",
    rules: ["some-([^-]+)-([^,]+)", "some-([^-]+)-([^,]+)", "some-([^-]+)(-[^,]+)"].map((regex) => ({
      source_labels: ["a"],
      regex,
      target_label: "${3}",
      replacement: "${1}",
    })),
    input: { a: "some-name-0" },
    change: {},
  },
  {
    why: "a list of tags becomes labels",
    rules: [
      { regex: "(?:.+,|^)path:(/[^,]+).*", target_label: "__metrics_path__", replacement: "${1}" },
      { regex: "(?:.+,|^)job:([^,]+).*", target_label: "job", replacement: "${1}" },
      { regex: "(?:.+,|^)label:([^=]+)=([^,]+).*", target_label: "${1}", replacement: "${2}" },
    ].map((rule) => ({ ...rule, source_labels: ["__meta_sd_tags"] })),
    input: tags,
    change: { __metrics_path__: "/secret", job: "some-job", foo: "bar" },
  },
  {
    why: "a label that was dropped can be set anew",
    rules: [
      { regex: `^${portName}$`, action: "labeldrop" },
      { source_labels: [annotation], regex: "(.+)", target_label: portName, replacement: "metrics" },
      { source_labels: [portName], regex: "^metrics$", action: "keep" },
    ],
    input: { [portName]: "foo", [annotation]: "9091" },
    change: { [portName]: "metrics" },
  },
  { why: "labels are kept by name", rules: [{ regex: "(b.*)", action: "labelkeep" }], input: maps, change: { a: undefined } },
  {
    why: "labels are dropped by name",
    rules: [{ regex: "(b.*)", action: "labeldrop" }],
    input: maps,
    change: { b1: undefined, b2: undefined },
  },
  {
    why: "capitals and small letters",
    rules: [
      { source_labels: ["foo"], action: "uppercase", target_label: "foo_uppercase" },
      { source_labels: ["foo"], action: "lowercase", target_label: "foo_lowercase" },
    ],
    input: { foo: "bAr123Foo" },
    change: { foo_lowercase: "bar123foo", foo_uppercase: "BAR123FOO" },
  },
  {
    why: "kept, as both are equal",
    rules: [{ source_labels: ["__tmp_port"], action: "keepequal", target_label: "__port1" }],
    input: ports,
    change: {},
  },
  {
    why: "dropped, as both are equal",
    rules: [{ source_labels: ["__tmp_port"], action: "dropequal", target_label: "__port1" }],
    input: ports,
  },
  {
    why: "not dropped, as they differ",
    rules: [{ source_labels: ["__tmp_port"], action: "dropequal", target_label: "__port2" }],
    input: ports,
    change: {},
  },
  {
    why: "not kept, as they differ",
    rules: [{ source_labels: ["__tmp_port"], action: "keepequal", target_label: "__port2" }],
    input: ports,
  },
  {
    why: "the dot matches the end of a line",
    rules: [{ source_labels: ["a"], regex: "line1.*line2", target_label: "d", replacement: "match${1}" }],
    input: lines,
    change: { d: "match" },
  },
  {
    why: "the source is of any alphabet",
    rules: [{ source_labels: ["utf-8.label"], regex: "line1.*line2", target_label: "d", replacement: "match${1}" }],
    input: { "utf-8.label": "line1\nline2", b: "bar", c: "baz" },
    change: { d: "match" },
  },
  {
    why: "the target is of any alphabet",
    rules: [{ source_labels: ["a"], regex: "line1.*line2", target_label: "utf-8.label", replacement: "match${1}" }],
    input: lines,
    change: { "utf-8.label": "match" },
  },
  {
    why: "a target of any alphabet may hold a group",
    rules: [{ source_labels: ["a"], regex: "line1.*line2", target_label: "utf-8.label${1}", replacement: "match${1}" }],
    input: lines,
    change: { "utf-8.label": "match" },
  },
  {
    why: "groups by number and by name, with and without braces",
    rules: [
      { target_label: "label1_${1}", replacement: "val_${second}" },
      { target_label: "label2_$1", replacement: "val_$second" },
    ].map((rule) => ({ ...rule, source_labels: ["a"], regex: "(line1).*(?<second>line2)" })),
    input: lines,
    change: { label1_line1: "val_line2", label2_line1: "val_line2" },
  },
  {
    why: "a type is told by a name's end",
    rules: [{ source_labels: ["__name__"], regex: ".*_total$", target_label: "__type__", replacement: "counter" }],
    input: { __name__: "http_requests_total" },
    change: { __type__: "counter" },
  },
  {
    why: "a unit is told by a name's end",
    rules: [{ source_labels: ["__name__"], regex: ".*_bytes$", target_label: "__unit__", replacement: "bytes" }],
    input: { __name__: "disk_usage_bytes" },
    change: { __unit__: "bytes" },
  },
];

test.each(rows)("relabelling: $why", ({ rules, input, change }) => {
  const compiled = rules.map(ruleOf);
  expect(compiled.map((rule) => checkRelabelRule(rule))).toEqual(compiled.map(() => undefined));
  const left = Object.entries({ ...input, ...change }).filter((label): label is [string, string] => label[1] !== undefined);
  expect(relabel(labelsOf(input), compiled)).toEqual(change === undefined ? undefined : labelsOf(left));
});

/** Rules as a program makes them: what is not named is empty, where a file's has a default. */
const bare: RuleText = { replacement: "", separator: "" };
const someTwo = { source_labels: ["a"], regex: "some-([^-]+)-([^,]+)", replacement: "${1}" };

const ofRules: readonly { why: string; rule: RuleText; validation: NameValidation; want: string | undefined }[] = [
  { why: "replace needs a target", rule: bare, validation: "utf8", want: "requires 'target_label' value" },
  { why: "lowercase needs one, too", rule: { ...bare, action: "lowercase" }, validation: "utf8", want: "requires 'target_label' value" },
  { why: "a dollar is a character", rule: { action: "lowercase", target_label: "${3}" }, validation: "utf8", want: undefined },
  {
    why: "but not of the old alphabet",
    rule: { action: "lowercase", target_label: "${3}" },
    validation: "legacy",
    want: "\"${3}\" is invalid 'target_label' for lowercase action",
  },
  ...["${3}", "0${3}", "-${3}"].map((target) => ({
    why: `the target ${target} may become a name`,
    rule: { ...someTwo, target_label: target },
    validation: "utf8" as const,
    want: undefined,
  })),
  ...["$1", "${1}"].map((replacement) => ({
    why: `names may be mapped to ${replacement}, in the old alphabet too`,
    rule: { regex: "__meta_kubernetes_pod_label_(strimzi_io_.+)", action: "labelmap" as const, replacement },
    validation: "legacy" as const,
    want: undefined,
  })),
];

describe("a rule", () => {
  test.each(ofRules)("$why", ({ rule, validation, want }) => {
    const got = checkRelabelRule(ruleOf(rule), validation);
    expect(got ?? "valid").toContain(want ?? "valid");
  });
});

test.each([
  { target: "-label", isValid: false },
  { target: "label", isValid: true },
  { target: "label${1}", isValid: true },
  { target: "${1}label", isValid: true },
  { target: "${1}", isValid: true },
  { target: "${", isValid: false },
  { target: "$", isValid: false },
  { target: "${}", isValid: false },
  { target: "foo${", isValid: false },
  { target: "$1", isValid: true },
  { target: "asd$2asd", isValid: true },
  { target: "-foo${1}bar-", isValid: false },
  { target: "bar.foo${1}bar", isValid: false },
  { target: "_${1}_", isValid: true },
  { target: "foo${bar}foo", isValid: true },
])("in the old alphabet $target can be a target: $isValid", ({ target, isValid }) => {
  expect(checkRelabelRule(ruleOf({ target_label: target }), "legacy") === undefined).toBe(isValid);
});
