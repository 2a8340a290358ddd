import { defaultParseOptions } from "@ferula/promql-syntax";
import { expect, test } from "@jest/globals";
import { readRuleFile } from "../src/index.ts";

test("a rule file gives its groups, with times in milliseconds", () => {
  const [group] = readRuleFile(
    `groups:
  - name: shop
    interval: 1m
    rules:
      - record: job:requests:rate5m
        expr: sum by (job) (rate(requests_total[5m]))
      - alert: Down
        expr: up == 0
        for: 5m
        keep_firing_for: 30s
        labels: { severity: page }
        annotations: { summary: "{{ $labels.instance }} is down" }
`,
    "shop.yml",
  );
  expect(group).toMatchObject({ name: "shop", interval: 60_000 });
  expect(group?.rules).toMatchObject([
    { record: "job:requests:rate5m", alert: "" },
    { alert: "Down", expr: "up == 0", for: 300_000, keep_firing_for: 30_000 },
  ]);
});

const rule = (text: string): string => `groups:\n  - name: g\n    rules:\n      - ${text.replaceAll("\n", "\n        ")}\n`;

test.each([
  ["neither a record nor an alert", rule("expr: up"), "one of 'record' or 'alert' must be set"],
  ["both", rule("record: a\nalert: b\nexpr: up"), "only one of 'record' and 'alert' must be set"],
  ["no expression", rule("alert: a"), "field 'expr' must be set in rule"],
  ["an expression that can't be parsed", rule("alert: a\nexpr: up ="), "a.yml:5"],
  ["annotations of a recording rule", rule("record: a\nexpr: up\nannotations: { a: b }"), "invalid field 'annotations' in recording rule"],
  ["a field that does not exist", rule("alert: a\nexpr: up\nfoo: 1"), "foo"],
  [
    "`for` of a recording rule",
    rule("record: a\nexpr: up\nfor: 1m"),
    "a.yml:6:14: groups[0].rules[0].for: invalid field 'for' in recording rule",
  ],
  ["a record's name with braces", rule('record: a{b="c"}\nexpr: up'), "a.yml:4:17: groups[0].rules[0].record: invalid recording rule name"],
  ["a label that is the name", rule("alert: a\nexpr: up\nlabels: { __name__: x }"), "invalid label name: __name__"],
  ["a label's template", rule('alert: a\nexpr: up\nlabels: { x: "{{ $nope }}" }'), "a.yml:6:17: groups[0].rules[0].labels"],
  ["an annotation's template", rule('alert: a\nexpr: up\nannotations: { x: "{{ nope }}" }'), 'function "nope" not defined'],
  ["a group without a name", "groups: [{ rules: [] }]", "a.yml:1:10: groups[0].name: Groupname must not be empty"],
  ["a group whose name is empty", "groups: [{ name: '', rules: [] }]", "a.yml:1:18: groups[0].name: Groupname must not be empty"],
  ["two groups of one name", "groups: [{ name: a }, { name: a }]", 'groupname: "a" is repeated in the same file'],
  [
    "a group's label that is the name",
    "groups: [{ name: a, labels: { __name__: x } }]",
    "a.yml:1:29: groups[0].labels: invalid label name: __name__",
  ],
  ["a duration that is none", "groups: [{ name: a, interval: 1 }]", "a.yml:1:31: groups[0].interval"],
  ["broken YAML", "groups: [", "a.yml:1:10"],
])("%s is refused with its place", (_name, text, message) => {
  expect(() => readRuleFile(text, "a.yml")).toThrow(message);
  expect(() => readRuleFile(text, "a.yml")).toThrow("a.yml:");
});

test("an experimental function is taken where it is switched on", () => {
  const text = rule("record: a\nexpr: sort_by_label(up, 'job')");
  expect(() => readRuleFile(text, "a.yml")).toThrow(/a\.yml:5:15: .*sort_by_label/);
  expect(readRuleFile(text, "a.yml", { ...defaultParseOptions, experimentalFunctions: true })).toHaveLength(1);
});
