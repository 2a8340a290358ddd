import { expect, test } from "@jest/globals";
import { labelsOf, type NameValidation } from "@ferula/model";
import { compileRegexp } from "@ferula/regexp";
import { defaultRelabelRule, relabel, relabelSteps, type RelabelRule } from "../src/index.ts";

interface RuleText extends Partial<Omit<RelabelRule, "regex">> {
  readonly regex?: string;
}

function ruleOf({ regex, ...fields }: RuleText): RelabelRule {
  return { ...defaultRelabelRule, ...fields, ...(regex !== undefined && { regex: compileRegexp(regex, { anchored: true }) }) };
}

type Row = readonly [
  why: string,
  rules: readonly RuleText[],
  input: Record<string, string>,
  want: Record<string, string> | undefined,
  validation?: NameValidation,
];

function check(rows: readonly Row[]): void {
  test.each(rows)("%s", (_why, rules, input, want, validation = "utf8") => {
    const got = relabel(labelsOf(input), rules.map(ruleOf), validation);
    expect(got).toEqual(want === undefined ? undefined : labelsOf(want));
  });
}

const zone = { zone: "eu-west-3", app: "shop" };

check([
  ["no rules keep the set", [], zone, zone],

  ["replace: the whole source by default", [{ source_labels: ["zone"], target_label: "place" }], zone, { ...zone, place: "eu-west-3" }],
  [
    "replace: groups",
    [{ source_labels: ["zone"], regex: "(\\w+)-(?P<side>\\w+)-\\d", target_label: "region", replacement: "${side}.$1" }],
    zone,
    { ...zone, region: "west.eu" },
  ],
  [
    "replace: several sources joined by the separator",
    [{ source_labels: ["app", "zone"], target_label: "x" }],
    zone,
    { ...zone, x: "shop;eu-west-3" },
  ],
  [
    "replace: another separator",
    [{ source_labels: ["app", "zone"], separator: "", target_label: "x" }],
    zone,
    { ...zone, x: "shopeu-west-3" },
  ],
  ["replace: a source that isn't there is empty", [{ source_labels: ["no", "app"], target_label: "x" }], zone, { ...zone, x: ";shop" }],
  [
    "replace: without a match nothing happens",
    [{ source_labels: ["zone"], regex: "us-.*", target_label: "zone", replacement: "x" }],
    zone,
    zone,
  ],
  [
    "replace: the match is of the whole source",
    [{ source_labels: ["zone"], regex: "west", target_label: "zone", replacement: "x" }],
    zone,
    zone,
  ],
  [
    "replace: the dot matches line breaks",
    [{ source_labels: ["a"], regex: "x.y", target_label: "a", replacement: "z" }],
    { a: "x\ny" },
    { a: "z" },
  ],
  [
    "replace: an empty result deletes",
    [{ source_labels: ["zone"], regex: "eu-.*", target_label: "app", replacement: "" }],
    zone,
    { zone: "eu-west-3" },
  ],
  [
    "replace: a group that took no part is empty",
    [{ source_labels: ["zone"], regex: "eu-(north)?.*", target_label: "app", replacement: "$1" }],
    zone,
    { zone: "eu-west-3" },
  ],
  [
    "replace: groups in the target",
    [{ source_labels: ["app", "zone"], regex: "(.*);(.*)", target_label: "is_$1", replacement: "$2" }],
    zone,
    { ...zone, is_shop: "eu-west-3" },
  ],
  [
    "replace: a longer name of a group is not the group",
    [{ source_labels: ["app"], regex: "(.*)", target_label: "x", replacement: "$1x-${1}x" }],
    zone,
    { ...zone, x: "-shopx" },
  ],
  ["replace: two dollars are one", [{ source_labels: ["app"], target_label: "price", replacement: "$$1" }], zone, { ...zone, price: "$1" }],
  [
    "replace: a target that becomes empty is passed over",
    [{ source_labels: ["app"], regex: "(x)?.*", target_label: "$1", replacement: "v" }],
    zone,
    zone,
  ],
  [
    "replace: a target that becomes no legacy name is passed over",
    [{ source_labels: ["zone"], target_label: "$1", replacement: "v" }],
    zone,
    zone,
    "legacy",
  ],
  [
    "replace: where UTF-8 names are allowed it is set",
    [{ source_labels: ["zone"], target_label: "$1", replacement: "v" }],
    zone,
    { ...zone, "eu-west-3": "v" },
  ],
  ["replace: a fixed value needs no source", [{ target_label: "env", replacement: "prod" }], zone, { ...zone, env: "prod" }],
  ["replace: a fixed empty value deletes", [{ target_label: "app", replacement: "" }], zone, { zone: "eu-west-3" }],
  [
    "replace: a fixed value for a source that is empty",
    [{ source_labels: ["no"], target_label: "env", replacement: "prod" }],
    zone,
    { ...zone, env: "prod" },
  ],
  [
    "replace: an empty source and a regex of its own",
    [{ source_labels: ["no"], regex: ".+", target_label: "env", replacement: "prod" }],
    zone,
    zone,
  ],
  [
    "replace: a fixed target is not looked at again when the source is empty",
    [{ source_labels: ["no"], target_label: "a-b", replacement: "v" }],
    zone,
    { ...zone, "a-b": "v" },
    "legacy",
  ],
  [
    "replace: a target that an empty source leaves without a name",
    [{ source_labels: ["no"], target_label: "$1", replacement: "v" }],
    zone,
    zone,
  ],
  ["replace: it is when the source is not", [{ source_labels: ["app"], target_label: "a-b", replacement: "v" }], zone, zone, "legacy"],

  ["keep: a match", [{ source_labels: ["app"], regex: "shop|cart", action: "keep" }], zone, zone],
  ["keep: no match", [{ source_labels: ["app"], regex: "sho", action: "keep" }], zone, undefined],
  ["drop: a match", [{ source_labels: ["app", "zone"], regex: "shop;eu.*", action: "drop" }], zone, undefined],
  ["drop: no match", [{ source_labels: ["app"], regex: "hop", action: "drop" }], zone, zone],
  ["drop: a label that isn't there matches as empty", [{ source_labels: ["no"], regex: "", action: "drop" }], zone, undefined],

  ["keepequal: the same", [{ source_labels: ["a"], target_label: "b", action: "keepequal" }], { a: "1", b: "1" }, { a: "1", b: "1" }],
  ["keepequal: another", [{ source_labels: ["a"], target_label: "b", action: "keepequal" }], { a: "1", b: "2" }, undefined],
  ["keepequal: both absent", [{ source_labels: ["a"], target_label: "b", action: "keepequal" }], zone, zone],
  [
    "keepequal: several sources are joined",
    [{ source_labels: ["a", "b"], target_label: "c", action: "keepequal" }],
    { a: "1", b: "2", c: "1;2" },
    { a: "1", b: "2", c: "1;2" },
  ],
  ["dropequal: the same", [{ source_labels: ["a"], target_label: "b", action: "dropequal" }], { a: "1", b: "1" }, undefined],
  ["dropequal: another", [{ source_labels: ["a"], target_label: "b", action: "dropequal" }], { a: "1", b: "2" }, { a: "1", b: "2" }],
  ["dropequal: both absent", [{ source_labels: ["a"], target_label: "b", action: "dropequal" }], zone, undefined],

  [
    "hashmod: the last eight bytes of the MD5 sum",
    [{ source_labels: ["a"], target_label: "h", modulus: 1000, action: "hashmod" }],
    { a: "foo" },
    { a: "foo", h: "696" },
  ],
  [
    "hashmod: of nothing",
    [{ source_labels: ["no"], target_label: "h", modulus: 8, action: "hashmod" }],
    { a: "foo" },
    { a: "foo", h: "6" },
  ],
  [
    "hashmod: of joined sources",
    [{ source_labels: ["a", "b"], target_label: "h", modulus: 10, action: "hashmod" }],
    { a: "a", b: "b" },
    { a: "a", b: "b", h: "4" },
  ],
  [
    "hashmod: of UTF-8 bytes",
    [{ source_labels: ["a"], target_label: "h", modulus: 7, action: "hashmod" }],
    { a: "nöde" },
    { a: "nöde", h: "2" },
  ],
  [
    "hashmod: without loss of digits",
    [{ source_labels: ["a"], target_label: "h", modulus: 2 ** 53 - 1, action: "hashmod" }],
    { a: "x" },
    { a: "x", h: "2346693179502420" },
  ],

  [
    "labelmap: copies under the new name",
    [{ regex: "meta_(.+)", action: "labelmap" }],
    { meta_app: "a", meta_zone: "z", x: "1" },
    { meta_app: "a", meta_zone: "z", x: "1", app: "a", zone: "z" },
  ],
  ["labelmap: overwrites", [{ regex: "meta_(.+)", action: "labelmap" }], { meta_app: "a", app: "old" }, { meta_app: "a", app: "a" }],
  [
    "labelmap: with a replacement",
    [{ regex: "meta_(app|zone)", replacement: "of_${1}_", action: "labelmap" }],
    { meta_app: "a" },
    { meta_app: "a", of_app_: "a" },
  ],
  ["labelmap: does not map what it made", [{ regex: "(a+)", replacement: "a$1", action: "labelmap" }], { a: "1" }, { a: "1", aa: "1" }],
  [
    "labelmap: maps values from before the rule",
    [{ regex: "(.)(.)", replacement: "$2$1", action: "labelmap" }],
    { ab: "1", ba: "2" },
    { ab: "2", ba: "1" },
  ],
  [
    "labelmap: a name that becomes empty is passed over",
    [{ regex: "a(x?)", replacement: "$1", action: "labelmap" }],
    { a: "1" },
    { a: "1" },
  ],
  ["labeldrop: by name", [{ regex: "(tmp|meta)_.*", action: "labeldrop" }], { tmp_a: "1", meta_b: "2", c: "3" }, { c: "3" }],
  ["labelkeep: by name", [{ regex: "c|tmp_.*", action: "labelkeep" }], { tmp_a: "1", meta_b: "2", c: "3" }, { tmp_a: "1", c: "3" }],
  ["labelkeep: nothing is left, and the set is kept", [{ regex: "none", action: "labelkeep" }], zone, {}],

  [
    "lowercase: to another label",
    [{ source_labels: ["a"], target_label: "b", action: "lowercase" }],
    { a: "ÀB1ΟΔΟΣ" },
    { a: "ÀB1ΟΔΟΣ", b: "àb1οδοσ" },
  ],
  ["uppercase: a sharp s stays", [{ source_labels: ["a"], target_label: "a", action: "uppercase" }], { a: "straßeé" }, { a: "STRAßEÉ" }],
  [
    "lowercase: joined sources",
    [{ source_labels: ["a", "b"], target_label: "c", action: "lowercase" }],
    { a: "A", b: "B" },
    { a: "A", b: "B", c: "a;b" },
  ],
  ["uppercase: nothing deletes", [{ source_labels: ["no"], target_label: "a", action: "uppercase" }], { a: "x", b: "y" }, { b: "y" }],

  [
    "a rule sees what those before it did",
    [
      { source_labels: ["app"], target_label: "x", replacement: "${1}s" },
      { source_labels: ["x"], regex: "shops", action: "keep" },
      { regex: "app", action: "labeldrop" },
    ],
    zone,
    { zone: "eu-west-3", x: "shops" },
  ],
  [
    "after a drop no rule is asked",
    [
      { source_labels: ["app"], regex: "shop", action: "drop" },
      { target_label: "x", replacement: "1" },
    ],
    zone,
    undefined,
  ],
  [
    "names of Object's own are ordinary",
    [{ source_labels: ["__proto__"], target_label: "constructor" }],
    JSON.parse('{"__proto__":"x"}') as Record<string, string>,
    JSON.parse('{"__proto__":"x","constructor":"x"}') as Record<string, string>,
  ],
]);

test("the steps show what comes out of each rule; behind a drop nothing does", () => {
  const rules = [
    ruleOf({ target_label: "x", replacement: "1" }),
    ruleOf({ source_labels: ["x"], regex: "1", action: "drop" }),
    ruleOf({ target_label: "y", replacement: "2" }),
  ];
  expect(relabelSteps(labelsOf({ a: "1" }), rules)).toEqual([
    { rule: rules[0], output: ["a", "1", "x", "1"], keep: true },
    { rule: rules[1], output: [], keep: false },
    { rule: rules[2], output: [], keep: false },
  ]);
});
