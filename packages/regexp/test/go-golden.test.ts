import { describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { compileRegexp } from "../src/index.ts";

/** What Go makes of a pattern: it refuses it, or finds this in one text and nothing in another. */
interface Golden {
  readonly pattern: string;
  readonly anchored: boolean;
  readonly refused?: string;
  readonly text?: string;
  readonly index?: number;
  readonly groups?: readonly (string | null)[];
  readonly template?: string;
  readonly replaced?: string;
  readonly unmatched?: string;
}

const { cases } = JSON.parse(readFileSync(new URL("go-golden.json", import.meta.url), "utf8")) as { readonly cases: readonly Golden[] };
const refused = cases.filter((one) => one.refused !== undefined);
const matched = cases.filter((one) => one.text !== undefined);
const unmatched = cases.filter((one) => one.unmatched !== undefined);

describe("as Go 1.26 has it", () => {
  test.each(refused)("$pattern is refused: $refused", ({ pattern, anchored, refused: message }) => {
    expect(() => compileRegexp(pattern, { anchored })).toThrow(expect.objectContaining({ name: "RegexpError", message }));
  });

  test.each(matched)("$pattern in $text", ({ pattern, anchored, text = "", index, groups = [], template = "", replaced }) => {
    const regexp = compileRegexp(pattern, { anchored });
    const found = regexp.exec(text);
    expect({ test: regexp.test(text), index: found?.index, groups: found?.groups }).toEqual({
      test: true,
      index,
      groups: groups.map((group) => group ?? undefined),
    });
    expect(regexp.replaceAll(text, template)).toBe(replaced);
  });

  test.each(unmatched)("$pattern is not in $unmatched", ({ pattern, anchored, unmatched: text = "" }) => {
    const regexp = compileRegexp(pattern, { anchored });
    expect([regexp.test(text), regexp.exec(text), regexp.replaceAll(text, "x")]).toEqual([false, undefined, text]);
  });

  test("the file holds cases of each kind", () => {
    expect([refused.length > 50, matched.length > 200, unmatched.length > 200]).toEqual([true, true, true]);
  });
});
