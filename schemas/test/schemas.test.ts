import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { catalog, schemaText } from "../src/catalog.ts";

const root = join(import.meta.dirname, "../..");

test.each(catalog)("$file is what its shape says; otherwise run `npm run schemas`", (entry) => {
  // Compared by hand: jest would print the whole of both.
  expect(readFileSync(join(root, "schemas", entry.file), "utf8") === schemaText(entry)).toBe(true);
});

/** Compiled once each, which takes longer than all that is asked of them. */
const validators: Map<string, ValidateFunction> = new Map();

function validator(file: string): ValidateFunction {
  const validate = validators.get(file) ?? compile(file);
  validators.set(file, validate);
  return validate;
}

function compile(file: string): ValidateFunction {
  const schema = JSON.parse(readFileSync(join(root, "schemas", file), "utf8")) as object;
  const ajv = new Ajv2020({ strict: true, strictTypes: false, allowUnionTypes: true, allErrors: true });
  expect(ajv.validateSchema(schema)).toBe(true);
  return ajv.compile(schema);
}

test.each([
  { schema: "prometheus.schema.json", file: "deploy/config/prometheus.yml" },
  { schema: "alertmanager.schema.json", file: "deploy/config/alertmanager.yml" },
  { schema: "targets.schema.json", file: "deploy/config/examples.json" },
  { schema: "prometheus.schema.json", file: "examples/demo/config/prometheus.yml" },
  { schema: "alertmanager.schema.json", file: "examples/demo/config/alertmanager.yml" },
  { schema: "rules.schema.json", file: "examples/demo/config/rules.yml" },
  { schema: "blackbox.schema.json", file: "examples/demo/config/blackbox.yml" },
])("$file is valid by $schema", ({ schema, file }) => {
  const validate = validator(schema);
  validate(parse(readFileSync(join(root, file), "utf8")));
  expect(validate.errors ?? []).toEqual([]);
});

test.each([
  { schema: "prometheus.schema.json", text: "global: {scrape_intervall: 5s}", why: "an unknown key" },
  {
    schema: "prometheus.schema.json",
    text: "scrape_configs: [{job_name: a, consul_sd_configs: [{sever: a}]}]",
    why: "an unknown key of a provider",
  },
  { schema: "rules.schema.json", text: "groups: [{name: a, interval: soon}]", why: "a word that is no duration" },
  { schema: "targets.schema.json", text: "{targets: [a]}", why: "a mapping where a list belongs" },
  {
    schema: "alertmanager.schema.json",
    text: "route: {receiver: a, routes: [{routes: [{reciever: b}]}]}",
    why: "an unknown key deep in the tree",
  },
  { schema: "blackbox.schema.json", text: "modules: {a: {prober: http, timeout: x}}", why: "a word that is no duration" },
  { schema: "web.schema.json", text: "tls_server_config: {min_version: TLS14}", why: "a version that there isn't" },
])("$schema marks $why", ({ schema, text }) => {
  expect(validator(schema)(parse(text))).toBe(false);
});
