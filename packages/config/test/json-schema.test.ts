import { expect, test } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { parse } from "yaml";
import {
  anyField,
  booleanField,
  bytesField,
  deprecatedField,
  described,
  describedLike,
  durationField,
  enumField,
  fieldSchema,
  goDurationField,
  integerField,
  jsonSchema,
  keepEmpty,
  listField,
  mapField,
  mappedField,
  mappingField,
  namedField,
  numberField,
  omitEmpty,
  optionalField,
  pathField,
  printConfig,
  readConfig,
  regexpField,
  requiredField,
  secretField,
  stringField,
  unservedField,
  unservedWhere,
  urlField,
  withCheck,
  type Field,
} from "../src/index.ts";

const shape = {
  text: stringField(),
  flag: booleanField(true),
  count: integerField(3),
  ratio: numberField(0.5),
  every: durationField(60_000),
  timeout: goDurationField(1500),
  limit: bytesField(0),
  word: enumField(["red", "on", "5"], "red"),
  pattern: regexpField("(.*)", { anchored: true }),
  url: urlField(),
  file: pathField(),
  password: secretField(),
  items: listField(mappingField({ name: requiredField(stringField()), size: integerField(1, { min: 0, max: 9 }) })),
  labels: mapField(stringField()),
  extra: optionalField(mappingField({ ratio: numberField(1, { min: 0, max: 1 }) })),
  free: anyField(),
} as const;

const validate = new Ajv2020({ strict: false, strictNumbers: false, validateFormats: false }).compile(jsonSchema(shape));

test("a field's default is in the schema, but not where the field must stand there or may be absent", () => {
  const { properties } = jsonSchema({
    every: durationField(60_000),
    name: requiredField(stringField("x")),
    extra: optionalField(integerField(5)),
    section: mappingField({ size: integerField(1) }, { defaults: { size: 7 } }),
  }) as { properties: Record<string, { default?: unknown; anyOf?: readonly object[]; properties?: { size: { default: number } } }> };
  expect(properties["every"].default).toBe("1m");
  expect(properties["name"]).not.toHaveProperty("default");
  expect(properties["extra"].anyOf?.[0]).not.toHaveProperty("default");
  expect(properties["section"].properties?.size.default).toBe(7);
});

interface Route {
  readonly receiver: string;
  readonly routes: readonly Route[];
}
const routeField: Field<Route> = namedField("route", () => mappingField({ receiver: stringField(), routes: listField(routeField) }));

test("a section that holds sections of its own kind is defined once", () => {
  const schema = jsonSchema({ route: described(routeField, "The tree."), other: listField(routeField) });
  expect(schema["$defs"]).toHaveProperty("route");
  const isValid = new Ajv2020({ strict: false }).compile(schema);
  expect(isValid({ route: { receiver: "a", routes: [{ receiver: "b", routes: [{ receiver: 1 }] }] } })).toBe(true);
  expect(isValid({ route: { routes: [{ routes: [{ receivers: "x" }] }] } })).toBe(false);
  const result = readConfig({ route: routeField }, "route: {routes: [{receiver: x}]}", "f");
  expect(result.ok && printConfig({ route: routeField }, result.value)).toBe("route:\n  routes:\n  - receiver: x\n");
});

const text = described(stringField(), "Says what.");

test.each<{ why: string; field: Field<unknown> }>([
  { why: "that must be there", field: requiredField(text) },
  { why: "that may be absent", field: optionalField(text) },
  { why: "that is old", field: deprecatedField(text, "it is gone") },
  { why: "that can't be served", field: unservedField(text, "it") },
  { why: "of which some values can't be served", field: unservedWhere(text, () => false, "it") },
  { why: "that is not shown empty", field: omitEmpty(text) },
  { why: "that is shown empty", field: keepEmpty(text, "") },
  { why: "that has it from another", field: describedLike(stringField(), text) },
  { why: "with a check", field: withCheck(text, () => undefined) },
  { why: "that is turned into another", field: mappedField<string, string>(text, String, String) },
])("the sentence of a field stays with one $why", ({ field }) => {
  expect(jsonSchema({ field })).toHaveProperty("properties.field.description", "Says what.");
});

test("what stands in a list, in a mapping or under a name of its own has its sentence too", () => {
  const schema = jsonSchema({ list: listField(text), map: mapField(text), named: namedField("told", () => text) });
  expect(schema).toMatchObject({
    properties: { list: { items: { description: "Says what." } }, map: { additionalProperties: { description: "Says what." } } },
    $defs: { told: { description: "Says what." } },
  });
  expect(fieldSchema(text)).toHaveProperty("description", "Says what.");
});

test("one name can't stand for two sections", () => {
  const a = namedField("same", () => mappingField({ a: stringField() }));
  const b = namedField("same", () => mappingField({ b: stringField() }));
  expect(() => jsonSchema({ a, b })).toThrow("BUG: two sections are called same");
});

const SCALARS = [
  "x",
  "",
  "~",
  "null",
  "yes",
  "Off",
  "true",
  "0",
  "5",
  "-5",
  "1e1",
  "0.5",
  "1_0",
  "0x1_F",
  "0b11",
  "0o17",
  "017",
  ".inf",
  ".nan",
  "5m",
  "1h30m",
  "0s",
  "1.5s",
  "-2ms",
  "15MB",
  "1KiB512B",
  "red",
  "on",
  "http://a/b",
  "'5'",
  '"yes"',
  "a.*",
  "[]",
  "{}",
  "[x, 5]",
  "{a: 1}",
  "{name: x}",
  "[{name: 1, size: 2}]",
  "[{size: 2}]",
  "{ratio: 1}",
  "{ratio: 2}",
];

test("what the decoder takes is valid by the schema, whether the editor reads YAML 1.1 or 1.2", () => {
  let taken = 0;
  const text = fc
    .uniqueArray(fc.tuple(fc.constantFrom(...Object.keys(shape)), fc.constantFrom(...SCALARS)), {
      selector: ([key]) => key,
      minLength: 1,
      maxLength: 3,
    })
    .map((pairs) => pairs.map(([key, value]) => `${key}: ${value}\n`).join(""));
  fc.assert(
    fc.property(text, (yaml) => {
      if (!readConfig(shape, yaml, "f").ok) return;
      taken++;
      for (const version of ["1.1", "1.2"] as const) {
        validate(parse(yaml, { version, logLevel: "silent" }));
        expect(validate.errors).toBeNull();
      }
    }),
    { numRuns: 1000 },
  );
  expect(taken).toBeGreaterThan(100);
});

test.each([
  { why: "an unknown key", value: { evry: "5m" } },
  { why: "a word that is no duration", value: { every: "soon" } },
  { why: "a number without a unit", value: { timeout: 5 } },
  { why: "a size in small letters", value: { limit: "15mb" } },
  { why: "a word that isn't known", value: { word: "blue" } },
  { why: "a number beyond its range", value: { items: [{ name: "a", size: 10 }] } },
  { why: "a missing field", value: { items: [{ size: 1 }] } },
  { why: "a list where a text belongs", value: { text: ["a"] } },
])("$why is not", ({ value }) => {
  expect(validate(value)).toBe(false);
});
