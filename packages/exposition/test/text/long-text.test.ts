import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { isUtf8 } from "node:buffer";
import { createSampleLine, parseSampleLine } from "../../src/text/sample-line.ts";
import { isUtf8Text, plainEnd } from "../../src/text/long-text.ts";
import { sampleLabels } from "../../src/text/sample-labels.ts";

/** Shared, as a scraped body is, and with something on both sides. */
function shared(text: Uint8Array): { bytes: Uint8Array; start: number; end: number } {
  const bytes = new Uint8Array(new SharedArrayBuffer(text.length + 8)).fill(0x80);
  bytes.set(text, 4);
  return { bytes, start: 4, end: 4 + text.length };
}

function labelsOf(text: string): readonly string[] {
  const { bytes, start, end } = shared(Buffer.from(text));
  const line = createSampleLine();
  parseSampleLine(bytes, start, end, line);
  return sampleLabels(bytes, line, undefined);
}

describe("long texts", () => {
  test("are UTF-8 where the runtime says so, wherever their parts are cut", () => {
    const character = fc.constantFrom("x", "\u00e9", "\u20ac", "\u{1f600}");
    const damage = fc.option(fc.tuple(fc.nat(), fc.constantFrom(0x78, 0x80, 0xc3, 0xff)));
    fc.assert(
      fc.property(character, fc.integer({ min: 65_520, max: 65_540 }), fc.nat(3), damage, (unit, length, before, damaged) => {
        const text = Buffer.from("y".repeat(before) + unit.repeat(length));
        if (damaged !== null) text[damaged[0] % text.length] = damaged[1];
        const { bytes, start, end } = shared(text);
        expect(isUtf8Text(bytes, start, end)).toBe(isUtf8(text));
      }),
      { numRuns: 50 },
    );
  });

  test("go on up to the first of the stops", () => {
    fc.assert(
      fc.property(fc.nat(9000), fc.nat(9000), (at, further) => {
        const { bytes, start, end } = shared(Buffer.from(`${"x".repeat(at)}"${"x".repeat(further)}\\`));
        expect(plainEnd(bytes, start, end, [34, 92])).toBe(start + at);
        expect(plainEnd(bytes, start, end, [92])).toBe(end - 1);
        expect(plainEnd(bytes, start, end, [10])).toBe(end);
      }),
    );
  });

  test.each([255, 256, 257, 4351, 4352, 4353, 70_000])("in the value of a label are read with their escapes, at %d bytes", (length) => {
    const plain = "x".repeat(length);
    expect(labelsOf(`a{x="${plain}\\"\\\\\\n\\t${plain}",y="z"} 1\n`)).toEqual([
      "__name__",
      "a",
      "x",
      `${plain}"\\\n\\t${plain}`,
      "y",
      "z",
    ]);
  });
});

describe("many labels", () => {
  const names = Array.from({ length: 300 }, (_, i) => `l${(i * 7) % 300}`);
  const text = (all: readonly string[]): string => `a{${all.map((name) => `${name}="v${name}"`).join(",")}} 1\n`;

  test("are sorted by their names", () => {
    expect(labelsOf(text(names))).toEqual(["__name__", "a", ...names.toSorted().flatMap((name) => [name, `v${name}`])]);
  });

  test("are refused by the first name that stands twice", () => {
    expect(() => labelsOf(text([...names, "l9", "l1"]))).toThrow('label name "l9" is not unique');
  });
});
