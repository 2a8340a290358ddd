import { expect, test } from "@jest/globals";
import { parseExpr } from "@ferula/promql-syntax";
import { independentBatches, type DependentRule } from "../src/dependencies.ts";

const record = (name: string, expr: string): DependentRule => ({ name, isAlerting: false, expr: parseExpr(expr) });
const alert = (name: string, expr: string): DependentRule => ({ name, isAlerting: true, expr: parseExpr(expr) });

test.each<[string, DependentRule[], number[][] | undefined]>([
  ["rules that read what is scraped are all at once", [record("a", "x"), record("b", "y"), alert("C", "z > 1")], [[0, 1, 2]]],
  ["one that reads another's series comes behind it", [record("a", "x"), record("b", "rate(a[5m])")], [[0], [1]]],
  [
    "a chain is one after another in its middle",
    [record("a", "x"), record("b", "a"), record("c", "b"), record("d", "c")],
    [[0], [1], [2], [3]],
  ],
  [
    "several ends are at once",
    [record("a", "x"), record("b", "a"), record("c", "a + y"), record("d", "z")],
    [
      [0, 3],
      [1, 2],
    ],
  ],
  ["what stands later is not waited for", [record("a", "b"), record("b", "x")], [[0, 1]]],
  ["its own series don't count", [record("a", "a + x"), record("b", "y")], [[0, 1]]],
  ["names may match by a pattern", [record("job:a", "x"), record("b", '{__name__=~"job:.*"}')], [[0], [1]]],
  ["or by not being another", [record("a", "x"), record("b", '{__name__!="c",job="y"}')], [[0], [1]]],
  ["a selector without a name may read any series", [record("a", "x"), record("b", '{job="y"}')], undefined],
  ["subqueries and arguments are looked into", [record("a", "x"), record("b", "max_over_time(sum(a)[1h:1m])")], [[0], [1]]],
  ["alerts have series, too", [alert("A", "x > 1"), record("b", "count(ALERTS)")], [[0], [1]]],
  ["of one name", [alert("A", "x > 1"), alert("B", "x > 2"), record("c", 'ALERTS_FOR_STATE{alertname="B"}')], [[0, 1], [2]]],
  ["but not recording rules", [record("a", "x"), record("c", 'ALERTS{alertname="a"}')], [[0, 1]]],
  ["of several names in the braces the first counts", [record("a", "x"), record("b", '{__name__!="a",__name__=~"a|c"}')], [[0, 1]]],
  ["a rule alone needs nobody", [record("a", '{job="y"}')], [[0]]],
  ["nor does none", [], []],
])("%s", (_why, rules, want) => {
  expect(independentBatches(rules)).toEqual(want);
});
