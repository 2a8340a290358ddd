import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { testCache } from "./support.ts";

test.each([
  { why: "a line that stands twice counts once", lines: ["a 1", "a 2", "a 3", "b 1"], limit: 2, isOver: false },
  { why: "and what comes behind it counts", lines: ["a 1", "a 2", "b 1", "c 1"], limit: 2, isOver: true },
  { why: "one that stands twice may be the last", lines: ["a 1", "b 1", "b 2"], limit: 2, isOver: false },
  { why: "lines with timestamps count each", lines: ["a 1 1", "a 1 2", "a 1 3"], limit: 2, isOver: true },
  { why: "where timestamps count", lines: ["a 1 1", "a 1 2", "a 1 3"], limit: 2, honorTimestamps: false, isOver: false },
  { why: "other spellings of a series count", lines: ['a{b="1",c="2"} 1', 'a{c="2",b="1"} 1'], limit: 1, isOver: true },
])("$why", ({ lines, limit, honorTimestamps = true, isOver }) => {
  let limitNow = 0;
  const text = `${lines.join("\n")}\n`;
  const fresh = testCache({ sampleLimit: () => limit, honorTimestamps });
  const known = testCache({ sampleLimit: () => limitNow, honorTimestamps });
  known.readText(text, 1);
  limitNow = limit;
  for (const { readText } of [fresh, known]) {
    if (isOver) expect(() => readText(text, 2)).toThrow("sample limit exceeded");
    else expect(readText(text, 2).afterRelabelling).toBe(lines.length);
  }
  fresh.free();
  known.free();
});

test("whatever is known of a target, so many different lines are over the limit", () => {
  const body = fc.array(fc.nat(200), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(body, body, fc.integer({ min: 1, max: 150 }), (before, now, limit) => {
      let limitNow = 0;
      const cache = testCache({ sampleLimit: () => limitNow });
      const textOf = (names: readonly number[]): string => names.map((name) => `a${name} 1\n`).join("");
      cache.readText(textOf(before), 1);
      limitNow = limit;
      if (new Set(now).size > limit) expect(() => cache.readText(textOf(now), 2)).toThrow("sample limit exceeded");
      else expect(cache.readText(textOf(now), 2).afterRelabelling).toBe(now.length);
      cache.free();
    }),
    { numRuns: 200 },
  );
});
