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
      want: "4:9: group \"g\", rule 1, \"\": one of 'record' or 'alert' must be set",
    },
    {
      why: "both",
      text: rule("record: a\nalert: b\nexpr: up"),
      want: `4:17: 5:16: group "g", rule 1, "b": only one of 'record' and 'alert' must be set`,
    },
    { why: "no expression", text: rule("alert: a"), want: `4:9: group "g", rule 1, "a": field 'expr' must be set in rule` },
    {
      why: "an expression that can't be parsed",
      text: rule("alert: a\nexpr: up ="),
      want: '5:15: group "g", rule 1, "a": could not parse expression: 1:4: parse error',
    },
    {
      why: "annotations of a recording rule",
      text: rule("record: a\nexpr: up\nannotations: { a: '{{' }"),
      want: `4:17: group "g", rule 1, "a": invalid field 'annotations' in recording rule`,
    },
    {
      why: "`for` of a recording rule",
      text: rule("record: a\nexpr: up\nfor: 1m"),
      want: `4:17: group "g", rule 1, "a": invalid field 'for' in recording rule`,
    },
    {
      why: "`keep_firing_for` of a recording rule",
      text: rule("record: a\nexpr: up\nkeep_firing_for: 1m"),
      want: `4:17: group "g", rule 1, "a": invalid field 'keep_firing_for' in recording rule`,
    },
    {
      why: "a field that does not exist",
      text: rule("alert: a\nexpr: up\nfoo: 1"),
      want: "6:9: groups[0].rules[0].foo: field foo not found",
    },
    {
      why: "a record's name with braces",
      text: rule('record: a{b="c"}\nexpr: up'),
      want: '4:17: group "g", rule 1, "a{b=\\"c\\"}": braces present in the recording rule name; should it be in expr?: a{b="c"}',
    },
    {
      why: "a label that is the name",
      text: rule("alert: a\nexpr: up\nlabels: { __name__: x }"),
      want: '6:29: group "g", rule 1, "a": invalid label name: __name__',
    },
    {
      why: "an annotation without a name",
      text: rule("alert: a\nexpr: up\nannotations: { '': x }"),
      want: '6:28: group "g", rule 1, "a": invalid annotation name: ',
    },
    {
      why: "a label's template",
      text: rule('alert: a\nexpr: up\nlabels: { w: y, x: "{{ $nope }}" }'),
      want: '6:28: group "g", rule 1, "a": label "x": template: __alert_a:1: undefined variable "$nope"',
    },
    {
      why: "an annotation's template",
      text: rule('alert: a\nexpr: up\nannotations:\n  x: "{{ nope }}"'),
      want: '7:14: group "g", rule 1, "a": annotation "x": template: __alert_a:1: function "nope" not defined',
    },
    { why: "a group without a name", text: "groups: [{ rules: [] }]", want: "1:10: Groupname must not be empty" },
    { why: "a group whose name is empty", text: "groups: [{ name: '' }]", want: "1:10: Groupname must not be empty" },
    {
      why: "two groups of one name",
      text: "groups: [{ name: a }, { name: a }]",
      want: '1:23: groupname: "a" is repeated in the same file',
    },
    {
      why: "a group's label that is the name",
      text: "groups: [{ name: a, labels: { __name__: x } }]",
      want: "1:41: invalid label name: __name__",
    },
    { why: "a duration that is none", text: "groups: [{ name: a, interval: 1 }]", want: "1:31: groups[0].interval: " },
    { why: "broken YAML", text: "groups: [", want: "1:10: " },
  ])("$why", ({ text, want }) => {
    expect(mistakes(text)).toEqual([expect.stringContaining(`a.yml: ${want}`)]);
  });
});

test("all mistakes of a file are told at once, in upstream's order", () => {
  const text = `groups:
  - name: a
    rules:
      - record: "{}"
        alert: b
        expr: up ==
        for: 1m
        labels: { __name__: x, z: "{{ end }}" }
        annotations: { y: "{{" }
      - alert: c
  - name: a
    labels: { __name__: x }
`;
  const unfinished = "could not parse expression: 1:6: parse error: unexpected end of input";
  expect(mistakes(text)).toEqual([
    `a.yml: 4:17: 5:16: group "a", rule 1, "b": only one of 'record' and 'alert' must be set`,
    `a.yml: 6:15: group "a", rule 1, "b": ${unfinished}`,
    `a.yml: 4:17: group "a", rule 1, "b": invalid field 'annotations' in recording rule`,
    `a.yml: 4:17: group "a", rule 1, "b": invalid field 'for' in recording rule`,
    `a.yml: 4:17: group "a", rule 1, "b": braces present in the recording rule name; should it be in expr?: {}`,
    `a.yml: 8:29: group "a", rule 1, "b": invalid label name: __name__`,
    `a.yml: 8:35: group "a", rule 1, "b": label "z": template: __alert_b:1: unexpected {{end}}`,
    `a.yml: 9:27: group "a", rule 1, "b": annotation "y": template: __alert_b:1: unclosed action`,
    `a.yml: 10:9: group "a", rule 2, "c": field 'expr' must be set in rule`,
    `a.yml: 11:5: groupname: "a" is repeated in the same file`,
    `a.yml: 12:25: invalid label name: __name__`,
  ]);
});

test("the form of a file is told first, in the order of the file", () => {
  const text = "groups:\n  - nam: a\n    limit: many\n  - rules: [{ alert: x, expr: up ==, for: 1 }]\n";
  expect(mistakes(text)).toEqual([
    "a.yml: 2:5: groups[0].nam: field nam not found (did you mean name?)",
    'a.yml: 3:12: groups[0].limit: cannot unmarshal "many" into an integer',
    expect.stringContaining("a.yml: 4:43: groups[1].rules[0].for: not a valid duration string"),
  ]);
});

describe("fields that there are not are passed over where a checker asks for it:", () => {
  test.each([
    { why: "of the file", text: "owner: a\ngroups: []" },
    { why: "of a group", text: "groups: [{ name: a, owner: a }]" },
    { why: "of a rule", text: rule("alert: a\nexpr: up\nowner: a") },
  ])("$why", ({ text }) => {
    expect(mistakes(text)).toEqual([expect.stringContaining("field owner not found")]);
    expect(readRuleFile(text, "a.yml", { ...defaultRuleSyntax, ignoresUnknown: true }).warnings).toEqual([]);
  });
});

test.each([
  { why: "a text without a document", text: "", groups: 0 },
  { why: "comments alone", text: "# nothing\n", groups: 0 },
  { why: "no groups", text: "groups:\n", groups: 0 },
  { why: "a group that is null, as Go's yaml package skips it", text: "groups: [null, { name: a, rules: [null] }]", groups: 1 },
])("$why is a rule file", ({ text, groups }) => {
  expect(readRuleFile(text, "a.yml").groups).toHaveLength(groups);
});

test("an alias is told where it stands", () => {
  expect(mistakes("groups:\n  - name: a\n    rules: [{ record: &r 'a{', expr: up }, { record: *r, expr: up }]")).toEqual([
    expect.stringMatching(/^a\.yml: 3:\d+: group "a", rule 1, /),
    expect.stringMatching(/^a\.yml: 3:54: group "a", rule 2, /),
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
  expect(mistakes(text)).toEqual([expect.stringMatching(/a\.yml: 5:15: .*sort_by_label/)]);
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
    expect(warnings).toEqual([
      `a.yml: ${line}:1: Multiple document yaml rules files are not supported, only the first document is processed`,
    ]);
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
        expect((error as Error).message).toMatch(/^a\.yml: \d+:\d+: /);
      }
    }),
  );
});
