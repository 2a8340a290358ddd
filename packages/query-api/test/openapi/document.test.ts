import { describe, expect, test } from "@jest/globals";
import { openApiDocument } from "../../src/openapi/document.ts";
import { operations } from "../../src/openapi/operations.ts";
import { toYaml } from "../../src/openapi/to-yaml.ts";
import { startApi } from "../api-server.ts";

const OPTIONS = { externalUrl: "http://a.example/prom/", version: "3.0" };

interface Document {
  readonly openapi: string;
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: object };
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly required: boolean }[];
  readonly requestBody?: unknown;
}

const latest = openApiDocument("3.2.0", OPTIONS) as unknown as Document;

describe("the document of the API", () => {
  test("has an operation of its own name for every method of every path", () => {
    const ids = Object.values(latest.paths).flatMap((item) => Object.values(item).map(({ operationId }) => operationId));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(Object.values(operations).flatMap(({ methods }) => methods.split(", ")).length);
  });

  test("names no schema that it does not have", () => {
    const named = [...JSON.stringify(latest).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect(Object.keys(latest.components.schemas)).toEqual(expect.arrayContaining(named));
  });

  test("has parameters in the query of a GET and in the form of a POST", () => {
    const { get, post } = latest.paths["/query"] as { readonly get: Operation; readonly post: Operation };
    expect(get.parameters?.find(({ name }) => name === "query")).toMatchObject({ in: "query", required: true });
    expect([get.requestBody, post.parameters]).toEqual([undefined, undefined]);
    expect(post.requestBody).toMatchObject({
      content: { "application/x-www-form-urlencoded": { schema: { required: ["query"], properties: { time: expect.anything() } } } },
    });
  });

  test("has parameters in paths", () => {
    expect(latest.paths["/label/{name}/values"]?.["get"]?.parameters?.[0]).toMatchObject({ name: "name", in: "path", required: true });
  });

  test("begins below the URL under which users find the server", () => {
    expect(latest.servers).toEqual([{ url: "http://a.example/prom/api/v1" }]);
  });

  test("describes streams of events from 3.2 on only", () => {
    const old = openApiDocument("3.1.0", OPTIONS) as unknown as Document;
    expect(Object.keys(latest.paths).filter((path) => !Object.hasOwn(old.paths, path))).toEqual(["/notifications/live"]);
  });
});

test.each([
  { query: "", version: "3.1.0" },
  { query: "?openapi_version=3.2", version: "3.2.0" },
  { query: "?openapi_version=3.2.0", version: "3.2.0" },
  { query: "?openapi_version=x", version: "3.1.0" },
])("openapi.yaml$query is of version $version", async ({ query, version }) => {
  const { status, headers, text } = await (await startApi()).get(`/openapi.yaml${query}`);
  expect([status, headers.get("content-type")]).toEqual([200, "application/yaml; charset=utf-8"]);
  expect(text.split("\n", 1)).toEqual([`openapi: "${version}"`]);
});

test("every path of the document is a route", async () => {
  const api = await startApi({
    status: {
      config: () => "",
      flags: () => new Map(),
      runtimeInfo: () => ({}),
      buildInfo: () => ({}),
      tsdb: () => ({}),
      blocks: () => [],
      selfMetrics: async () => [],
    },
  });
  for (const path of Object.keys(operations)) {
    const { status } = await api.get(path.replace(":name", "job"), { method: "PATCH" });
    expect([path, status]).toEqual([path, 405]);
  }
});

test.each([
  { value: { a: 1, b: [true, null, "x: y"] }, want: 'a: 1\nb:\n  - true\n  - null\n  - "x: y"\n' },
  { value: { list: [{ a: 1, b: { c: [] } }, [1, 2]] }, want: "list:\n  - a: 1\n    b:\n      c: []\n  - - 1\n    - 2\n" },
  { value: { "/a/{b}": {}, "match[]": "ü", "200": "", $ref: "#/x" }, want: '"200": ""\n/a/{b}: {}\n"match[]": "ü"\n$ref: "#/x"\n' },
])("YAML in blocks: $want", ({ value, want }) => {
  expect(toYaml(value)).toBe(want);
});
