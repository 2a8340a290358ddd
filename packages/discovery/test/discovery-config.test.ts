import { describe, expect, test } from "@jest/globals";
import { fieldSchema, mappingField, printField, readField } from "@ferula/config";
import { discoverySections, discoveryShape } from "../src/discovery-config.ts";
import { providers } from "../src/providers/index.ts";
import { sections } from "../src/sections/index.ts";
import { section } from "./support.ts";

const fingerprints = (yaml: string): string[] => discoverySections(section(yaml)).map(({ fingerprint }) => fingerprint);

const field = mappingField(discoveryShape);

describe("the shape", () => {
  test("has upstream's keys, in the order in which it prints them", () => {
    const keys = Object.keys(discoveryShape);
    expect(keys).toEqual(keys.toSorted());
    expect(keys).toHaveLength(providers.length + Object.keys(sections).length);
    expect(keys.every((key) => key === "static_configs" || key.endsWith("_sd_configs"))).toBe(true);
  });

  test.each(Object.keys(discoveryShape))("%s may be empty, but no section in it", (key) => {
    expect(readField(field, `${key}: []`, "p.yml")).toMatchObject({ ok: true, unserved: [] });
    const read = readField(field, `${key}: [null]`, "p.yml");
    expect(read).toMatchObject({ ok: false, errors: [{ path: `${key}[0]`, reason: `empty or null section in ${key}` }] });
  });

  test("a section that nothing runs yet is read, and noted once for all of its list", () => {
    const read = readField(field, "{vultr_sd_configs: [{port: 81}, {}], static_configs: [{targets: [a]}]}", "p.yml");
    expect(read).toMatchObject({
      ok: true,
      value: { vultr_sd_configs: [{ port: 81 }, { port: 80 }] },
      unserved: [{ path: "vultr_sd_configs", reason: "service discovery by vultr is not supported yet" }],
    });
  });

  test("it makes no discoverer", () => {
    expect(discoverySections(section("{hetzner_sd_configs: [{role: hcloud}]}"))).toEqual([]);
  });

  test("a schema defines each section once", () => {
    const schema = fieldSchema(mappingField({ scrape: field, alerting: field }));
    const names = Object.keys(discoveryShape).map((key) => key.replace(/s$/, ""));
    expect(Object.keys(schema["$defs"] as object)).toEqual(expect.arrayContaining(names));
  });

  test("groups without targets are shown with none", () => {
    expect(printField(field, section("{static_configs: [{labels: {a: b}}]}"))).toBe(
      "static_configs:\n- targets: []\n  labels:\n    a: b\n",
    );
  });
});

describe("sections", () => {
  test.each([
    {
      why: "alike are the same",
      a: "{static_configs: [{targets: [a], labels: {x: y}}]}",
      b: "{static_configs: [{labels: {x: y}, targets: [a]}]}",
      isSame: true,
    },
    { why: "of other targets are others", a: "{static_configs: [{targets: [a]}]}", b: "{static_configs: [{targets: [b]}]}", isSame: false },
    {
      why: "of other labels are others",
      a: "{static_configs: [{labels: {x: y}}]}",
      b: "{static_configs: [{labels: {x: z}}]}",
      isSame: false,
    },
    {
      why: "of another interval are others",
      a: "{file_sd_configs: [{files: [a.yml]}]}",
      b: "{file_sd_configs: [{files: [a.yml], refresh_interval: 1m}]}",
      isSame: false,
    },
  ])("$why", ({ a, b, isSame }) => {
    expect(fingerprints(a)[0] === fingerprints(b)[0]).toBe(isSame);
  });

  test("stand in the order of their providers", () => {
    const found = discoverySections(section("{file_sd_configs: [{files: [a.yml]}], static_configs: [{targets: [a]}, {targets: [b]}]}"));
    expect(found.map(({ mechanism }) => mechanism)).toEqual(["static", "static", "file"]);
  });
});

test.each([
  { yaml: "{static_configs: [{targets: [a], labels: {'': x}}]}", want: "is not a valid label name" },
  { yaml: "{static_configs: [{target: [a]}]}", want: "target" },
])("$yaml is refused", ({ yaml, want }) => {
  expect(() => section(yaml)).toThrow(want);
});

test.each(["['']", "[null]"])("the targets %s are taken: relabelling may give them an address", (targets) => {
  expect(section(`{static_configs: [{targets: ${targets}}]}`)["static_configs"]).toEqual([{ targets: [""], labels: new Map() }]);
});
