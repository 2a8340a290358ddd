import { describe, expect, test } from "@jest/globals";
import { createEngine, type ExplainedNode, explainPlan, instantParams, planQuery, rangeParams } from "../../src/index.ts";
import { storageOf } from "../memory-storage.ts";

const params = rangeParams(60_000, 180_000, 60_000);
const explain = (text: string): ExplainedNode => explainPlan(planQuery(text, params));

/** A node in one line: its operator, its details but for the times of its select, and its inputs. */
function outline({ operator, details, steps, inputs }: ExplainedNode): string {
  const { selectedFrom: _from, selectedTo: _to, ...shown } = details;
  const told = Object.entries(shown).map(([name, value]) => `${name}=${String(value)}`);
  return `${[operator, ...told].join(" ")} x${steps}(${inputs.map(outline).join(", ")})`;
}

describe("a plan is told as a tree", () => {
  test.each([
    ["1 + 2", "number value=3 x3()"],
    ["-m", 'negate x3(vector-selector selector={__name__="m"} lookback=300 x3())'],
    ["m offset 1m", 'vector-selector selector={__name__="m"} lookback=300 offset=60 x3()'],
    ["sum by (a, b) (m)", 'aggregate op=sum by=a,b x3(vector-selector selector={__name__="m"} lookback=300 x3())'],
    ["count without (a) (m)", 'aggregate op=count without=a x3(vector-selector selector={__name__="m"} lookback=300 x3())'],
    ['rate(m{a=~"b"}[5m])', 'call function=rate x3(matrix-selector selector={a=~"b",__name__="m"} range=300 x3())'],
    ["m and on(a) m", expect.stringMatching(/^set op=and on=a x3\(vector-selector .*, vector-selector /)],
    ["2 * m", expect.stringMatching(/^vector-scalar op=\* bool=false x3\(number value=2 x3\(\), vector-selector /)],
    ["m / ignoring(a) m", expect.stringMatching(/^vector-vector op=\/ bool=false match=one-to-one ignoring=a x3/)],
    ["sum(m @ 100)", expect.stringMatching(/^step-invariant x3\(aggregate op=sum by= x1\(vector-selector .* at=100 x1\(\)\)\)$/)],
    [
      "max_over_time(m[2m:1m])",
      expect.stringMatching(/^call function=max_over_time x3\(subquery range=120 x3\(vector-selector .* x4\(\)\)\)$/),
    ],
    ["time() + 1", "scalar-scalar op=+ x3(call function=time x3(), number value=1 x3())"],
    ["vector(NaN)", "step-invariant x3(call function=vector x1(number value=NaN x1()))"],
  ])("%s", (text, outlined) => {
    expect(outline(explain(text))).toEqual(outlined);
  });

  test("with its times and those of its select in seconds", () => {
    expect(explain("m")).toEqual({
      operator: "vector-selector",
      details: { selector: '{__name__="m"}', selectedFrom: -239.999, selectedTo: 180, lookback: 300 },
      start: 60,
      end: 180,
      step: 60,
      steps: 3,
      inputs: [],
    });
  });

  test("a text is a tree of one node", () => {
    expect(explainPlan(planQuery('"a"', instantParams(1000)))).toMatchObject({
      operator: "string",
      details: { value: "a" },
      start: 1,
      end: 1,
    });
  });

  test("a chain that is too long is cut", () => {
    let node = explain(Array.from({ length: 1000 }, () => "m").join("+"));
    let depth = 1;
    for (; node.inputs.length > 0; node = node.inputs[0]) depth++;
    expect([depth, node.inputsLeftOut]).toEqual([200, 2]);
  });
});

describe("what is analyzed", () => {
  const storage = storageOf(10_000, 'm{a="x"} 0+1x30', 'm{a="y"} 0+1x30', "h {{count:1 sum:2 buckets:[1]}}x30");
  const engine = createEngine();
  const analyzed = async (text: string): Promise<ExplainedNode | undefined> =>
    (await engine.range(storage, text, 60_000, 180_000, 60_000, { analyze: true })).explained;

  test("tells of each operator what went through it", async () => {
    const explained = await analyzed("sum(rate(m[1m]))");
    const seconds = expect.any(Number);
    expect(explained?.measured).toEqual({ series: 1, reads: 1, samples: 3, bytes: 48, seconds });
    expect(explained?.inputs[0].measured).toEqual({ series: 2, reads: 2, samples: 6, bytes: 96, seconds });
    // A window is open at its left end: 18 samples of each series are selected.
    expect(explained?.inputs[0].inputs[0].measured).toEqual({ series: 2, reads: 2, samples: 36, bytes: 576, seconds });
  });

  test("counts histograms by their size", async () => {
    const explained = await analyzed("h");
    expect(explained?.measured).toMatchObject({ series: 1, reads: 1 });
    expect(explained?.measured?.samples).toBeGreaterThan(3);
  });

  test("is no part of other queries", async () => {
    const { explained } = await engine.instant(storage, "m", 0);
    expect(explained).toBeUndefined();
  });

  test("the engine explains without evaluating", () => {
    expect(engine.explain("m", engine.params(0, 0, 0))).toEqual(explainPlan(planQuery("m", instantParams(0))));
  });
});
