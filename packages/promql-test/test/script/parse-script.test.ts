import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseScript, ScriptError, type LoadCommand } from "../../src/index.ts";

describe("mistakes are told with their line", () => {
  test.each([
    ["lode 1m", 'invalid command "lode 1m" (line 1)'],
    ["\n\nload", "invalid load command. (load[_with_nhcb] <step:duration>) (line 3)"],
    ["load soon", 'invalid step definition "soon": not a valid duration string: "soon" (line 1)'],
    ["load 1m\n  metric one", "(line 2)"],
    ["load 1m\n  metric@st 0\n", "the @st line has no line of samples below it (line 2)"],
    ["load 1m\n  metric@st 0\n  metric@st 0\n", "the @st line has no line of samples below it (line 2)"],
    ["load 1m\n  metric@st 0\n  other 1\n", "the @st line of metric stands above the samples of other (line 2)"],
    ["load 1m\n  metric@st 0x1\n  metric 1\n", "the @st line has 2 values, but the line of samples has 1 (line 2)"],
    ["load 1m\n  metric@st 1q\n  metric 1\n", 'invalid duration in @st line: unknown unit "q" in duration "1q" (line 2)'],
    ["load 1m\n  metric@st 1m+\n  metric 1\n", 'invalid @st item "1m+" (line 2)'],
    ["eval 1", "invalid evaluation command"],
    ["eval instant at noon 1", 'invalid timestamp definition "noon": not a valid duration string: "noon" (line 1)'],
    ["eval instant at 0 1 +", "1 +: 1:4: parse error: unexpected end of input (line 1)"],
    ["eval range from 2m to 1m step 1m 1", "invalid test definition, end timestamp (1m) is before start timestamp (2m) (line 1)"],
    ["eval instant at 0 1\n  expect much", "invalid expect statement, must match `expect <type> <match_type>: <string>` format (line 2)"],
    ["eval instant at 0 1\n  expect warn\n  expect no_warn", "invalid expect lines, warn and no_warn cannot be used together (line 3)"],
    ["eval instant at 0 1\n  expect info\n  expect no_info", "invalid expect lines, info and no_info cannot be used together (line 3)"],
    ["eval instant at 0 1\n  expect fail\n  expect fail", "invalid expect lines, multiple expect fail lines are not allowed (line 3)"],
    ["eval instant at 0 1\n  expect fail regex: (", "invalid regex (: "],
    ["eval instant at 0 1\n  expect string text", "expected string literal not valid - a quoted string literal is required (line 2)"],
    ["eval instant at 0 a[1m]\n  expect range vector from 0", 'invalid range vector definition "expect range vector from 0" (line 2)'],
    ["eval instant at 0 a\n  a 1 2", "an instant query gives one value for a series; 'expect range vector' is for several (line 2)"],
  ])("%j", (text, message) => {
    expect(() => parseScript(text)).toThrow(ScriptError);
    expect(() => parseScript(text)).toThrow(message);
  });
});

function loaded(...lines: readonly string[]): LoadCommand["series"] {
  const [command] = parseScript(["load 1m", ...lines].join("\n"));
  if (command.kind !== "load") throw new Error("no load");
  return command.series;
}

test.each<[string, readonly (number | undefined)[]]>([
  ["-1m", [-60_000]],
  ["_ 0 _x2", [undefined, 0, undefined, undefined]],
  ["0x2", [0, 0, 0]],
  ["-30s-1mx2", [-30_000, -90_000, -150_000]],
  ["-1m+10sx2", [-60_000, -50_000, -40_000]],
  ["1ms-1mx1", [1, -59_999]],
  ["0-1mx1", [0, -60_000]],
  ["-0msx1", [0, 0]],
])("start offsets %s", (text, offsetsMs) => {
  expect(loaded(`  metric@st ${text}`, `  metric _x${offsetsMs.length}`)[0].startOffsetsMs).toEqual(offsetsMs);
});

test("a series that stands twice is what its last line says", () => {
  expect(loaded("  metric 1", "  metric 2 3").map(({ values }) => values)).toEqual([[2, 3]]);
});

test("comments and empty lines end a block, blanks around lines count for nothing", () => {
  const script = parseScript("# a comment\n  load 1m\n\tmetric 1  \n# the end of the block\n clear\n\neval instant at 0 metric  \n");
  expect(script.map(({ kind, line }) => [kind, line])).toEqual([
    ["load", 2],
    ["clear", 5],
    ["eval", 7],
  ]);
});

test("whatever the text, it is read or refused with its line", () => {
  const word = fc.constantFrom(
    "load",
    "1m",
    "\n",
    "\n\n",
    "eval instant at 0",
    "metric",
    "{a='b'}",
    "1x3",
    "@st",
    "_",
    "expect",
    "fail",
    "msg:",
    "range",
    "{{",
    "}}",
    "#",
    "clear",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(word, fc.string()), { maxLength: 30 }), (words) => {
      try {
        parseScript(words.join(" "));
      } catch (error) {
        expect(error).toBeInstanceOf(ScriptError);
      }
    }),
  );
});
