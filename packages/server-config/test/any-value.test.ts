import { expect, test } from "@jest/globals";
import type { JsonSchema } from "@ferula/config";
import { serverConfigSchema } from "../src/index.ts";
import { FILE, readAll } from "./support.ts";

type Path = readonly (string | number)[];

const schema = serverConfigSchema();

/** The places that a schema tells of; what stands in the file at several places is looked into at the first. */
function* pathsOf(part: JsonSchema, path: Path, seen: Set<unknown>): Generator<Path> {
  yield path;
  const { $ref: reference, anyOf = [], items, properties = {}, additionalProperties } = part;
  if (typeof reference === "string" && !seen.has(reference)) yield* pathsOf(definition(reference), path, seen.add(reference));
  for (const one of anyOf as readonly JsonSchema[]) yield* pathsOf(one, path, seen);
  if (items !== undefined) yield* pathsOf(items as JsonSchema, [...path, 0], seen);
  if (typeof additionalProperties === "object") yield* pathsOf(additionalProperties as JsonSchema, [...path, "k"], seen);
  for (const [key, one] of Object.entries(properties as Readonly<Record<string, JsonSchema>>)) yield* pathsOf(one, [...path, key], seen);
}

function definition(reference: string): JsonSchema {
  return reference
    .split("/")
    .slice(1)
    .reduce<unknown>((part, key) => (part as JsonSchema)[key], schema) as JsonSchema;
}

/** A document in which nothing but `value` stands at `path`, with names where jobs need them. */
function documentWith(path: Path, value: unknown): unknown {
  if (path.length === 0) return value;
  const [first, ...rest] = path;
  const inner = documentWith(rest, value);
  if (typeof first === "number") return [inner];
  const isJob = first === "scrape_configs" && rest.length > 1;
  return { [first]: isJob ? [{ job_name: "j", ...(inner as readonly object[])[0] }] : inner };
}

const paths = [...new Map([...pathsOf(schema, [], new Set())].map((path) => [JSON.stringify(path), path])).values()];

test("the schema tells of the whole file", () => {
  expect(paths).toContainEqual(["scrape_configs", 0, "scrape_protocols", 0]);
});

test.each<{ readonly value: unknown; readonly why: string }>([
  { value: "x", why: "a text" },
  { value: "", why: "an empty text" },
  { value: -1, why: "a number" },
  { value: null, why: "null" },
  { value: [], why: "a list" },
  { value: [null], why: "a list of null" },
  { value: {}, why: "a section" },
  { value: { ["__proto__"]: [[]] }, why: "a section of lists" },
])("$why anywhere is taken, or refused with its place", ({ value }) => {
  const withoutPlace = paths.flatMap((path) => {
    const text = JSON.stringify(documentWith(path, value));
    const lines = mistakesOf(text).filter((line) => !(line.startsWith(`${FILE}:`) && /^:\d+:\d+: \S/.test(line.slice(FILE.length))));
    return lines.map((line) => ({ text, line }));
  });
  expect(withoutPlace).toEqual([]);
});

function mistakesOf(text: string): readonly string[] {
  try {
    readAll(text);
    return [];
  } catch (error) {
    return (error as Error).message.split("\n");
  }
}
