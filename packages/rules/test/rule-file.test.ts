import { defaultParseOptions } from "@ferula/promql-syntax";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { defaultRuleSyntax, readRuleFile, type RuleSyntax } from "../src/index.ts";

/** The mistakes of a file, one a line; fails when there are none. */
function mistakes(text: string, syntax?: RuleSyntax): readonly string[] {
  try {
    readRuleFile(text, "a.yml", syntax);
  } catch (error) {
    return (error as Error).message.split("\n");
  }
  throw new Error("the file was taken");
}

const rule = (text: string): string => `groups:\n  - name: g\n    rules:\n      - ${text.replaceAll("\n", "\n        ")}\n`;

test("a rule file gives its groups, with times in milliseconds", () => {
  const { groups, warnings } = readRuleFile(
    `groups:
  - name: shop
    interval: 1m
    query_offset: 30s
    limit: -1
    labels: { team: a }
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
  expect(warnings).toEqual([]);
  expect(groups).toMatchObject([{ name: "shop", interval: 60_000, query_offset: 30_000, limit: -1 }]);
  expect(groups[0]?.rules).toMatchObject([
    { record: "job:requests:rate5m", alert: "" },
    { alert: "Down", expr: "up == 0", for: 300_000, keep_firing_for: 30_000 },
  ]);
});

describe("a mistake is told with its place:", () => {
  test.each([
    {
      why: "neither a record nor an alert",
      text: rule("expr: up"),
      want: "4:9: groups[0].rules[0]: one of 'record' or 'alert' must be set",
    },
    {
      why: "both",
      text: rule("record: a\nalert: b\nexpr: up"),
      want: "4:17: groups[0].rules[0].record: only one of 'record' and 'alert' must be set",
    },
    { why: "no expression", text: rule("alert: a"), want: "4:9: groups[0].rules[0].expr: field 'expr' must be set in rule" },
    {
      why: "an expression that can't be parsed",
      text: rule("alert: a\nexpr: up ="),
      want: "5:15: groups[0].rules[0].expr: could not parse expression: 1:4: parse error",
    },
    {
      why: "annotations of a recording rule",
      text: rule("record: a\nexpr: up\nannotations: { a: '{{' }"),
      want: "6:22: groups[0].rules[0].annotations: invalid field 'annotations' in recording rule",
    },
    {
      why: "`for` of a recording rule",
      text: rule("record: a\nexpr: up\nfor: 1m"),
      want: "6:14: groups[0].rules[0].for: invalid field 'for' in recording rule",
    },
    {
      why: "`keep_firing_for` of a recording rule",
      text: rule("record: a\nexpr: up\nkeep_firing_for: 1m"),
      want: "6:26: groups[0].rules[0].keep_firing_for: invalid field 'keep_firing_for' in recording rule",
    },
    {
      why: "a field that does not exist",
      text: rule("alert: a\nexpr: up\nfoo: 1"),
      want: "6:9: groups[0].rules[0].foo: field foo not found",
    },
    {
      why: "a record's name with braces",
      text: rule('record: a{b="c"}\nexpr: up'),
      want: '4:17: groups[0].rules[0].record: braces present in the recording rule name; should it be in expr?: a{b="c"}',
    },
    {
      why: "a label that is the name",
      text: rule("alert: a\nexpr: up\nlabels: { __name__: x }"),
      want: "6:17: groups[0].rules[0].labels: invalid label name: __name__",
    },
    {
      why: "an annotation without a name",
      text: rule("alert: a\nexpr: up\nannotations: { '': x }"),
      want: "6:22: groups[0].rules[0].annotations: invalid annotation name: ",
    },
    {
      why: "a label's template",
      text: rule('alert: a\nexpr: up\nlabels: { w: y, x: "{{ $nope }}" }'),
      want: "6:28: groups[0].rules[0].labels.x: the template can't be parsed: ",
    },
    {
      why: "an annotation's template",
      text: rule('alert: a\nexpr: up\nannotations:\n  x: "{{ nope }}"'),
      want: "7:14: groups[0].rules[0].annotations.x: the template can't be parsed: ",
    },
    { why: "a group without a name", text: "groups: [{ rules: [] }]", want: "1:10: groups[0].name: Groupname must not be empty" },
    { why: "a group whose name is empty", text: "groups: [{ name: '' }]", want: "1:18: groups[0].name: Groupname must not be empty" },
    {
      why: "two groups of one name",
      text: "groups: [{ name: a }, { name: a }]",
      want: '1:31: groups[1].name: groupname: "a" is repeated in the same file',
    },
    {
      why: "a group's label that is the name",
      text: "groups: [{ name: a, labels: { __name__: x } }]",
      want: "1:29: groups[0].labels: invalid label name: __name__",
    },
    { why: "a duration that is none", text: "groups: [{ name: a, interval: 1 }]", want: "1:31: groups[0].interval: " },
    { why: "broken YAML", text: "groups: [", want: "1:10: " },
  ])("$why", ({ text, want }) => {
    expect(mistakes(text)).toEqual([expect.stringContaining(`a.yml:${want}`)]);
  });
});

test("all mistakes of a file are told at once", () => {
  const text = `groups:
  - name: a
    rules:
      - record: "{}"
        alert: b
        expr: up ==
        for: 1m
        labels: { __name__: x }
        annotations: { y: "{{" }
  - name: a
    limit: many
`;
  expect(mistakes(text).map((line) => line.split(": ")[1])).toEqual([
    "groups[0].rules[0].record",
    "groups[0].rules[0].record",
    "groups[0].rules[0].expr",
    "groups[0].rules[0].for",
    "groups[0].rules[0].labels",
    "groups[0].rules[0].annotations.y",
    "groups[1].name",
    "groups[1].limit",
  ]);
});

test("texts of a recording rule are no templates", () => {
  expect(readRuleFile(rule('record: a\nexpr: up\nlabels: { x: "{{" }'), "a.yml").groups).toHaveLength(1);
});

test("rules that stand twice are taken: only a checker minds them", () => {
  const twice = "{ record: a, expr: up }";
  expect(readRuleFile(`groups: [{ name: a, rules: [${twice}, ${twice}] }]`, "a.yml").groups[0]?.rules).toHaveLength(2);
});

test("names are held to the alphabet that is asked for", () => {
  const text = rule("record: a.b\nexpr: up\nlabels: { c.d: x }");
  expect(readRuleFile(text, "a.yml").groups).toHaveLength(1);
  expect(mistakes(text, { ...defaultRuleSyntax, names: "legacy" })).toEqual([
    expect.stringContaining("invalid recording rule name: a.b"),
    expect.stringContaining("invalid label name: c.d"),
  ]);
});

test("an experimental function is taken where it is switched on", () => {
  const text = rule("record: a\nexpr: sort_by_label(up, 'job')");
  expect(mistakes(text)).toEqual([expect.stringMatching(/a\.yml:5:15: .*sort_by_label/)]);
  const expressions = { ...defaultParseOptions, experimentalFunctions: true };
  expect(readRuleFile(text, "a.yml", { ...defaultRuleSyntax, expressions }).groups).toHaveLength(1);
});

describe("a second document is passed over with a warning", () => {
  test.each([
    { text: "groups: []\n---\ngroups: [{ name: '' }]\n", line: 2, why: "after a marker" },
    { text: "# a\n---\ngroups: []\n--- # b\n", line: 4, why: "even an empty one" },
    { text: "groups: []\n...\n# end\ngroups: []\n", line: 4, why: "after the end of the first" },
  ])("$why", ({ text, line }) => {
    const { groups, warnings } = readRuleFile(text, "a.yml");
    expect(groups).toEqual([]);
    expect(warnings).toEqual([`a.yml:${line}:1: only the first document of a rule file is processed`]);
  });

  test.each(["", "# a\n\n---\n# b\ngroups: []\n", "%YAML 1.1\n---\ngroups: []\n...\n# end\n", "groups: [] # ---\n"])(
    "%j is one",
    (text) => {
      expect(readRuleFile(text, "a.yml").warnings).toEqual([]);
    },
  );
});

test("whatever the text is, a file is read or told what is wrong with it", () => {
  const piece = fc.constantFrom(
    "groups:",
    "- name: a",
    "rules:",
    "record: a",
    "expr: up",
    "labels: {x: '{{'}",
    "---",
    "\n",
    "  ",
    "{",
    "[",
    "'",
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join("")),
  );
  fc.assert(
    fc.property(text, (given) => {
      try {
        expect(readRuleFile(given, "a.yml").groups).toBeInstanceOf(Array);
      } catch (error) {
        expect((error as Error).message).toMatch(/^a\.yml:\d+:\d+: /);
      }
    }),
  );
});
