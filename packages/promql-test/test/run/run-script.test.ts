import { describe, expect, test } from "@jest/globals";
import { parseScript, runScript } from "../../src/index.ts";

/** What the evaluations of a script have to say; undefined where all was as expected. */
async function problemsOf(...lines: readonly string[]): Promise<readonly (string | undefined)[]> {
  const outcomes = await runScript(parseScript(lines.join("\n")));
  return outcomes.map(({ problem }) => problem);
}

const samples = [
  "load 1m",
  '  metric{n="1"} 1 2 3',
  '  metric{n="2"} 10 _ 30',
  "  histogram {{schema:1 sum:3 count:3 buckets:[1 2]}} {{schema:1 sum:6 count:6 buckets:[2 4] counter_reset_hint:gauge}}",
  "",
];

describe("what is as expected passes", () => {
  test.each<[string, readonly string[]]>([
    ["an instant vector, in any order", ["eval instant at 0 metric", '  metric{n="2"} 10', '  metric{n="1"} 1']],
    ["values that differ by rounding", ["eval instant at 0 metric / 3", '  {n="1"} 0.33333333', '  {n="2"} 3.33333333']],
    ["a range with gaps", ["eval range from 0 to 2m step 1m metric * 1", '  {n="1"} 1 2 3', '  {n="2"} 10 10 30']],
    ["a scalar", ["eval instant at 0 1 + 1", "  2"]],
    ["a scalar in another base", ["eval instant at 0 16", "  0x10"]],
    ["a string", ['eval instant at 0 "text"', "  expect string `text`"]],
    ["an empty result", ["eval instant at 0 nothing"]],
    [
      "the samples of a range vector",
      ["eval instant at 2m metric[2m]", "  expect range vector from 1m to 2m step 1m", '  metric{n="1"} 2 3', '  metric{n="2"} _ 30'],
    ],
    ["an error, whatever it says", ["eval instant at 0 metric + on () metric", "  expect fail"]],
    ["an error by a pattern", ["eval instant at 0 metric + on () metric", "  expect fail regex: many-to-many"]],
    ["an error in the older form", ["eval_fail instant at 0 metric + on () metric", "  expected_fail_regexp many-to-many"]],
    ["an info", ["eval instant at 2m rate(metric[2m])", "  expect info regex: might not be a counter", '  {n="1"} 0.016666666666666666']],
    ["an info in the older form", ["eval_info instant at 2m rate(metric[2m])", '  {n="1"} 0.016666666666666666']],
    ["an order", ["eval instant at 0 sort_desc(metric)", "  expect ordered", '  metric{n="2"} 10', '  metric{n="1"} 1']],
    ["an order in the older form", ["eval_ordered instant at 0 sort_desc(metric)", '  metric{n="2"} 10', '  metric{n="1"} 1']],
    [
      "a histogram, however its buckets are cut",
      ["eval instant at 0 histogram", "  histogram {{schema:1 sum:3 count:3 offset:-1 buckets:[0 1 2 0]}}"],
    ],
    [
      "a histogram with its hint",
      ["eval instant at 1m histogram", "  histogram {{schema:1 sum:6 count:6 buckets:[2 4] counter_reset_hint:gauge}}"],
    ],
    [
      "a histogram with another hint that nobody asks for",
      ["eval instant at 1m histogram", "  histogram {{schema:1 sum:6 count:6 buckets:[2 4]}}"],
    ],
  ])("%s", async (_why, lines) => {
    expect(await problemsOf(...samples, ...lines)).toEqual([undefined]);
  });
});

describe("what is not as expected is told", () => {
  test.each<[string, readonly string[], string]>([
    [
      "another value",
      ["eval instant at 0 metric", '  metric{n="1"} 1.00001', '  metric{n="2"} 10'],
      'expected metric{n="1"} 1.00001, got 1',
    ],
    ["a series too many", ["eval instant at 0 metric", '  metric{n="1"} 1'], 'unexpected metric{n="2"} 10'],
    ["a series too few", ['eval instant at 0 metric{n="1"}', '  metric{n="1"} 1', '  metric{n="3"} 1'], 'missing metric{n="3"} 1'],
    [
      "another order",
      ["eval instant at 0 sort(metric)", "  expect ordered", '  metric{n="2"} 10', '  metric{n="1"} 1'],
      'expected metric{n="1"} at position 2, was at 1',
    ],
    ["a number where a vector is", ["eval instant at 0 vector(1)", "  1"], "expected the scalar 1, got a vector of 1 series"],
    ["a vector where a number is", ["eval instant at 0 1", "  {} 1"], "expected a vector or a matrix, got the scalar 1"],
    ["another text", ['eval instant at 0 "a"', '  expect string "b"'], 'expected "b", got "a"'],
    [
      "a point of a range",
      ['eval range from 0 to 1m step 1m metric{n="1"}', '  metric{n="1"} 1 3'],
      'metric{n="1"}: expected 3@60000, got 2@60000 (all: 1@0 2@60000)',
    ],
    [
      "a point too many",
      ['eval range from 0 to 1m step 1m metric{n="1"}', '  metric{n="1"} 1'],
      'metric{n="1"}: expected 1 points, got 2: 1@0 2@60000',
    ],
    [
      "a point where a gap is",
      ['eval range from 0 to 1m step 1m metric{n="1"}', '  metric{n="1"} _ 2'],
      'metric{n="1"}: expected 2@60000, got 1@0 (all: 1@0 2@60000)',
    ],
    [
      "more points than the range has",
      ['eval range from 0 to 1m step 1m metric{n="1"}', '  metric{n="1"} 1 2 3'],
      'metric{n="1"}: expected 3 points, more than the time range has',
    ],
    ["an error", ["eval instant at 0 metric + on () metric"], "failed: found duplicate series"],
    [
      "another error",
      ["eval instant at 0 metric + on () metric", "  expect fail msg: nope"],
      'expected an error matching "nope", got found duplicate series',
    ],
    ["no error", ["eval instant at 0 metric", "  expect fail"], "expected an error, got none"],
    ["no warning", ["eval instant at 0 1", "  expect warn", "  1"], "expected warning annotations, got none"],
    [
      "an info that is forbidden",
      ["eval instant at 2m rate(metric[2m])", "  expect no_info"],
      "expected no info annotations, got PromQL info",
    ],
    [
      "another info",
      ["eval instant at 2m rate(metric[2m])", "  expect info msg: nope"],
      'expected an info matching "nope", got PromQL info',
    ],
    [
      "an info beside those that are expected",
      [
        "eval instant at 2m rate(metric[2m]) or rate({__name__='metric', n='1'}[1m1ms]) or quantile_over_time(7, metric[2m])",
        "  expect warn regex: got 8",
      ],
      'expected a warning matching "got 8"',
    ],
    [
      "another histogram",
      ["eval instant at 0 histogram", "  histogram {{schema:1 sum:3 count:3 buckets:[2 1]}}"],
      "expected histogram {{schema:1 count:3 sum:3 buckets:[2 1]}}, got {{schema:1",
    ],
    [
      "another hint",
      ["eval instant at 1m histogram", "  histogram {{schema:1 sum:6 count:6 buckets:[2 4] counter_reset_hint:reset}}"],
      "counter_reset_hint:reset",
    ],
    ["a histogram where a float is", ["eval instant at 0 vector(1)", "  {} {{count:1}}"], "expected {} {{count:1}}, got 1"],
    ["a float where a histogram is", ["eval instant at 0 histogram", "  histogram 3"], "expected histogram 3, got {{schema:1"],
  ])("%s", async (_why, lines, problem) => {
    const [found] = await problemsOf(...samples, ...lines);
    expect(found).toContain(problem);
  });
});

test("an evaluation that fails does not keep the next ones from running", async () => {
  expect(await problemsOf(...samples, "eval instant at 0 1", "  2", "", "eval instant at 0 1", "  1")).toEqual([
    "expected the scalar 2, got 1",
    undefined,
  ]);
});

test("clear forgets all samples, a second load adds to the first", async () => {
  const problems = await problemsOf(
    "load 1m",
    "  a 1",
    "",
    "load 1m",
    "  b 2",
    "",
    "eval instant at 0 a + b",
    "  {} 3",
    "",
    "clear",
    "eval instant at 0 a or b",
    "",
  );
  expect(problems).toEqual([undefined, undefined]);
});

test("classic histograms are stored with custom buckets too, where it is asked for", async () => {
  const problems = await problemsOf(
    "load_with_nhcb 1m",
    '  h_bucket{le="1", job="a"} 1',
    '  h_bucket{le="5", job="a"} 3',
    '  h_bucket{le="+Inf", job="a"} 4',
    '  h_sum{job="a"} 20',
    '  h_count{job="a"} 4',
    "",
    "eval instant at 0 h",
    '  h{job="a"} {{schema:-53 sum:20 count:4 custom_values:[1 5] buckets:[1 2 1]}}',
    "",
    "eval instant at 0 h_count",
    '  h_count{job="a"} 4',
  );
  expect(problems).toEqual([undefined, undefined]);
});

test.each([
  [
    "counts that go down",
    ['  h_bucket{le="1"} 5', '  h_bucket{le="2"} 3'],
    /cannot convert the histogram at 0 ms: count is not cumulative: .* \(line 1\)/,
  ],
  ["a histogram that contradicts itself", ["  h {{schema:1 count:-1}}"], /cannot store 1 samples at 0 ms \(line 1\)/],
])("samples that can't be stored are told: %s", async (_why, lines, message) => {
  await expect(runScript(parseScript(["load_with_nhcb 1m", ...lines].join("\n")))).rejects.toThrow(message);
});

test("options of the engine can be changed", async () => {
  const script = parseScript("load 1m\n  metric 1 2 3\n\neval instant at 2m metric[5m]\n  expect fail regex: too many samples");
  expect((await runScript(script)).map(({ problem }) => problem)).toEqual(["expected an error, got none"]);
  expect((await runScript(script, { maxSamples: 2 })).map(({ problem }) => problem)).toEqual([undefined]);
});
