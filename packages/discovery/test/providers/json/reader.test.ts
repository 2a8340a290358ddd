import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { createJsonReader } from "../../../src/providers/json/reader.ts";

/** Takes a whole text as one value. */
function readWhole(text: string): unknown {
  const json = createJsonReader(Buffer.from(text));
  const value = json.value();
  json.end();
  return value;
}

/** "" for a text that is right. */
function mistakeIn(text: string): string {
  try {
    readWhole(text);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

test.each([
  { text: "", want: "line 1, column 1" },
  { text: "-", want: "line 1, column 1" },
  { text: "[1.]", want: "line 1, column 2" },
  { text: "nulll", want: "line 1, column 1" },
  { text: " \n ", want: "line 2, column 2" },
  { text: "[1,]", want: "line 1, column 4" },
  { text: '{"a" 1}', want: "line 1, column 6" },
  { text: '{"a":1,\n"b":tru}', want: "line 2, column 5" },
  { text: '{"a":1,}', want: "line 1, column 8" },
  { text: "{1:2}", want: "line 1, column 2" },
  { text: '["a\\x"]', want: "line 1, column 7" },
  { text: '["a\nb"]', want: "line 1, column 4" },
  { text: "[01]", want: "line 1, column 2" },
  { text: "[1}", want: "line 1, column 3" },
  { text: '{"a":1]', want: "line 1, column 7" },
  { text: "[1 2]", want: "line 1, column 4" },
  { text: "[,1]", want: "line 1, column 2" },
  { text: "]", want: "line 1, column 1" },
  { text: ":", want: "line 1, column 1" },
  { text: "[] []", want: "line 1, column 4" },
  { text: "[[1]", want: "line 1, column 5" },
  { text: "<html>", want: "line 1, column 1" },
])("$text is no JSON from $want on", ({ text, want }) => {
  expect(() => JSON.parse(text) as unknown).toThrow("JSON");
  expect(mistakeIn(text)).toMatch(new RegExp(`^broken JSON: .* \\(${want}\\)$`));
});

test("values come one after another", () => {
  const json = createJsonReader(Buffer.from(' [ "a]\\"", {"b": [{}, "}"]},-1.5e3 ,null,[] ]'));
  expect(json.kind()).toBe("a list");
  json.open();
  const values: unknown[] = [];
  while (json.hasItem("]", values.length)) values.push(json.value());
  json.end();
  expect(values).toEqual(['a]"', { b: [{}, "}"] }, -1500, null, []]);
});

test("values that are nested too deep are refused, and don't fill the stack", () => {
  expect(mistakeIn("[".repeat(1_000_000))).toBe("values are nested more than 1000 deep (line 1, column 1001)");
});

test("what JSON.parse takes is taken, and nothing else", () => {
  const part = fc.constantFrom(
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    '"a"',
    "-",
    "0",
    "1",
    ".",
    "e",
    "+",
    "true",
    "null",
    " ",
    '"',
    "\\",
    "\u0001",
    "é",
  );
  const text = fc.oneof(
    fc.json(),
    fc.string({ unit: "binary" }),
    fc.array(part, { maxLength: 12 }).map((parts) => parts.join("")),
    fc.tuple(fc.json(), fc.nat()).map(([json, cut]) => json.slice(0, cut % (json.length + 1))),
  );
  fc.assert(
    fc.property(text, (given) => {
      const json = Buffer.from(given).toString();
      let want: unknown;
      try {
        want = JSON.parse(json);
      } catch {
        expect(mistakeIn(given)).toMatch(/^broken JSON: .* \(line \d+, column \d+\)$/);
        return;
      }
      expect(readWhole(given)).toEqual(want);
    }),
    { numRuns: 2000 },
  );
});

test("JSON of any kind is right up to what comes behind it", () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom("x", "}", "]", ",", ":", '"'), (json, more) => {
      expect(mistakeIn(`${json}\n${more}`)).toContain(`(line ${json.split("\n").length + 1}, column 1)`);
    }),
  );
});
