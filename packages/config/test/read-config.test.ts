import { expect, test } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import {
  anyField,
  booleanField,
  bytesField,
  durationField,
  enumField,
  formatConfigErrors,
  goDurationField,
  integerField,
  jsonSchema,
  listField,
  mapField,
  mappingField,
  numberField,
  optionalField,
  pathField,
  printConfig,
  readConfig,
  regexpField,
  requiredField,
  reveal,
  secretField,
  stringField,
  unservedField,
  unservedWhere,
  urlField,
  withCheck,
} from "../src/index.ts";

const itemShape = { name: requiredField(stringField(), "missing name"), size: integerField(1, { min: 0, max: 9 }) } as const;
const shape = {
  text: stringField("as is"),
  flag: booleanField(true),
  count: integerField(3),
  ratio: numberField(0.5),
  every: durationField(60_000),
  timeout: goDurationField(1500),
  limit: bytesField(0),
  colour: enumField(["red", "green"], "red"),
  pattern: regexpField("(.*)", { anchored: true }),
  url: urlField(),
  file: pathField(),
  password: secretField(),
  items: listField(mappingField(itemShape)),
  labels: mapField(stringField()),
  extra: optionalField(mappingField(itemShape)),
  free: anyField(),
} as const;

function read(text: string): Exclude<ReturnType<typeof readConfig<typeof shape>>, { ok: false }>["value"] {
  const result = readConfig(shape, text, "/etc/x/config.yml");
  if (!result.ok) throw new Error(formatConfigErrors(result.errors));
  return result.value;
}

test.each([
  { why: "an empty document has every default", text: "", key: "every", want: 60_000 },
  { why: "an explicit null counts as absent", text: "every:", key: "every", want: 60_000 },
  { why: "YAML 1.1 says yes", text: "flag: off", key: "flag", want: false },
  { why: "a quoted word is text", text: "text: 'yes'", key: "text", want: "yes" },
  { why: "a number in a text field keeps its characters", text: "text: 0012.50", key: "text", want: "0012.50" },
  { why: "a boolean in a text field keeps its characters", text: "text: True", key: "text", want: "True" },
  { why: "a leading zero makes an octal number", text: "count: 017", key: "count", want: 15 },
  { why: "hexadecimal with underscores", text: "count: 0x1_0", key: "count", want: 16 },
  { why: "durations in Prometheus' dialect", text: "every: 1h30m", key: "every", want: 5_400_000 },
  { why: "durations in Go's dialect", text: "timeout: 1.5s", key: "timeout", want: 1500 },
  { why: "sizes in powers of 1024", text: "limit: 15MB", key: "limit", want: 15 * 1024 * 1024 },
  { why: "relative paths are seen from the file", text: "file: rules/a.yml", key: "file", want: "/etc/x/rules/a.yml" },
  { why: "absolute paths stay", text: "file: /a.yml", key: "file", want: "/a.yml" },
  { why: "only the first document counts", text: "count: 1\n---\ncount: 2", key: "count", want: 1 },
  { why: "a marker before the first document is no second one", text: "# hello\n---\ncount: 2", key: "count", want: 2 },
  { why: "an alias stands for what it names", text: "text: &a hello\nfree: *a", key: "free", want: "hello" },
  { why: "free sections are plain data", text: "free: {a: [1, true, x]}", key: "free", want: { a: [1, true, "x"] } },
])("$why", ({ text, key, want }) => {
  expect(read(text)[key as "text"]).toEqual(want);
});

test("merged keys stand behind the mapping's own", () => {
  const { items } = read("free: &base {name: base, size: 7}\nitems:\n  - <<: *base\n    name: own");
  expect(items).toEqual([{ name: "own", size: 7 }]);
});

test("a label may be called like a member of Object", () => {
  expect([...read("labels: {__proto__: a, constructor: b}").labels]).toEqual([
    ["__proto__", "a"],
    ["constructor", "b"],
  ]);
});

test.each([
  {
    why: "an unknown key, with what was meant",
    text: "evry: 5m",
    want: "config.yml:1:1: evry: field evry not found (did you mean every?)",
  },
  {
    why: "an unknown key in a list",
    text: "items:\n  - name: a\n    sise: 3",
    want: "config.yml:3:5: items[0].sise: field sise not found (did you mean size?)",
  },
  { why: "a key that stands twice", text: "count: 1\ncount: 2", want: 'config.yml:2:1: count: key "count" already set in map' },
  { why: "a field that must be there", text: "items:\n  - size: 2", want: "config.yml:2:5: items[0].name: missing name" },
  { why: "a word that is no duration", text: "every: soon", want: 'config.yml:1:8: every: not a valid duration string: "soon"' },
  {
    why: "a number that is out of range",
    text: "items: [{name: a, size: 10}]",
    want: "config.yml:1:25: items[0].size: 10 is too large: the most is 9",
  },
  { why: "a list where a text belongs", text: "text: [a]", want: "config.yml:1:7: text: cannot unmarshal a list into a string" },
  { why: "a text where a section belongs", text: "extra: hello", want: "config.yml:1:8: extra: cannot unmarshal a scalar into a section" },
  {
    why: "a word that isn't one of those known",
    text: "colour: blue",
    want: 'config.yml:1:9: colour: unknown value "blue"; there are red, green',
  },
  { why: "a scheme that isn't of the web", text: "url: ftp://x", want: 'config.yml:1:6: url: unsupported scheme "ftp" for URL' },
  { why: "a regular expression that RE2 refuses", text: "pattern: (a", want: "config.yml:1:10: pattern: " },
  { why: "broken YAML", text: "a: [", want: "config.yml:1:" },
])("$why is told with its place", ({ text, want }) => {
  expect(() => read(text)).toThrow(`/etc/x/${want}`);
});

test("all mistakes are told at once, in the order of the file", () => {
  const result = readConfig(shape, "every: x\nnope: 1\ncount: y", "f");
  expect(result.ok ? [] : result.errors.map(({ line, path }) => `${line} ${path}`)).toEqual(["1 every", "2 nope", "3 count"]);
});

test("a check is asked about a sound value only, and can point to a key", () => {
  const checked = {
    pair: withCheck(
      mappingField({ low: integerField(0), high: integerField(1) }),
      ({ low, high }, report) => low > high && report("low", "low is above high"),
    ),
  };
  const errors = (text: string): string => {
    const result = readConfig(checked, text, "f");
    return result.ok ? "" : formatConfigErrors(result.errors);
  };
  expect(errors("pair: {low: 1, high: 2}")).toBe("");
  expect(errors("pair: {high: 0, low: 1}")).toBe("f:1:22: pair.low: low is above high");
  expect(errors("pair: {low: 5, high: x}")).toBe('f:1:22: pair.high: cannot unmarshal "x" into an integer');
});

const jobs = mappingField(
  { interval: durationField(0), items: listField(mappingField(itemShape)), other: integerField(0) },
  {
    checks: [
      {
        of: ["items"],
        check: ({ items }, report) => items.forEach(({ name }, i) => name === items[i - 1]?.name && report("items", `two items ${name}`)),
      },
      { of: ["interval"], check: ({ interval }, report) => interval < 0 && report("interval", "BUG: a broken interval is looked at") },
    ],
  },
);
test.each([
  { why: "is told beside a mistake in another field", text: "items: [{name: a}, {name: a}]\nother: x", want: ["items", "other"] },
  {
    why: "is told beside a mistake in another item",
    text: "items: [{name: a}, {name: a}, {name: b, size: x}]",
    want: ["items", "items[2].size"],
  },
  { why: "is not looked for in a list that is none", text: "items: 5", want: ["items"] },
  { why: "is not looked for in a broken field", text: "interval: x", want: ["interval"] },
])("what a check of some fields finds $why", ({ text, want }) => {
  const result = readConfig({ jobs }, `jobs: {${text.replace("\n", ", ")}}`, "f");
  expect(result.ok ? [] : result.errors.map(({ path }) => path)).toEqual(want.map((path) => `jobs.${path}`));
});

test("a key that stands twice is told once, whatever a check finds beside it", () => {
  const section = mappingField(itemShape, { checks: [{ of: ["name"], check: (_, report) => report("name", "always wrong") }] });
  const result = readConfig({ section }, "section: {name: a, size: 1, size: 2}", "f");
  expect(result.ok ? [] : result.errors.map(({ reason }) => reason)).toEqual(["always wrong", 'key "size" already set in map']);
});

test("a check is not asked about a section whose mistakes are too many to be told", () => {
  const bad = mappingField(shape, { check: ({ every }) => expect(every).toBeGreaterThanOrEqual(0) });
  const unknown = Array.from({ length: 200 }, (_, i) => `unknown${i}: v`).join("\n");
  expect(readConfig({ first: mapField(integerField(0)), bad }, `first: {${unknown.replaceAll("\n", ", ")}}\nbad: {every: x}`, "f").ok).toBe(
    false,
  );
});

test.each([
  { why: "a section", text: "consul: {server: a}", want: ["f:1:9: consul: discovery by consul is not supported yet"] },
  { why: "a value of many", text: "mode: fast", want: ["f:1:7: mode: fast mode is not supported yet"] },
  { why: "neither, as nothing stands there", text: "consul:", want: [] },
  { why: "neither, as the value is one that is served", text: "mode: slow", want: [] },
])("what is not served yet is read and told: $why", ({ text, want }) => {
  const partly = {
    consul: unservedField(optionalField(mappingField({ server: stringField() })), "discovery by consul"),
    mode: unservedWhere(stringField(), (mode) => mode === "fast", "fast mode"),
  };
  const result = readConfig(partly, text, "f");
  expect(result.ok ? result.unserved.map((one) => formatConfigErrors([one])) : result.errors).toEqual(want);
});

test("a section that is not served is read by its shape all the same", () => {
  const result = readConfig({ consul: unservedField(mappingField({ server: stringField() }), "consul") }, "consul: {sever: a}", "f");
  expect(result.ok ? [] : result.errors.map(({ reason }) => reason)).toEqual(["field sever not found (did you mean server?)"]);
});

test("a secret shows nowhere, and is there for who asks", () => {
  const value = read("password: hunter2");
  expect(`${value.password} ${JSON.stringify(value)} ${printConfig(shape, value)}`).not.toContain("hunter2");
  expect(printConfig(shape, value)).toContain("password: <secret>");
  expect(value.password === undefined ? "" : reveal(value.password)).toBe("hunter2");
});

test("what is printed reads back as the same", () => {
  const text = "every: 90s\nitems:\n  - name: a\n    size: 2\nlabels: {__proto__: x}\nlimit: 2MB";
  const once = read(text);
  expect(printConfig(shape, read(printConfig(shape, once)))).toBe(printConfig(shape, once));
});

test.each([
  {
    why: "an alias bomb",
    text: `a0: &a0 [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join()}]`).join("\n")}\nfree: *a12`,
  },
  { why: "a hundred thousand brackets", text: `free: ${"[".repeat(100_000)}` },
  { why: "a hundred thousand closed brackets", text: `free: ${"[".repeat(100_000)}${"]".repeat(100_000)}` },
])("$why is refused with a message", ({ text }) => {
  expect(readConfig({ free: anyField() }, text, "f").ok).toBe(false);
});

test("any text either reads or has mistakes", () => {
  const yamlish = fc.array(
    fc.constantFrom(
      "text",
      "items",
      ": ",
      "- ",
      "\n",
      "  ",
      "&a ",
      "*a",
      "<<",
      "[",
      "]",
      "{",
      "}",
      ",",
      "'",
      '"',
      "x",
      "5m",
      "|",
      ">",
      "---",
      "#",
      "!",
      "?",
    ),
    { maxLength: 25 },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        yamlish.map((parts) => parts.join("")),
      ),
      (text) => {
        const result = readConfig(shape, text, "f");
        expect(result.ok || result.errors.length > 0).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});

test("the JSON Schema takes what the decoder takes, and refuses an unknown key", () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const validate = ajv.compile(jsonSchema(shape, "test"));
  expect(validate({ text: 5, flag: false, every: "5m", items: [{ name: "a" }], labels: { a: "b" }, free: { any: 1 }, extra: null })).toBe(
    true,
  );
  expect(validate({ evry: "5m" })).toBe(false);
  expect(validate({ every: "soon" })).toBe(false);
});
