import { expect, test } from "@jest/globals";
import { inspect } from "node:util";
import fc from "fast-check";
import {
  booleanField,
  bytesField,
  deprecatedField,
  described,
  durationField,
  enumField,
  flowList,
  formatConfigErrors,
  integerField,
  jsonSchema,
  keepEmpty,
  listField,
  mapField,
  mappingField,
  numberField,
  omitEmpty,
  printConfig,
  printField,
  readConfig,
  readField,
  secret,
  secretField,
  secretUrlField,
  stringField,
  urlField,
  type Field,
} from "../src/index.ts";

/** What a field makes of a text, or what is wrong with it. */
function read<T>(field: Field<T>, text: string): T | string {
  const result = readConfig({ x: field }, `x: ${text}`, "f");
  return result.ok ? result.value.x : result.errors.map(({ reason }) => reason).join("; ");
}

test.each([
  { text: "5", want: 5 },
  { text: "1e3", want: 1000 },
  { text: "5.0", want: 5 },
  { text: "-0", want: 0 },
  { text: "5.5", want: 5 },
  { text: ".inf", want: 'cannot unmarshal ".inf" into an integer' },
  { text: "'5'", want: 'cannot unmarshal "5" into an integer' },
  { text: "9007199254740993", want: 9_007_199_254_740_992 },
  { text: "9223372036854775807", want: 2 ** 63 },
  { text: "-0x8000000000000000", want: -(2 ** 63) },
  { text: "0x7fffffffffffffff", want: 2 ** 63 },
  { text: "9223372036854775808", want: 'cannot unmarshal "9223372036854775808" into an integer' },
  { text: "0x8000000000000000", want: 'cannot unmarshal "0x8000000000000000" into an integer' },
  { text: "1e19", want: 'cannot unmarshal "1e19" into an integer' },
  { text: ".inf", want: 'cannot unmarshal ".inf" into an integer' },
  { text: "yes", want: 'cannot unmarshal "yes" into an integer' },
  { text: "{}", want: "cannot unmarshal a mapping into an integer" },
])("$text as an integer is $want", ({ text, want }) => {
  expect(read(integerField(1), text)).toBe(want);
});

test("an integer with a fraction loses it, as with Go, but not without a word", () => {
  const result = readConfig({ x: integerField(1) }, "x: 5.5", "f");
  expect(result.ok && formatConfigErrors(result.warnings)).toBe('f:1:4: x: a whole number belongs here: "5.5" counts as 5');
});

test.each([
  { text: "5", want: 5 },
  { text: ".inf", want: Infinity },
  { text: "0x10", want: 16 },
  { text: "1_000.5", want: 1000.5 },
  { text: "abc", want: 'cannot unmarshal "abc" into a number' },
])("$text as a number is $want", ({ text, want }) => {
  expect(read(numberField(1), text)).toBe(want);
});

test("NaN lies within no range", () => {
  expect(read(numberField(1, { min: 0 }), ".nan")).toBe("the number must not be NaN");
});

test.each([
  { text: "15MB", want: 15 << 20, printed: "15MiB" },
  { text: "1.5KiB", want: 1536, printed: "1KiB512B" },
  { text: "1GiB512MiB", want: 1.5 * 2 ** 30, printed: "1GiB512MiB" },
  { text: "7B", want: 7, printed: "7B" },
  { text: "0", want: 0, printed: undefined },
  { text: "15", want: '"15" is not a size such as 15MB', printed: undefined },
  { text: "15mb", want: '"15mb" is not a size such as 15MB', printed: undefined },
  { text: "9EB", want: '"9EB" is larger than any size', printed: undefined },
])("$text as a size is $want, printed as $printed", ({ text, want, printed }) => {
  const bytes = read(bytesField(0), text);
  expect(bytes).toBe(want);
  if (typeof bytes === "number") expect(bytesField(0).print(bytes)).toBe(printed);
});

test.each([
  { text: "http://a:9090/x?y=z", want: "http://a:9090/x?y=z" },
  { text: "HTTPS://[::1]:1/", want: "HTTPS://[::1]:1/" },
  { text: "''", want: undefined },
  { text: "ftp://a", want: 'unsupported scheme "ftp" for URL' },
  { text: "a/b", want: 'unsupported scheme "" for URL' },
  { text: "http:a", want: "missing host for URL" },
  { text: "http:///a", want: "missing host for URL" },
  { text: "http://u:p@/a", want: "missing host for URL" },
  { text: "http://web.1:9090/", want: "http://web.1:9090/" },
  { text: "http://a:99999/", want: "http://a:99999/" },
  { text: "http://[::1%25eth0]/", want: "http://[::1%25eth0]/" },
  { text: "http://xn--a/", want: "http://xn--a/" },
  { text: "http://u:p@a/%zz", want: 'parse "http://u:xxxxx@a/%zz": invalid URL escape "%zz"' },
])("$text as a URL is $want", ({ text, want }) => {
  expect(read(urlField(), text)).toBe(want);
});

test("a password in a URL is masked when it is printed", () => {
  expect(printConfig({ u: urlField() }, { u: "http://joe:p@ss@a/x@y:z" })).toBe("u: http://joe:xxxxx@a/x@y:z\n");
});

test("a URL that is a secret shows nowhere, not even when it is wrong, and what was printed is taken back", () => {
  const shape = { u: secretUrlField() };
  const result = readConfig(shape, "u: https://hooks.example/T0K3N", "f");
  expect(result.ok && printConfig(shape, result.value)).toBe("u: <secret>\n");
  expect(readConfig(shape, "u: <secret>", "f").ok).toBe(true);
  expect(read(secretUrlField(), "https://h:1x/T0K3N")).toBe("the text is not a URL");
});

test("a secret shows in no way of printing", () => {
  const value = { password: secret("hunter2") };
  expect(`${inspect(value)} ${String(value.password)} ${JSON.stringify({ ...value })}`).not.toContain("hunter2");
});

test("an empty secret is none", () => {
  expect(read(secretField(), "''")).toBeUndefined();
});

test.each([
  {
    why: "booleans, numbers and durations are printed",
    field: mappingField({ b: booleanField(false), c: integerField(0), d: durationField(0) }),
    want: "b: false\nc: 0\nd: 0s\n",
  },
  {
    why: "unless they are to be omitted",
    field: mappingField({ b: omitEmpty(booleanField(false)), n: omitEmpty(integerField(0)), d: omitEmpty(durationField(0)) }),
    want: "{}\n",
  },
  {
    why: "texts, lists and maps are omitted",
    field: mappingField({ s: stringField(), l: listField(stringField()), m: mapField(stringField()) }),
    want: "{}\n",
  },
  {
    why: "unless they are to be kept",
    field: mappingField({ s: keepEmpty(stringField(), ""), l: keepEmpty(listField(stringField()), []) }),
    want: 's: ""\nl: []\n',
  },
  { why: "an empty section is printed", field: mappingField({ x: mappingField({ s: stringField() }) }), want: "x: {}\n" },
  { why: "unless it is to be omitted", field: mappingField({ x: omitEmpty(mappingField({ s: stringField() })) }), want: "{}\n" },
])("$why", ({ field, want }) => {
  const result = readField(field as Field<unknown>, "", "f");
  expect(result.ok && printField(field as Field<unknown>, result.value)).toBe(want);
});

test("texts print so that Go reads them as texts, maps sorted", () => {
  const shape = { l: listField(stringField()), m: mapField(stringField()) };
  const l = ["yes", "", "5", "1:30", "2001-01-01", "~", "a: b", "plain", "a\nb\n"];
  expect(
    printConfig(shape, {
      l,
      m: new Map([
        ["b10", "x"],
        ["b9", "n"],
        ["__proto__", "p"],
      ]),
    }),
  ).toBe(
    'l:\n- "yes"\n- ""\n- "5"\n- "1:30"\n- "2001-01-01"\n- "~"\n- \'a: b\'\n- plain\n- |\n  a\n  b\nm:\n  __proto__: p\n  b9: "n"\n  b10: x\n',
  );
});

test("a section may have defaults of its own", () => {
  const section = mappingField({ every: durationField(60_000), name: stringField("a") }, { defaults: { every: 5000 } });
  expect(read(section, "{}")).toEqual({ every: 5000, name: "a" });
  expect(read(section, "{every: 1s}")).toEqual({ every: 1000, name: "a" });
  expect(read(section, "{every: }")).toEqual({ every: 5000, name: "a" });
});

test("a section may check its fields together", () => {
  const section = mappingField(
    { low: integerField(0), high: integerField(1) },
    { check: ({ low, high }, report) => low > high && report("low", "too high") },
  );
  expect(read(section, "{low: 2}")).toBe("too high");
});

test("a deprecated field is read, with a warning", () => {
  const result = readConfig({ old: deprecatedField(stringField(), 'use "new" instead'), other: stringField() }, "\nold: x", "f");
  expect(result.ok && formatConfigErrors(result.warnings)).toBe('f:2:6: old: the field is deprecated: use "new" instead');
  expect(result.ok && result.value.old).toBe("x");
});

test("descriptions and titles are in the schema", () => {
  const schema = jsonSchema({ x: described(enumField(["a", "b"], "a"), "What x is.") }, "Things");
  expect(schema).toMatchObject({ title: "Things", properties: { x: { enum: ["a", "b", null], description: "What x is." } } });
});

test.each([
  { text: "a b", want: "a b" },
  { text: ",", want: "','" },
  { text: "a: b", want: "'a: b'" },
  { text: "it's", want: "it's" },
  { text: "'it's'", want: "'''it''s'''" },
  { text: "- a", want: "'- a'" },
  { text: "-a", want: "-a" },
  { text: "--- a", want: "'--- a'" },
  { text: " a", want: "' a'" },
  { text: "5", want: '"5"' },
  { text: "yes", want: '"yes"' },
  { text: "1:30", want: '"1:30"' },
  { text: "2001-01-01 10:00:00", want: '"2001-01-01 10:00:00"' },
  { text: "a\tb", want: '"a\\tb"' },
  { text: "a\nb\n", want: "|\n  a\n  b" },
])("$text is printed as $want, as Go's yaml package does", ({ text, want }) => {
  expect(printConfig({ x: stringField() }, { x: text })).toBe(`x: ${want}\n`);
});

test("a list may stand on one line", () => {
  const shape = { l: flowList(listField(stringField())), empty: flowList(listField(stringField())) };
  expect(printConfig(shape, { l: ["a", "b,c", "5"], empty: [] })).toBe('l: [a, "b,c", "5"]\n');
});

test("any text that is printed is read again as the same, as a value, a key and an item", () => {
  const shape = { x: stringField(), l: listField(keepEmpty(stringField(), "")), m: mapField(keepEmpty(stringField(), "")) };
  const yamlish = fc.string({ unit: fc.constantFrom(..."ab -:?#,[]{}'\"\n\t0.~<") });
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: "grapheme" }), yamlish), (text) => {
      const result = readConfig(shape, printConfig(shape, { x: text, l: [text], m: new Map([[text, text]]) }), "f");
      expect(result.ok && [result.value.x, ...result.value.l, ...[...result.value.m].flat()]).toEqual([text, text, text, text]);
    }),
    { numRuns: 500, examples: [["<<"], [" \n"], ["a \nb"], ["a\t\nb"], ["\x00\n"]] },
  );
});
