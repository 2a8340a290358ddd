import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { parse } from "yaml";

/** An operation that a document describes. */
export interface Described {
  /** `GET /query`. */
  readonly name: string;
  readonly method: string;
  /** Below the API. */
  readonly path: RegExp;
  /** What is wrong with an answer of that status; undefined where nothing is, or the document tells no schema. */
  readonly problemOf: (status: number, json: unknown) => string | undefined;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: object };
}

interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: object }>> }>>;
}

/** Formats of OpenAPI that say no more than the type does. */
const FORMATS: readonly string[] = ["int64", "float", "double", "unixtime", "date-time", "byte", "uri"];

/** Reads the operations of a document of OpenAPI 3.1 or 3.2. */
export function readDocument(yaml: string): readonly Described[] {
  const document = parse(yaml) as OpenApi;
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats: Object.fromEntries(FORMATS.map((name) => [name, true])) });
  ajv.addSchema({ $id: "api", ...document });
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { responses }]) => {
      const validators = new Map(Object.keys(responses).map((status) => [status, validatorOf(ajv, path, method, status, responses)]));
      return {
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path: new RegExp(`^${path.replaceAll(/[.]/g, "\\$&").replaceAll(/\{\w+\}/g, "[^/]+")}$`),
        problemOf: (status: number, json: unknown) => problemOf(ajv, validators.get(String(status)) ?? validators.get("default"), json),
      };
    }),
  );
}

function validatorOf(
  ajv: Ajv2020,
  path: string,
  method: string,
  status: string,
  responses: Operation["responses"],
): ValidateFunction | undefined {
  if (responses[status]?.content?.["application/json"]?.schema === undefined) return undefined;
  const pointer = ["paths", path, method, "responses", status, "content", "application/json", "schema"];
  return ajv.compile({
    $ref: `api#/${pointer.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/")}`,
  });
}

function problemOf(ajv: Ajv2020, validate: ValidateFunction | undefined, json: unknown): string | undefined {
  return validate?.(json) !== false ? undefined : ajv.errorsText(validate.errors);
}

/** Upstream's description of the API. */
export function upstreamDocument(dataFolder: string): readonly Described[] {
  return readDocument(readFileSync(join(dataFolder, "api", "openapi_3.2_golden.yaml"), "utf8"));
}
