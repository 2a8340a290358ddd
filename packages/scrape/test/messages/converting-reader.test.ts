import { describe, expect, test } from "@jest/globals";
import type { Labels } from "@ferula/model";
import fc from "fast-check";
import { ScrapeError } from "../../src/cache/scrape-error.ts";
import { type ConvertingReaderDeps, createConvertingReader } from "../../src/messages/converting-reader.ts";
import { createMadeUpStarts } from "../../src/starts/made-up-starts.ts";
import { plainRules, relabelRules } from "../cache/support.ts";
import { lines, type TestReader, testReader } from "./support.ts";

function reader(options: Partial<ConvertingReaderDeps> = {}): TestReader & { readonly readText: (text: string, atMs: number) => string[] } {
  const made = testReader<ConvertingReaderDeps>(createConvertingReader, { syntax: "text", keepsClassic: false, ...options });
  return { ...made, readText: (text, atMs) => lines(made.readBytes(Buffer.from(text), atMs), made) };
}

const TYPE = "# TYPE h histogram\n";
const classic = 'h_bucket{a="x",le="1"} 2\nh_bucket{a="x",le="2"} 4\nh_bucket{a="x",le="+Inf"} 5\nh_sum{a="x"} 7.5\nh_count{a="x"} 5\n';
const converted = "h|a|x integer unknown schema -53 count 5 spans 0,3 buckets 2,0,-1 bounds 1,2 @1000";

describe("which lines make a histogram", () => {
  test.each<[string, Partial<ConvertingReaderDeps>, string, string[]]>([
    ["those of one name and with the same labels", {}, TYPE + classic, [converted]],
    ["whatever their order", {}, TYPE + classic.split("\n").toReversed().join("\n"), [converted]],
    [
      "and no others",
      {},
      `${TYPE}${classic}h_other{a="x"} 1\nh{a="x"} 2\n# TYPE g gauge\ng_count 3\n`,
      ["h_other{a=x} 1 @1000", "h{a=x} 2 @1000", "g_count{} 3 @1000", converted],
    ],
    ["none before a TYPE line", {}, "h_count 5\n", ["h_count{} 5 @1000"]],
    ["a bucket without a number is left as it is", {}, `${TYPE}h_bucket{le="x"} 1\n`, ["h_bucket{le=x} 1 @1000"]],
    [
      "one for each set of labels",
      {},
      `${TYPE}${classic}${classic.replaceAll('"x"', '"y"')}`,
      [converted, converted.replace("a|x", "a|y")],
    ],
    [
      "blank lines are none, comments end it",
      {},
      `${TYPE}\nh_count 2\n\nh_sum 3\n# a comment\nh_count 2\n`,
      [
        "h integer unknown schema -53 count 2 spans 0,1 buckets 2 bounds  @1000",
        "h integer unknown schema -53 count 2 spans 0,1 buckets 2 bounds  @1000",
      ],
    ],
    [
      "fractions make a float histogram",
      {},
      `${TYPE}h_bucket{le="1"} 0.5\nh_count 0.5\n`,
      ["h float unknown schema -53 count 0.5 spans 0,1 buckets 0.5 bounds 1 @1000"],
    ],
    ["counts that can't be make none", {}, `${TYPE}${classic.replace(/5\n$/, "6\n")}`, []],
    [
      "and the classic series where these are kept",
      { keepsClassic: true },
      `${TYPE}h_count 2\n`,
      ["h_count{} 2 @1000", "h integer unknown schema -53 count 2 spans 0,1 buckets 2 bounds  @1000"],
    ],
    [
      "its labels are relabelled",
      { rules: { ...plainRules, metricRelabel: relabelRules("- {action: drop, source_labels: [__name__], regex: h}") } },
      TYPE + classic,
      [],
    ],
    [
      "its buckets' exemplars with a time are its own",
      { syntax: "openmetrics" },
      `${TYPE}h_bucket{le="1.0"} 2 # {id="a"} 0.5 3\nh_bucket{le="+Inf"} 2 # {id="b"} 5\nh_count 2\n# EOF\n`,
      ["h integer unknown schema -53 count 2 spans 0,1 buckets 2 bounds 1 @1000", "exemplar of h: id=a 0.5 @3000"],
    ],
  ])("%s", (_why, options, text, expected) => {
    const made = reader(options);
    expect(made.readText(text, 1000)).toEqual(expected);
    expect(made.readText(text, 1000)).toEqual(expected);
    made.free();
  });
});

test("histograms that go get stale markers, and a body that is known has nothing new", () => {
  const made = reader();
  const body = Buffer.from(`${TYPE}${classic}g 1\n`);
  expect(made.readBytes(body, 1000)).toMatchObject({ scraped: 2, afterRelabelling: 2, added: 2 });
  expect(made.readBytes(body, 2000)).toMatchObject({ scraped: 2, afterRelabelling: 2, added: 0 });
  expect(made.readText("g 1\n", 3000)).toEqual(["g{} 1 @3000", "h{a=x} STALE @3000"]);
  expect(() => made.readText("g 1 1 1\n", 4000)).toThrow("line 1: ");
  expect(made.markAllStale(4000).length).toBe(1);
  made.free();
});

test.each([
  ["a histogram", "h_bucket", ["h|x|a\nb integer unknown schema -53 count 1 spans 0,1 buckets 1 bounds 1 @1000"]],
  ["another metric", "g_bucket", ["g_bucket{le=1.0,x=a\nb} 1 @1000"]],
])("values of labels may hold newlines: of %s", (_why, name, expected) => {
  let epoch = 0;
  const labels: Labels[] = [];
  const series = {
    seriesRef: (of: Labels) => labels.push(of),
    get epoch() {
      return epoch;
    },
    isLive: () => false,
  };
  const made = reader({ series });
  const body = Buffer.from(`${TYPE}${name}{x="a\nb",le="1"} 1\n`);
  expect(lines(made.readBytes(body, 1000), { ...made, series: { labels, ref: () => 0 } })).toEqual(expected);
  // What the storage has dropped is made again from the same line.
  epoch++;
  made.readBytes(body, 2000);
  expect(labels).toEqual([labels[0], labels[0]]);
  made.free();
});

test("says what the last body says of its metrics, and for ten scrapes what those before said", () => {
  const made = reader();
  made.readText(`# HELP h Some\\nhelp.\n${TYPE}${classic}`, 1000);
  const h = ["h", { type: "histogram", help: "Some\nhelp.", unit: "" }];
  const g = ["g", { type: "gauge", help: "", unit: "" }];
  expect([...(made.metadata?.entries() ?? [])]).toEqual([h]);
  for (let i = 0; i < 10; i++) made.readText("# TYPE g gauge\ng 1\n", 1000);
  expect([...(made.metadata?.entries() ?? [])]).toEqual([h, g]);
  made.readText("# TYPE g gauge\ng 1\n", 1000);
  expect([...(made.metadata?.entries() ?? [])]).toEqual([g]);
  made.free();
});

test("whatever bytes come, a body is read or refused", () => {
  const body = Buffer.from(`${TYPE}${classic}`);
  const made = reader({ keepsClassic: true });
  const edit = fc.record({ at: fc.nat(body.length - 1), byte: fc.nat(255) });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
      const bytes = Buffer.from(body);
      for (const { at, byte } of edits) bytes[at] = byte;
      try {
        made.readBytes(bytes, 1000);
      } catch (error) {
        expect(error).toBeInstanceOf(ScrapeError);
      }
    }),
    { numRuns: 1000 },
  );
  made.free();
});

test("a renamed series beyond the limit of samples, which is none, is not remembered", () => {
  const excluded: number[] = [];
  const madeUp = { ...createMadeUpStarts({ epoch: 0, isLive: () => true }), exclude: (ref: number) => excluded.push(ref) };
  const rules = { ...plainRules, metricRelabel: relabelRules("- {target_label: __name__, replacement: other}") };
  const made = reader({ rules, madeUp, sampleLimit: () => 1 });
  expect(() => made.readText("a 1\nb 2\n", 1000)).toThrow("sample limit exceeded");
  expect(excluded).toEqual([1]);
  made.free();
});
