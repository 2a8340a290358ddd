import { components } from "./components.ts";
import { operations, tags, type Operation } from "./operations.ts";
import { parameters, type ParameterName } from "./parameters.ts";
import { list, named, object, text, type Schema } from "./schema.ts";

/** The versions of OpenAPI that there are documents of; the first by default. */
export const documentVersions = ["3.1.0", "3.2.0"] as const;
/** One of them. */
export type DocumentVersion = (typeof documentVersions)[number];

/** Whose document it is. */
export interface DocumentOptions {
  readonly externalUrl: string;
  /** Of the program. */
  readonly version: string;
}

type Json = Readonly<Record<string, unknown>>;

/** The description of the API (the OpenAPI specification, https://spec.openapis.org). Streams of events are known from 3.2 on. */
export function openApiDocument(openapi: DocumentVersion, { externalUrl, version }: DocumentOptions): Json {
  const all = Object.entries<Operation>(operations);
  const known = openapi === "3.1.0" ? all.filter(([, { mediaType }]) => mediaType !== EVENTS) : all;
  return {
    openapi,
    info: { title: "Prometheus API", description: "The HTTP API of Ferula's Prometheus server.", version },
    servers: [{ url: `${externalUrl.replace(/\/+$/, "")}/api/v1` }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths: Object.fromEntries(known.map(([path, operation]) => [path.replaceAll(/:(\w+)/g, "{$1}"), pathItem(path, operation)])),
    components: { schemas: components },
  };
}

const EVENTS = "text/event-stream";

function pathItem(path: string, operation: Operation): Json {
  const pathParameters = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: "path", required: true, schema: text }));
  const methods = operation.methods.toLowerCase().split(", ");
  const hasForm = operation.methods === "GET, POST" && operation.parameters !== undefined;
  return Object.fromEntries(
    methods.map((method) => {
      const isForm = hasForm && method === "post";
      const given = [...pathParameters, ...(isForm ? [] : queryParameters(operation))];
      return [
        method,
        {
          tags: [operation.tag],
          summary: operation.summary,
          operationId: operationId(path, method, methods.length),
          ...(given.length > 0 ? { parameters: given } : {}),
          ...(isForm ? { requestBody: formBody(operation) } : {}),
          responses: responses(operation),
        },
      ];
    }),
  );
}

function operationId(path: string, method: string, methodCount: number): string {
  const name = path.replaceAll(/[^a-z]+/g, "-").replaceAll(/^-|-$/g, "");
  return methodCount > 1 ? `${method}-${name}` : name;
}

function queryParameters({ parameters: names = [], required = [] }: Operation): readonly Json[] {
  return names.map((name) => ({ name, in: "query", ...parameters[name], required: required.includes(name) }));
}

function formBody({ parameters: names = [], required = [] }: Operation): Json {
  const field = (name: ParameterName): [string, Schema] => [
    name,
    { ...parameters[name].schema, description: parameters[name].description },
  ];
  const schema = { type: "object", properties: Object.fromEntries(names.map(field)), required };
  return { required: true, content: { "application/x-www-form-urlencoded": { schema } } };
}

function responses(operation: Operation): Json {
  const failed = { description: "What went wrong.", content: { "application/json": { schema: named("Error") } } };
  return { ...succeeded(operation), default: failed };
}

function succeeded({ data, mediaType }: Operation): Json {
  if (data === undefined) return { "204": { description: "It is done." } };
  if (mediaType === EVENTS) return { "200": { description: "Events.", content: { [EVENTS]: { itemSchema: object({ data: text }) } } } };
  const [type, schema] = mediaType === undefined ? ["application/json", envelope(data)] : [mediaType, data];
  return { "200": { description: "The answer.", content: { [type]: { schema } } } };
}

function envelope(data: Schema): Schema {
  return object({ status: { const: "success" }, data, "warnings?": list(text), "infos?": list(text) });
}
