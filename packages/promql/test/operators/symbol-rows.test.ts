import { expect, test } from "@jest/globals";
import { type Labels, labelsKey } from "@ferula/model";
import fc from "fast-check";
import { createEngine } from "../../src/engine.ts";
import { keepLabels } from "../../src/operators/labels.ts";
import { numberRows } from "../../src/operators/symbol-rows.ts";
import { storageOf } from "../memory-storage.ts";
import { symbolsOf, withSymbols } from "../symbol-storage.ts";

const names = ["__name__", "a", "b", "c", "job", "le"];
const labelSets: fc.Arbitrary<Labels> = fc
  .array(fc.option(fc.constantFrom("1", "2", "a", "x"), { nil: undefined }), { minLength: names.length, maxLength: names.length })
  .map((values) => names.flatMap((name, i) => (values[i] === undefined ? [] : [name, values[i]])));

test("label sets have the same number exactly when the same labels are left of them, and numbers ascend with the first row", () => {
  fc.assert(
    fc.property(fc.array(labelSets, { maxLength: 300 }), fc.subarray(names), (sets, kept) => {
      const { numberOf, firstRows } = numberRows(symbolsOf(sets), sets.length, (name) => kept.includes(name));
      const keys = sets.map((labels) => labelsKey(keepLabels(labels, (name) => kept.includes(name))));
      const distinct = [...new Set(keys)];
      expect([...numberOf]).toEqual(keys.map((key) => distinct.indexOf(key)));
      expect(firstRows).toEqual(distinct.map((key) => keys.indexOf(key)));
    }),
  );
});

const storage = storageOf(
  10_000,
  'up{job="a", i="0"} 1x9',
  'up{job="a", i="1"} 0 1 NaN 3 _ stale 4 5 6 7',
  'up{job="b", i="0"} 5x9',
  'up{job="b"} 0+3x9',
  'requests_total{job="a", i="0"} 0+10x9',
  'requests_total{job="a", i="1"} 5 1 7 9 2 4 8 9 10 11',
  'requests_total{job="b", i="0", __type__="counter"} 0+1x9',
  'mixed{job="a", i="0"} 1 2 {{schema:0 sum:1 count:1 buckets:[1]}}x6',
  'mixed{job="b", i="0"} 1x9',
);

const queries = [
  "count by (job) (up)",
  "sum by (job, i) (up)",
  "sum by (none) (up)",
  "avg without (i) (up)",
  "count by (__name__, job) ({job=~'.+'})",
  "quantile by (job) (0.5, up)",
  "topk by (job) (1, up)",
  "bottomk(2, up)",
  "sum by (job) (rate(requests_total{i!='x', __type__=''}[30s]))",
  "sum by (__name__, job) (rate(requests_total{__type__=''}[30s]))",
  "sum by (job) (rate(requests_total[30s]))",
  "count without (i) (last_over_time(up[30s]))",
  "sum by (job) (increase(up[30s]))",
  "max by (job) (max_over_time(up[30s]))",
  "sum by (job) (mixed)",
  "sum by (job) (rate(mixed[40s]))",
  "max by (job) (mixed)",
  "sum by (job) (up) + count by (job) (up)",
  "sum(up) + on() group_right up",
];

test.each(queries.flatMap((text) => [false, true].map((delayedNameRemoval) => ({ text, delayedNameRemoval }))))(
  "$text is the same whether labels come as texts or as symbols (names dropped late: $delayedNameRemoval)",
  async ({ text, delayedNameRemoval }) => {
    const engine = createEngine({ delayedNameRemoval });
    const answers = [storage, withSymbols(storage).storage].map(async (one) => {
      const { series, annotations } = await engine.range(one, text, 0, 90_000, 10_000);
      const instant = await engine.instant(one, text, 80_000);
      return { series, instant: instant.series, texts: annotations.texts(text) };
    });
    const [byTexts, bySymbols] = await Promise.all(answers);
    expect(bySymbols).toEqual(byTexts);
    expect(byTexts.series).not.toHaveLength(0);
  },
);

test.each([
  ["count by (job) (up)", 2],
  ["sum(rate(up[30s]))", 3],
  ["topk(1, up)", 2],
])("%s makes no labels but those it needs", async (text, most) => {
  const { storage: counted, labelReads } = withSymbols(storage);
  await createEngine().instant(counted, text, 80_000);
  expect(labelReads()).toBeLessThanOrEqual(most);
});
