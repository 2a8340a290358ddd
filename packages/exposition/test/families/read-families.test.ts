import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { readFamilies, TEXT_CONTENT_TYPE, writeText, type MetricFamily } from "../../src/index.ts";

/** The time that this process has computed, in milliseconds: a machine that is busy with others does not make it longer. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function read(text: string, nameValidation: "utf8" | "legacy" = "utf8"): MetricFamily[] {
  return readFamilies(Buffer.from(text, "latin1"), TEXT_CONTENT_TYPE, { nameValidation });
}

test("numbers become metrics with sorted labels, empty values kept", () => {
  expect(read('# HELP c Counts \\"all\\" \\\\ of\\nit.\n# TYPE c counter\nc{z="1",a=""} 3 17\nc 4\nplain 0x\n'.replace("0x", "5"))).toEqual(
    [
      {
        name: "c",
        type: "counter",
        help: 'Counts "all" \\ of\nit.',
        metrics: [
          { labels: ["a", "", "z", "1"], value: 3, timestampMs: 17 },
          { labels: [], value: 4 },
        ],
      },
      { name: "plain", type: "untyped", metrics: [{ labels: [], value: 5 }] },
    ],
  );
});

describe("a sample of many labels", () => {
  const many = Array.from({ length: 50_000 }, (_, i) => `l${String(50_000 - i).padStart(5, "0")}`);

  test("has them sorted", () => {
    const few = many.slice(0, 30);
    const [family] = read(`a{${few.map((name) => `${name}="${name}v"`).join(",")}} 1\n`);
    expect(family.metrics[0].labels).toEqual(few.toSorted().flatMap((name) => [name, `${name}v`]));
  });

  test.each([0, 5, 10, 11, 49_999])("has none twice, not even its number %d; and is read in one pass", (twice) => {
    const startMs = cpuMs();
    expect(() => read(`a{${[...many, many[twice]].map((name) => `${name}="v"`).join(",")}} 1\n`)).toThrow(
      'duplicate label names for metric "a"',
    );
    // Looking through all of them each time takes minutes; the bound is no measure of speed.
    expect(cpuMs() - startMs).toBeLessThan(3000);
  });
});

test("the lines of histograms and summaries are put together by their other labels", () => {
  const text = [
    "# TYPE h histogram",
    'h_bucket{le="1",p="a"} 1',
    'h_bucket{le="+Inf",p="a"} 2.5',
    'h_bucket{p="b",le="1"} 7',
    'h_sum{p="a"} 3',
    'h_count{p="a"} 2.5',
    "# TYPE s summary",
    's{quantile="0.5"} 4',
    "s_sum 5",
    "s_count 6",
    "# TYPE g gaugehistogram",
    "g_count 1",
    "",
  ].join("\n");
  expect(read(text)).toEqual([
    {
      name: "h",
      type: "histogram",
      metrics: [
        {
          labels: ["p", "a"],
          buckets: [
            { upperBound: 1, cumulativeCount: 1 },
            { upperBound: Infinity, cumulativeCount: 2.5 },
          ],
          count: 2.5,
          sum: 3,
        },
        { labels: ["p", "b"], buckets: [{ upperBound: 1, cumulativeCount: 7 }], count: 0, sum: 0 },
      ],
    },
    { name: "s", type: "summary", metrics: [{ labels: [], quantiles: [{ quantile: 0.5, value: 4 }], count: 6, sum: 5 }] },
    { name: "g", type: "gaugehistogram", metrics: [{ labels: [], buckets: [], count: 1, sum: 0 }] },
  ]);
});

test.each([
  ["a 1", 1, "unexpected end of input stream"],
  ["a 1\nb", 2, "unexpected end of input stream"],
  ["# x", 1, "unexpected end of input stream"],
  ["a 1\r\n", 1, 'expected float as value, got "1\\r"'],
  ["a 0x1p1\n", 1, 'expected float as value, got "0x1p1"'],
  ["\n\na x\n", 3, 'expected float as value, got "x"'],
  ["# TYPE a gauge\n# TYPE a gauge\n", 2, 'second TYPE line for metric name "a", or TYPE reported after samples'],
  ["a 1\n# TYPE a gauge\n", 2, 'second TYPE line for metric name "a", or TYPE reported after samples'],
  ["# HELP a x\n# HELP a x\n", 2, 'second HELP line for metric name "a"'],
  ["# TYPE a info\n", 1, 'unknown metric type "info"'],
  ["# HELP a \\t\n", 1, "invalid escape sequence '\\t'"],
  ["# TYPE a-b gauge\n", 1, "invalid metric name in comment"],
  ["-a 1\n", 1, "invalid metric name"],
  ["{} 1\n", 1, "invalid metric name"],
  ['{a="b"} 1\n', 1, "invalid metric name"],
  ['a{1="b"} 1\n', 1, 'invalid label name for metric "a"'],
  ["a{b} 1\n", 1, "expected '=' after label name, found '}'"],
  ["a{b=c} 1\n", 1, "expected '\"' at start of label value, found 'c'"],
  ['a{b="c} 1\n', 1, 'label value "c} 1" contains unescaped new-line'],
  ['a{b="\\x"} 1\n', 1, "invalid escape sequence '\\x'"],
  ['a{b="\xff"} 1\n', 1, 'invalid label value "\\xff"'],
  ['a{b="c"d} 1\n', 1, 'unexpected end of label value "c"'],
  ['a{b="c",b="d"} 1\n', 1, 'duplicate label names for metric "a"'],
  ['a{__name__="c"} 1\n', 1, 'label name "__name__" is reserved'],
  ['{"a","b"} 1\n', 1, 'multiple metric names for metric "a"'],
  ["a 1 2.5\n", 1, 'expected integer as timestamp, got "2.5"'],
  ["a 1 9223372036854775808\n", 1, 'expected integer as timestamp, got "9223372036854775808"'],
  ["a 1 2 3\n", 1, 'spurious string after timestamp: " 3"'],
  ['# TYPE h histogram\nh_bucket{le="x"} 1\n', 2, "expected float as value for 'le' label, got \"x\""],
  ['# TYPE h histogram\nh_bucket{le="1"} -1\n', 2, 'negative bucket population for histogram "h"'],
  ["# TYPE h histogram\nh_count -1\n", 2, 'negative count for histogram "h"'],
  ['# TYPE s summary\ns{quantile="x"} 1\n', 2, "expected float as value for 'quantile' label, got \"x\""],
])("%j fails in its line with upstream's reason", (text, line, reason) => {
  expect(() => read(text)).toThrow(`text format parsing error in line ${line}: ${reason}`);
});

test("names outside the old alphabet are taken only where they are allowed", () => {
  expect(read('{"a.b","c d"="e"} 1\n')).toEqual([{ name: "a.b", type: "untyped", metrics: [{ labels: ["c d", "e"], value: 1 }] }]);
  expect(() => read('{"a.b"} 1\n', "legacy")).toThrow('line 1: invalid metric name "a.b"');
  expect(() => read('a{"c d"="e"} 1\n', "legacy")).toThrow('line 1: invalid label name "c d"');
  expect(read('{"ab"} 1\n', "legacy")).toHaveLength(1);
});

test("names of JavaScript's own properties are ordinary", () => {
  expect(read('__proto__{constructor="x"} 1\ntoString 2\n').map((family) => family.name)).toEqual(["__proto__", "toString"]);
});

test.each([
  ["application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=text", "it is not an exposition format"],
  ["application/json", "it is not an exposition format"],
  ["", "it is not an exposition format"],
])("content type %j is refused by name", (contentType, reason) => {
  expect(() => readFamilies(Buffer.from("a 1\n"), contentType)).toThrow(
    `cannot read families of content type ${JSON.stringify(contentType)}: ${reason}`,
  );
});

const words = [
  "a",
  "a_count ",
  "a_sum ",
  "a_bucket",
  '{le="1"} ',
  '{quantile="0.5"} ',
  '{x="1"}',
  "{",
  "}",
  '"',
  " ",
  "\n",
  "\n",
  "1\n",
  " 2.5e7\n",
  "NaN\n",
  " -1 17\n",
  "# TYPE a histogram\n",
  "# TYPE a summary\n",
  "# HELP a x\\n\n",
  "# ",
  "\\",
  "\0",
  "\xff",
  '{"é.b"} ',
];
const texts = fc.oneof(
  fc.array(fc.constantFrom(...words), { maxLength: 25 }).map((parts) => new Uint8Array(Buffer.from(parts.join(""), "latin1"))),
  fc.uint8Array({ maxLength: 40 }),
);

/** Where a family has the name of another one's parts, the text format can't tell them apart, in upstream's hands neither. */
const SUFFIXES = ["_count", "_sum", "_bucket"];

test("any bytes are read or refused as exposition, and what was written is a fixed point", () => {
  fc.assert(
    fc.property(texts, (bytes) => {
      let families: MetricFamily[];
      try {
        families = readFamilies(bytes, TEXT_CONTENT_TYPE);
      } catch (error) {
        if ((error as Error).name !== "ExpositionError") throw error;
        return;
      }
      fc.pre(!families.some(({ name }) => families.some((other) => SUFFIXES.some((suffix) => name === other.name + suffix))));
      const written = writeText(families);
      const again = writeText(readFamilies(written, TEXT_CONTENT_TYPE));
      expect(Buffer.from(again).toString()).toBe(Buffer.from(written).toString());
    }),
    { numRuns: 1500 },
  );
});
