import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { escapeName, type EscapingScheme, isLegacyMetricName, isValidLabelName, isValidMetricName, unescapeName } from "../src/index.ts";

/** Any character but half of a surrogate pair: the unit "binary" of fast-check, without the table of a million that it makes first. */
const character = fc
  .integer({ min: 0, max: 0x10ffff })
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code));

const schemes: readonly EscapingScheme[] = ["allow-utf-8", "underscores", "dots", "values"];
const golden = readFileSync(new URL("golden/names.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as [name: string, ...rest: (string | boolean)[]]);

test.each(golden.map(([name, ...want]) => ({ name, want })))("$name is escaped and judged as upstream does it", ({ name, want }) => {
  expect([
    ...schemes.flatMap((scheme) => [escapeName(name, scheme), unescapeName(name, scheme)]),
    isValidMetricName(name, "legacy"),
    isValidLabelName(name, "legacy"),
    isValidMetricName(name),
    isValidLabelName(name),
  ]).toEqual(want);
});

test("half of a surrogate pair is written as what stands for text that can't be", () => {
  expect(schemes.slice(1).map((scheme) => escapeName("a\ud800b", scheme))).toEqual(["a_b", "a__b", "U__a_fffd_b"]);
});

test.each(["U__a_100000_b", "U__a_000061_b"])("%s is not undone: it has a code point of six digits", (escaped) => {
  expect(unescapeName(escaped, "values")).toBe(escaped);
});

test("what is escaped is a legacy name, and values can be undone up to code point fffff", () => {
  fc.assert(
    fc.property(fc.string({ unit: character, minLength: 1 }), (name) => {
      for (const scheme of schemes.slice(1)) expect(isLegacyMetricName(escapeName(name, scheme))).toBe(true);
      const isPlain = [...name].every((one) => (one.codePointAt(0) ?? 0) <= 0xfffff) && !name.startsWith("U__");
      if (isPlain) expect(unescapeName(escapeName(name, "values"), "values")).toBe(name);
    }),
  );
});
