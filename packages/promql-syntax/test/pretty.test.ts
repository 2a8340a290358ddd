import { expect, test } from "@jest/globals";
import { parseExpr, prettyExpr } from "../src/index.ts";
import { allFeatures, shape } from "./check-query.ts";

const long = 'a_metric_with_a_name_that_is_rather_long_to_fill_the_line{label="value"}';

test.each([
  { why: "what fits in 100 columns stays on its line", query: "sum(rate( foo[5m] ))", want: "sum(rate(foo[5m]))" },
  {
    why: "operands are indented, the operator is not",
    query: `${long} + ${long}`,
    want: `  ${long}\n+\n  ${long}`,
  },
  {
    why: "an aggregation opens on its line, with the parameter on its own",
    query: `topk by (x) (5, ${long} * bool_metric_that_is_long_as_well_0123456789)`,
    want: `topk by (x) (\n  5,\n    ${long}\n  *\n    bool_metric_that_is_long_as_well_0123456789\n)`,
  },
  {
    why: "arguments stand one to a line",
    query: `label_replace(${long}, "dst", "$1", "src", "(.*)-0123456789012345678901234567890")`,
    want: `label_replace(\n  ${long},\n  "dst",\n  "$1",\n  "src",\n  "(.*)-0123456789012345678901234567890"\n)`,
  },
  {
    why: "a subquery keeps its brackets at its end",
    query: `(${long} - ${long})[5m:1m] offset 1m`,
    want: `(\n    ${long}\n  -\n    ${long}\n)[5m:1m] offset 1m`,
  },
  {
    why: "a sign stays before what it changes",
    query: `-(${long} - ${long})`,
    want: `-(\n    ${long}\n  -\n    ${long}\n)`,
  },
])("$why", ({ query, want }) => {
  const expr = parseExpr(query, allFeatures);
  expect(prettyExpr(expr)).toBe(want);
  expect(shape(parseExpr(want, allFeatures))).toEqual(shape(expr));
});
