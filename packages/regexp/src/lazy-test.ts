import type { RE2JS } from "re2js";
import { automatonTest } from "./automaton/dfa.ts";
import { nativeTest } from "./native-test.ts";
import type { Pattern } from "./pattern.ts";
import type { Shape } from "./shape.ts";
import { simplify } from "./simplify.ts";

/** A native expression keeps its ways back on a stack of limited size; for longer texts something else is used, which needs none. */
export const LONGEST_NATIVE_TEXT = 65_536;

type Test = (text: string) => boolean;

/**
 * Tells whether a text matches a pattern that plain comparisons won't do for: a native expression where it provably can't run astray,
 * else an automaton, else re2js. They are made at the first text, as a pattern in a file may never meet one.
 */
export function lazyTest(
  pattern: Pattern,
  anchored: boolean,
  { prefix, suffix }: Pick<Shape, "prefix" | "suffix">,
  engine: () => RE2JS,
): Test {
  let native: RegExp | undefined;
  let other: Test | undefined;
  let simple: Pattern | undefined;
  return (text) => {
    if (simple === undefined) {
      simple = simplify(pattern);
      native = nativeTest(simple, anchored);
    }
    if (native !== undefined && text.length <= LONGEST_NATIVE_TEXT) return native.test(text);
    other ??= withRims(automatonTest(simple, anchored) ?? engineTest(engine(), anchored), prefix, suffix);
    return other(text);
  };
}

/** Most texts that don't match differ at an end already, which is told sooner than by going from character to character. */
function withRims(test: Test, prefix: string, suffix: string): Test {
  if (prefix === "" && suffix === "") return test;
  return (text) => text.startsWith(prefix) && text.endsWith(suffix) && test(text);
}

function engineTest(engine: RE2JS, anchored: boolean): Test {
  return anchored ? (text) => engine.testExact(text) : (text) => engine.test(text);
}
