import { describe, expect, test } from "@jest/globals";
import { discoverySections, discoveryShape } from "../src/discovery-config.ts";
import { MISSING_PROVIDERS, providers } from "../src/providers/index.ts";
import { section } from "./support.ts";

const fingerprints = (yaml: string): string[] => discoverySections(section(yaml)).map(({ fingerprint }) => fingerprint);

describe("a provider", () => {
  test("has a key of its own, is known or missing, never both", () => {
    const keys = Object.keys(discoveryShape);
    expect(new Set(keys).size).toBe(providers.length + MISSING_PROVIDERS.length);
    expect(keys.every((key) => key.endsWith("_configs"))).toBe(true);
  });

  test.each(MISSING_PROVIDERS)("%s is refused by name", (name) => {
    expect(() => section(JSON.stringify({ [`${name}_sd_configs`]: [{}] }))).toThrow(`service discovery by ${name} is not supported yet`);
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
  { yaml: "{static_configs: [{targets: ['']}]}", want: "a target must not be empty" },
  { yaml: "{static_configs: [{targets: [a], labels: {'': x}}]}", want: "is not a valid label name" },
  { yaml: "{static_configs: [{target: [a]}]}", want: "target" },
])("$yaml is refused", ({ yaml, want }) => {
  expect(() => section(yaml)).toThrow(want);
});
