import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { anyField, formatConfigErrors, listField, mapField, readConfig, stringField } from "../src/index.ts";

/** Any character but half of a surrogate pair: the unit "binary" of fast-check, without the table of a million that it makes first. */
const character = fc
  .integer({ min: 0, max: 0x10ffff })
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code));

const shape = { s: stringField(), l: listField(stringField()), m: mapField(stringField()), f: anyField() } as const;

function outcome(text: string): unknown {
  const result = readConfig(shape, text, "f");
  return result.ok ? { ...result.value, m: Object.fromEntries(result.value.m) } : formatConfigErrors(result.errors);
}

const nothing = { s: "", l: [], m: {}, f: null };

test.each<{ readonly why: string; readonly text: string; readonly want: object }>([
  { why: "an alias as a value", text: "s: &a x\nf: *a", want: { s: "x", f: "x" } },
  { why: "an alias as a key", text: "s: &l x\nf: {*l : 1}", want: { s: "x", f: { x: 1 } } },
  { why: "an anchor that is set anew", text: "l: [&a x, *a, &a y, *a]", want: { l: ["x", "x", "y", "y"] } },
  { why: "an alias to nothing", text: "l: [&a , x, *a]", want: { l: ["", "x", ""] } },
  {
    why: "merged mappings",
    text: "m:\n  <<: [{a: x}, {b: y, c: y}]\n  d: own",
    want: { m: { a: "x", b: "y", c: "y", d: "own" } },
  },
  { why: "a merge within a merge", text: "f: &a {x: 1}\nm: {<<: {<<: *a, y: 2}}", want: { f: { x: 1 }, m: { y: "2", x: "1" } } },
  { why: "of merged sections, the first that has a key gives it", text: "<<: [{s: x}, {s: y, l: [z]}]", want: { s: "x", l: ["z"] } },
  { why: "a section's own key behind what it merges", text: "<<: {s: x}\ns: own", want: { s: "own" } },
  { why: "a section's own key before what it merges", text: "s: own\n<<: {s: x}", want: { s: "x" } },
  { why: "two merges in a section", text: "<<: {s: x}\n<<: {s: y}", want: { s: "y" } },
  { why: "a merge by its tag", text: "m: {!!merge <<: {a: x}}", want: { m: { a: "x" } } },
  { why: "null as a key is the empty one", text: "m: {~: x, 'null': y}", want: { m: { "": "x", null: "y" } } },
  {
    why: "a number that a double can't hold is text",
    text: "f: [1e400, 0x10000000000000000, 0xffffffffffffffff]",
    want: { f: ["1e400", "0x10000000000000000", 2 ** 64] },
  },
  {
    why: "what looks like an escape",
    text: 's: "\\\\/"\nf: ["\\\\uD800", \'"\\/"\', a "\\/"]',
    want: { s: "\\/", f: ["\\uD800", '"\\/"', 'a "\\/"'] },
  },
  { why: "a tag that says text", text: "f: [!!str 5, !!int '5', !!binary aGVsbG8=, !other x]", want: { f: ["5", 5, "hello", "x"] } },
  { why: "quotes make texts of words", text: "f: ['yes', \"5\", '~', yes, 5, ~]", want: { f: ["yes", "5", "~", true, 5, null] } },
  { why: "blocks", text: "s: |\n  a\n  b\nf: >\n  a\n  b\n", want: { s: "a\nb\n", f: "a b\n" } },
  { why: "a text over several lines", text: "s: a\n  b", want: { s: "a b" } },
  { why: "a byte order mark and CRLF", text: "\uFEFFs: a\r\nl:\r\n- b\r\n", want: { s: "a", l: ["b"] } },
  { why: "a directive", text: "%YAML 1.1\n---\ns: a", want: { s: "a" } },
  { why: "what follows the end of the document", text: "s: a\n---\n[broken", want: { s: "a" } },
  { why: "what no document may begin with, after the end of the document", text: "s: a\n...\n]", want: { s: "a" } },
  { why: "an empty first document", text: "---\n---\ns: a", want: {} },
  { why: "a list in brackets whose lines aren't indented", text: "l: [\n'a',\n'b'\n]", want: { l: ["a", "b"] } },
  { why: "brackets that close at the column of their key", text: "f:\n- l: [\n    a\n]\n- b", want: { f: [{ l: ["a"] }, "b"] } },
  {
    why: "a section in braces at the column of its key",
    text: "f:\n  k: {a: b,\n  c: d}\n  l: [\n  e\n  ]",
    want: { f: { k: { a: "b", c: "d" }, l: ["e"] } },
  },
  {
    why: "quoted texts whose lines aren't indented",
    text: "s: \"foo\nbar\"\nl:\n- 'a\n\nb'\n- c",
    want: { s: "foo bar", l: ["a\nb", "c"] },
  },
  { why: "a comment at a quote", text: "s: 'x'#c\nl: [a\n# c\n]\nm: {a: b\n# c\n}", want: { s: "x", l: ["a"], m: { a: "b" } } },
  {
    why: "keys called like members of Object",
    text: "f: {__proto__: {a: 1}, toString: 2}",
    want: { f: { ["__proto__"]: { a: 1 }, toString: 2 } },
  },
])("$why", ({ text, want }) => {
  expect(outcome(text)).toEqual({ ...nothing, ...want });
});

test("a key `__proto__` of a free section changes no prototype", () => {
  const { f } = outcome("f: {__proto__: {a: 1}}") as { readonly f: object };
  expect(Object.keys(f)).toEqual(["__proto__"]);
  expect((f as { a?: number }).a).toBeUndefined();
});

test.each([
  { text: "s: *x", want: "f:1:4: yaml: unknown anchor 'x' referenced" },
  { text: "l: [*a]\ns: &a x", want: "f:1:5: yaml: unknown anchor 'a' referenced" },
  { text: "f: &a [*a]", want: "f:1:8: yaml: anchor 'a' value contains itself" },
  { text: "f: &a {b: {c: *a}}", want: "f:1:15: yaml: anchor 'a' value contains itself" },
  { text: "<<: 3", want: "f:1:5: map merge requires map or sequence of maps as the value" },
  { text: "<<: [[{}]]", want: "f:1:6: map merge requires map or sequence of maps as the value" },
  { text: "? [a]\n: 1", want: "f:1:3: a key must be a text" },
  { text: "f: {a: 1, a: 2}", want: 'f:1:11: f.a: key "a" already set in map' },
  { text: "m: {<<: {a: 1}, a: 2}", want: 'f:1:17: m.a: key "a" already set in map' },
  { text: "m: {a: 1, <<: {a: 2}}", want: 'f:1:16: m.a: key "a" already set in map' },
  { text: "m: {<<: [{a: 1}, {a: 2}]}", want: 'f:1:11: m.a: key "a" already set in map' },
  { text: "m: {<<: {a: 1}, <<: {a: 2}}", want: 'f:1:22: m.a: key "a" already set in map' },
  { text: "f: {<<: {a: 1}, a: 2}", want: 'f:1:17: f.a: key "a" already set in map' },
  { text: "m: {~: 1, null: 2}", want: 'f:1:11: m.: key "" already set in map' },
  { text: "s: !!int 1.5", want: "f:1:10: yaml: cannot decode !!float `1.5` as a !!int" },
  { text: "s: !!bool x", want: "f:1:11: yaml: cannot decode !!str `x` as a !!bool" },
  { text: "s: !!null 1", want: "f:1:11: yaml: cannot decode !!int `1` as a !!null" },
  { text: "s: !!float 0x1e\nl: [!!float yes]", want: "f:2:13: yaml: cannot decode !!bool `yes` as a !!float" },
  { text: 's: "\\/"', want: "f:1:5: yaml: found unknown escape character" },
  { text: 's: "a\\uD83D"', want: "f:1:6: yaml: found invalid Unicode character escape code" },
  { text: 's: "\\U0000d800"', want: "f:1:5: yaml: found invalid Unicode character escape code" },
  { text: "%YAML 1.2\n---\ns: a", want: "f:1:1: yaml: found incompatible YAML document" },
  { text: "# c\n%FOO\n---\ns: a", want: "f:2:1: yaml: found unknown directive name" },
  { text: "s: ]", want: 'f:1:4: yaml: Unexpected flow-seq-end token in YAML stream: "]"' },
  { text: "s: a\n]\n---\nl: [", want: 'f:2:1: yaml: Unexpected flow-seq-end token in YAML stream: "]"' },
  { text: "- a", want: "f:1:1: cannot unmarshal a list into a section" },
  { text: "f:\n  a: b\n c: d", want: "f:3:1: yaml: All mapping items must start at the same column" },
  { text: "s: 'a\nl: []", want: "f:2:6: yaml: Missing closing 'quote" },
  { text: "f: [a,\nb", want: "f:2:2: yaml: Flow sequence in block collection must be sufficiently indented and end with a ]" },
  { text: "s: \u0001", want: "f:1:4: yaml: control characters are not allowed" },
  { text: "s:\n\t- x", want: "f:2:1: yaml: Tabs are not allowed as indentation" },
])("$text is refused", ({ text, want }) => {
  expect(outcome(text)).toBe(want);
});

test.each([
  { why: "binary is text when its bytes are", text: "f: !!binary aMOp", want: { f: "hé" } },
  { why: "binary may be broken into lines", text: "f: !!binary |\n  aG\n  k=", want: { f: "hi" } },
  { why: "bytes that are no text are kept apart from any text", text: "f: !!binary gA==", want: { f: "\udc80" } },
])("$why", ({ text, want }) => {
  expect(outcome(text)).toMatchObject(want);
});

test.each([
  { why: "another letter", base64: "a-bc" },
  { why: "a group that is not whole", base64: "aGk" },
  { why: "padding within", base64: "aG==aGk=" },
  { why: "a long text that is broken at its end", base64: `${"A".repeat(8_000_000)}-AAA` },
])("binary that is none is refused: $why", ({ base64 }) => {
  expect(outcome(`f: !!binary ${base64}`)).toContain("!!binary value contains invalid base64 data");
});

test("a long binary is read", () => {
  expect(outcome(`s: !!binary ${"AAAA".repeat(2_000_000)}`)).toMatchObject({ s: "\0".repeat(6_000_000) });
});

const nested = (depth: number): string => `f: ${"[".repeat(depth)}${"]".repeat(depth)}`;
const chain = Array.from({ length: 8 }, (_, i) => `a${i + 1}: &a${i + 1} ${"[".repeat(99)}*a${i}${"]".repeat(99)}`).join("\n");
const bomb = (value: (i: number) => string): string =>
  `f:\n  a0: &a0 {x: 1, y: 2}\n${Array.from({ length: 30 }, (_, i) => `  a${i + 1}: &a${i + 1} ${value(i)}`).join("\n")}`;
const N = 50_000;
test.each([
  { why: "nesting", text: nested(501), want: "nested too deeply" },
  { why: "nesting that the parser's stack can't hold", text: nested(N), want: "nested too deeply" },
  { why: "nesting by dashes", text: `f: \n${"- ".repeat(N)}`, want: "nested too deeply" },
  { why: "nesting by keys", text: "{f: ".repeat(N), want: "nested too deeply" },
  { why: "nesting through aliases", text: `f: &a0 []\n${chain}`, want: "nested too deeply" },
  { why: "aliases that double", text: bomb((i) => `[*a${i}, *a${i}]`), want: "excessive aliasing" },
  { why: "merges that double", text: bomb((i) => `{<<: [*a${i}, *a${i}]}`), want: "excessive aliasing" },
  { why: "a long list of long aliases", text: `f: [&a [${"x,".repeat(3000)}], ${"*a,".repeat(3000)}]`, want: "excessive aliasing" },
])("$why is refused", ({ text, want }) => {
  expect(outcome(text)).toContain(want);
});

test.each([
  { why: "nesting that no configuration has, but that does no harm", text: nested(499) },
  { why: "many documents", text: "---\n".repeat(N) },
  { why: "many aliases to one small thing", text: `s: &a x\nl: [${"*a,".repeat(N)}]` },
  { why: "many keys", text: `m:\n${Array.from({ length: N }, (_, i) => `  k${i}: v`).join("\n")}` },
])("$why is read", ({ text }) => {
  expect(readConfig(shape, text, "f").ok).toBe(true);
});

test("a file full of mistakes tells the first hundred, and that there are more", () => {
  const result = readConfig(shape, Array.from({ length: 1000 }, (_, i) => `unknown${i}: v`).join("\n"), "f");
  const errors = result.ok ? [] : result.errors;
  expect(errors).toHaveLength(101);
  expect(errors[0].reason).toBe("field unknown0 not found");
  expect(errors[100].reason).toBe("there is more to tell; it is left out");
});

test.each([
  { why: "brackets", text: "]".repeat(1_000_000), want: "Unexpected flow-seq-end token" },
  { why: "tags", text: `s: ${"!a ".repeat(N)}`, want: "A node can have at most one tag" },
  { why: "tabs", text: "\t- x\n".repeat(N), want: "Tabs are not allowed as indentation" },
])("of broken YAML ($why) the first hundred mistakes are told", ({ text, want }) => {
  const result = readConfig(shape, text, "f");
  const errors = result.ok ? [] : result.errors;
  expect(errors).toHaveLength(101);
  expect(errors[0].reason).toContain(want);
  expect(errors[100].reason).toBe("there is more to tell; it is left out");
});

test("any text either reads or has mistakes with a place in the text", () => {
  const parts = [
    "s",
    "l",
    "m",
    "f",
    ": ",
    "- ",
    "\n",
    "  ",
    "&a ",
    "*a",
    "<<: ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "'",
    '"',
    "!!int ",
    "!x ",
    "| ",
    "> ",
    "---\n",
    "...",
    "#",
    "? ",
    "%",
    "~",
    "5",
    "\t",
    "\r",
    "\\",
    "\u0000",
    "é",
  ];
  const text = fc.oneof(
    fc.string({ unit: character }),
    fc.array(fc.constantFrom(...parts), { maxLength: 30 }).map((some) => some.join("")),
  );
  fc.assert(
    fc.property(text, (yaml) => {
      const result = readConfig(shape, yaml, "f");
      if (result.ok) return;
      expect(result.errors.length).toBeGreaterThan(0);
      for (const { line, column } of result.errors) expect(Math.min(line, column)).toBeGreaterThanOrEqual(1);
    }),
    { numRuns: 500 },
  );
});
