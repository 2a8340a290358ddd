import { expect, test } from "@jest/globals";
import { formatLabels, type MetricType } from "@ferula/model";
import fc from "fast-check";
import { normalizedFloatLabel, sampleLabels, scanText, unescaped, unescapedHelp } from "../../src/index.ts";

/** All that a scan tells, a text a line. */
function scan(bytes: Uint8Array): string[] {
  const told: string[] = [];
  let lastType: MetricType | undefined;
  let expectedStart = 0;
  const follow = (start: number, end: number): void => {
    expect(start).toBe(expectedStart);
    expectedStart = end;
  };
  scanText(bytes, 0, bytes.length, {
    sample(line) {
      follow(line.start, line.end);
      told.push(`${formatLabels(sampleLabels(bytes, line, lastType))} ${line.value}`);
    },
    type(start, end, nameStart, nameEnd, type) {
      follow(start, end);
      lastType = type;
      told.push(`TYPE ${unescaped(bytes, nameStart, nameEnd)} ${type}`);
    },
    help(start, end, nameStart, nameEnd, helpStart, helpEnd) {
      follow(start, end);
      told.push(`HELP ${unescaped(bytes, nameStart, nameEnd)} ${unescapedHelp(bytes, helpStart, helpEnd)}`);
    },
    unit: () => undefined,
    comment(start, end) {
      follow(start, end);
      told.push("comment");
    },
  });
  expect(expectedStart).toBe(bytes.length);
  return told;
}

test("every kind of line is told, and the ranges cover the body without a gap", () => {
  const text = [
    "# HELP h Says \\\\ and \\n.",
    "# TYPE h histogram",
    'h_bucket{le="1"} 1',
    'h_bucket{le="+Inf"} 2',
    "",
    " \t",
    "#",
    "#TYPE h gauge",
    "# TYPES h gauge",
    "# UNIT h seconds",
    '# TYPE "a b" summary',
    String.raw`# HELP "a\"b\\" Quoted.`,
    's{quantile="0.50"} 3',
    "# HELP empty",
    "#   \tHELP  name\ttext  ",
    "end 1",
  ].join("\n");
  expect(scan(Buffer.from(text))).toEqual([
    "HELP h Says \\ and \n.",
    "TYPE h histogram",
    '{__name__="h_bucket", le="1.0"} 1',
    '{__name__="h_bucket", le="+Inf"} 2',
    "comment",
    "comment",
    "comment",
    "comment",
    "comment",
    "comment",
    "TYPE a b summary",
    String.raw`HELP a"b\ Quoted.`,
    '{__name__="s", quantile="0.5"} 3',
    "HELP empty ",
    "HELP name text  ",
    '{__name__="end"} 1',
  ]);
});

test.each([
  { type: "histogram", name: "le", value: "1", want: "1.0" },
  { type: "histogram", name: "le", value: "1e3", want: "1000.0" },
  { type: "histogram", name: "le", value: "1000000", want: "1e+06" },
  { type: "histogram", name: "le", value: "+inf", want: "+Inf" },
  { type: "histogram", name: "le", value: "0.050", want: "0.05" },
  { type: "histogram", name: "le", value: "-1", want: "-1.0" },
  { type: "histogram", name: "le", value: "-0", want: "0.0" },
  { type: "histogram", name: "le", value: "small", want: "small" },
  { type: "histogram", name: "quantile", value: "1", want: "1" },
  { type: "summary", name: "quantile", value: "1", want: "1.0" },
  { type: "summary", name: "quantile", value: "nan", want: "NaN" },
  { type: "gauge", name: "le", value: "1", want: "1" },
  { type: undefined, name: "le", value: "1", want: "1" },
] as const)("$name=$value under TYPE $type is $want", ({ type, name, value, want }) => {
  expect(normalizedFloatLabel(type, name, value)).toBe(want);
});

test.each([
  ["a 1\n\n# x\nb x\n", 'text format parsing error in line 4: strconv.ParseFloat: parsing "x": invalid syntax while parsing: "b x"'],
  ['a{b="\n\n"} 1\nb x\n', "text format parsing error in line 4: "],
  ["# TYPE a sum\n", 'text format parsing error in line 1: invalid metric type "sum"'],
  ["# TYPE a\n", 'text format parsing error in line 1: invalid metric type ""'],
  ["# TYPE a  gauge\n", 'text format parsing error in line 1: invalid metric type " gauge"'],
  ["\n# TYPE #\n", 'text format parsing error in line 2: expected metric name after TYPE, got "#" ("INVALID") while parsing: "# TYPE #"'],
  ["# HELP #\n", 'text format parsing error in line 1: expected metric name after HELP, got "#" ("INVALID") while parsing: "# HELP #"'],
  ['# HELP "a\0" x\n', String.raw`expected metric name after HELP, got "\"a\x00" ("INVALID") while parsing: "# HELP \"a\x00"`],
  ['a{x="1",x="2"} 1\n', 'text format parsing error in line 1: label name "x" is not unique'],
])("%j fails with its line and reason", (text, message) => {
  expect(() => scan(Buffer.from(text))).toThrow(message);
});

test("a help text that is not UTF-8 is refused", () => {
  expect(() => scan(Buffer.from("# HELP a \xff\n", "latin1"))).toThrow('line 1: help text "\\xff" is not a valid utf8 string');
});

test("any bytes are either scanned to the end or refused as exposition", () => {
  const words = [
    "a",
    "b:c",
    "{",
    "}",
    '"',
    "=",
    ",",
    " ",
    "\t",
    "\n",
    "1",
    "NaN",
    "-",
    "e5",
    "#",
    "# TYPE ",
    "# HELP ",
    "gauge",
    "\\",
    "\0",
    "\xff",
    "é",
    "le",
    '="x"',
  ];
  const text = fc.array(fc.constantFrom(...words), { maxLength: 25 }).map((parts) => Buffer.from(parts.join(""), "latin1"));
  fc.assert(
    fc.property(fc.oneof(text, fc.uint8Array({ maxLength: 40 })), (bytes) => {
      try {
        scan(bytes);
      } catch (error) {
        if ((error as Error).name !== "ExpositionError") throw error;
        expect((error as { line: number }).line).toBeGreaterThan(0);
      }
    }),
    { numRuns: 1500 },
  );
});
