import { expect, test } from "@jest/globals";
import type { MetricMetadata, MetricType } from "@ferula/model";
import fc from "fast-check";
import { testCache, type TestCache } from "./support.ts";

/** The account that upstream keeps, the plain way: each comment of each body is put down, with the number of the scrape. */
class Reference {
  private readonly families = new Map<string, { metadata: MetricMetadata; scrape: number }>();
  private scrape = 0;

  read(body: string | undefined): void {
    this.scrape++;
    if (body === undefined) return;
    for (const [, keyword, name, text] of body.matchAll(/^# (TYPE|HELP|UNIT) (\w+) (.*)$/gm)) {
      const before = this.families.get(name)?.metadata ?? { type: "unknown", help: "", unit: "" };
      const part = keyword === "TYPE" ? { type: text as MetricType } : { [keyword.toLowerCase()]: text };
      this.families.set(name, { metadata: { ...before, ...part }, scrape: this.scrape });
    }
    for (const [name, { scrape }] of this.families) if (this.scrape - scrape > 10) this.families.delete(name);
  }

  entries(): [string, MetricMetadata][] {
    return [...this.families].map(([name, { metadata }]) => [name, metadata]);
  }
}

function byName(entries: Iterable<readonly [string, MetricMetadata]>): (readonly [string, MetricMetadata])[] {
  return [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function entriesOf({ metadata }: TestCache): (readonly [string, MetricMetadata])[] {
  return byName(metadata?.entries() ?? []);
}

const LINES = [
  "# TYPE a_s gauge",
  "# TYPE a_s counter",
  "# HELP a_s First.",
  "# HELP a_s Second.",
  "# UNIT a_s s",
  "# UNIT a_s ",
  "# TYPE b unknown",
  "# HELP b ü",
  "a_s 1",
  "b 1",
  "c 1",
];

test("what a target says is known, and for ten scrapes what it said", () => {
  const body = fc.uniqueArray(fc.constantFrom(...LINES)).map((lines) => `${lines.join("\n")}\n# EOF\n`.replace(/^\n/, ""));
  const step = fc.record({ body: fc.option(body, { nil: undefined, freq: 8 }), times: fc.integer({ min: 1, max: 13 }) });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
      const cache = testCache({ syntax: "openmetrics" });
      const reference = new Reference();
      for (const { body: text, times } of steps) {
        for (let i = 0; i < times; i++) {
          reference.read(text);
          if (text === undefined) cache.markAllStale(1);
          else cache.readText(text, 1);
          const want = byName(reference.entries());
          const bytes = want.reduce((sum, [, { type, help, unit }]) => sum + Buffer.byteLength(type + help + unit), 0);
          expect(entriesOf(cache)).toEqual(want);
          expect(cache.metadata?.length()).toBe(want.length);
          expect(cache.metadata?.sizeBytes()).toBe(bytes);
        }
      }
      cache.free();
    }),
    { numRuns: 150 },
  );
});

test("the Prometheus format's help has its own escapes, and its units are comments", () => {
  const cache = testCache();
  cache.readText('# HELP a \\n\\"\n# UNIT a s\n# TYPE b untyped\n# TYPE c summary\n', 1);
  expect(entriesOf(cache)).toEqual([
    ["a", { type: "unknown", help: '\n\\"', unit: "" }],
    ["b", { type: "unknown", help: "", unit: "" }],
    ["c", { type: "summary", help: "", unit: "" }],
  ]);
  cache.free();
  expect(entriesOf(cache)).toEqual([]);
});

test("a body that can't be read tells what stands before its fault", () => {
  const cache = testCache();
  cache.readText("# TYPE a gauge\n# HELP b B.\na 1\n", 1);
  expect(() => cache.readText("# TYPE a counter\noops\n# TYPE c gauge\n", 2)).toThrow("line 2");
  const after: (readonly [string, MetricMetadata])[] = [
    ["a", { type: "counter", help: "", unit: "" }],
    ["b", { type: "unknown", help: "B.", unit: "" }],
  ];
  expect(entriesOf(cache)).toEqual(after);
  cache.markAllStale(2);
  for (let scrape = 3; scrape <= 12; scrape++) cache.readText("c 1\n", scrape);
  expect(entriesOf(cache).map(([name]) => name)).toEqual(["a"]);
  cache.readText("c 1\n", 13);
  expect(entriesOf(cache)).toEqual([]);
});
