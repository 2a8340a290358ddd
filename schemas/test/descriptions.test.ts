import { expect, test } from "@jest/globals";
import { catalog } from "../src/catalog.ts";

/** Where a schema may hold further ones, besides under names: in a list of them, or alone. */
const NESTED = ["items", "additionalProperties", "anyOf"] as const;

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** Every property of a schema with its path, such as `/global/scrape_interval`; one of a definition begins with `$defs`. */
function propertiesOf(schema: Schema, path = ""): readonly (readonly [path: string, property: Schema])[] {
  const named = Object.entries(schema.properties ?? {}).map(([key, property]) => [`${path}/${key}`, property] as const);
  const defined = Object.entries(schema.$defs ?? {}).map(([name, definition]) => [`$defs/${name}`, definition] as const);
  const nested = NESTED.flatMap((key) => (schema as Readonly<Record<string, unknown>>)[key] ?? [])
    .filter((one) => typeof one === "object")
    .map((one) => [path, one as Schema] as const);
  return [...named, ...[...named, ...defined, ...nested].flatMap(([at, one]) => propertiesOf(one, at))];
}

const properties = catalog.flatMap(({ file, schema }) =>
  propertiesOf(schema()).map(([path, property]) => [`${file}${path}`, property] as const),
);

test("every property says what it is, in a sentence of at most 100 characters", () => {
  const isSentence = ({ description = "" }: Schema): boolean => /^[A-Z][^\n]{3,98}\.$/.test(description);
  expect(properties.filter(([, property]) => !isSentence(property)).map(([path]) => path)).toEqual([]);
});

test("the walk finds what lies in lists, in mappings, in choices and in definitions", () => {
  const paths = new Set(properties.map(([path]) => path));
  expect([...paths]).toEqual(
    expect.arrayContaining([
      "prometheus.schema.json/scrape_configs/job_name",
      "prometheus.schema.json$defs/relabel_config/regex",
      "blackbox.schema.json/modules/http/fail_if_header_matches/header",
      "alertmanager.schema.json/receivers/jira_configs/summary/template",
    ]),
  );
});
