import { describe, expect, test } from "@jest/globals";
import { compileRegexp, RegexpError } from "../src/index.ts";
import { catastrophicPatterns, catastrophicTexts } from "./catastrophic.ts";

/** The time that this process has computed, in milliseconds: a machine that is busy with others does not make it longer. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Thirty times what an answer may take. */
const GUARD_MS = 1500;

describe.each(catastrophicPatterns)("$name", ({ rows }) => {
  test.each(rows)("%s answers at once, and right", (pattern, whole, anywhere) => {
    for (const anchored of [true, false]) {
      const answers = catastrophicTexts.map((text) => {
        const { test: isMatch } = compileRegexp(pattern, { anchored });
        const startedMs = cpuMs();
        const answer = isMatch(text);
        expect(cpuMs() - startedMs).toBeLessThan(GUARD_MS);
        return answer ? "1" : "0";
      });
      expect(answers.join("")).toBe(anchored ? whole : anywhere);
    }
  });
});

test("the corpus has a hundred patterns", () => {
  expect(catastrophicPatterns.flatMap(({ rows }) => rows)).toHaveLength(100);
});

describe("patterns of 20 000 characters", () => {
  const length = 20_000;
  const filled = (piece: string): string => piece.repeat(Math.floor(length / piece.length));
  const numbered = (piece: (i: number) => string, separator: string): string => {
    let pattern = piece(0);
    for (let i = 1; pattern.length < length; i++) pattern += separator + piece(i);
    return pattern;
  };
  test.each([
    ["a text", filled("abcdefghij"), "accepted"],
    ["many texts", numbered((i) => `node-${i}`, "|"), "accepted"],
    ["many texts again and again", `(${numbered((i) => `node-${i}`, "|")})+x`, "accepted"],
    ["nothing, many times", filled("|"), "accepted"],
    ["things that may be missing", filled("a?"), "accepted"],
    ["any number of things", filled("a*"), "accepted"],
    ["groups", filled("(a|ab)"), "accepted"],
    ["word edges", filled("\\ba"), "accepted"],
    ["sets that differ", numbered((i) => `[^${String.fromCharCode(0x4e00 + i)}]`, ""), "accepted"],
    ["letters in any case", `(?i)${filled("é")}`, "accepted"],
    ["ranges in any case", `(?i)${filled("[à-ü]")}`, "accepted"],
    ["counted words", filled("([a-z]{3,9}-)+"), "accepted"],
    ["counts of a thousand", filled("a{1000}"), "expression too large"],
    ["counts of counts", filled("(?:a{10}){10}"), "expression too large"],
    ["large classes", filled("\\pL"), "expression too large"],
    ["groups within groups", "(".repeat(length / 2) + ")".repeat(length / 2), "expression nests too deeply"],
    ["groups that stay open", filled("("), "missing closing )"],
    ["a class that stays open", filled("["), "missing closing ]"],
  ])("%s: refused or answered at once", (_name, pattern, want) => {
    for (const anchored of [true, false]) {
      const startedMs = cpuMs();
      let got = "accepted";
      try {
        compileRegexp(pattern, { anchored }).test("node-17");
      } catch (error) {
        expect(error).toBeInstanceOf(RegexpError);
        got = (error as Error).message.replace("error parsing regexp: ", "");
      }
      expect(cpuMs() - startedMs).toBeLessThan(2 * GUARD_MS);
      expect(got.slice(0, want.length)).toBe(want);
    }
  });
});
