import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { parseAllDocuments } from "yaml";
import { root } from "../../paths.ts";

const validators = new Map<string, ValidateFunction>();

/** What an editor with our schema would mark in a file; empty when it would mark nothing. */
export function schemaProblems(schema: string, path: string): readonly string[] {
  const validate = validators.get(schema) ?? compile(schema);
  validators.set(schema, validate);
  // Programs read the first document only.
  const [first] = parseAllDocuments(readFileSync(path, "utf8"), { version: "1.1", merge: true });
  validate(first?.toJS() ?? null);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${schema}: ${instancePath} ${message}`);
}

function compile(schema: string): ValidateFunction {
  const text = readFileSync(join(root, "schemas", schema), "utf8");
  return new Ajv2020({ strict: false, strictNumbers: false, allErrors: true }).compile(JSON.parse(text) as object);
}
