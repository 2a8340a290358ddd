import { describe, expect, test } from "@jest/globals";
import { formatLabels, type MetricType } from "@ferula/model";
import fc from "fast-check";
import { ExpositionError, isEndLine, sampleLabels, scanOpenMetrics, unescaped, type SampleLine } from "../../src/index.ts";

const bytesOf = (text: string): Uint8Array => Buffer.from(text, "latin1");

function exemplarOf(bytes: Uint8Array, line: SampleLine): string {
  const { exemplarLabelRanges: ranges } = line;
  const text = (i: number): string => Buffer.from(bytes.subarray(ranges[i], ranges[i + 1])).toString("utf8");
  const labels = Array.from({ length: line.exemplarLabelCount }, (_, i) => `${text(4 * i)}=${text(4 * i + 2)}`);
  return ` # ${labels.join()} ${line.exemplarValue}${line.hasExemplarTimestamp ? ` @${line.exemplarTimestampMs}` : ""}`;
}

/** All that a scan tells, a text a line. The ranges must cover the body without a gap. */
function scan(bytes: Uint8Array, metadata = false): string[] {
  const told: string[] = [];
  let type: MetricType | undefined;
  let unit = "";
  let expectedStart = 0;
  const follow = (start: number, end: number): void => {
    expect(start).toBe(expectedStart);
    expectedStart = end;
  };
  scanOpenMetrics(bytes, 0, bytes.length, {
    sample(line) {
      follow(line.start, line.end);
      const labels = formatLabels(sampleLabels(bytes, line, type, metadata ? { type, unit } : undefined));
      const time = line.hasTimestamp ? ` @${line.timestampMs}` : "";
      told.push(`${labels} ${line.value}${time}${line.hasExemplar ? exemplarOf(bytes, line) : ""}`);
    },
    type(start, end, nameStart, nameEnd, named) {
      follow(start, end);
      type = named;
      told.push(`TYPE ${unescaped(bytes, nameStart, nameEnd)} ${named}`);
    },
    help(start, end, nameStart, nameEnd, helpStart, helpEnd) {
      follow(start, end);
      told.push(`HELP ${unescaped(bytes, nameStart, nameEnd)} ${unescaped(bytes, helpStart, helpEnd)}`);
    },
    unit(start, end, nameStart, nameEnd, unitStart, unitEnd) {
      follow(start, end);
      unit = unescaped(bytes, unitStart, unitEnd);
      told.push(`UNIT ${unescaped(bytes, nameStart, nameEnd)} ${unit}`);
    },
    comment(start, end) {
      follow(start, end);
      told.push("end");
    },
  });
  expect(expectedStart).toBe(bytes.length);
  return told;
}

describe("a line is told", () => {
  test.each([
    { why: "of a counter", text: "a_total 1\n", told: '{__name__="a_total"} 1' },
    { why: "with labels and a comma too many", text: 'a{b="c",d="e",} 1.5\n', told: '{__name__="a", b="c", d="e"} 1.5' },
    { why: "with empty braces", text: "a{} 1\n", told: '{__name__="a"} 1' },
    { why: "with a value like +Inf", text: "a +Inf\n", told: '{__name__="a"} Infinity' },
    { why: "with a timestamp in seconds", text: "a 1 123.5\n", told: '{__name__="a"} 1 @123500' },
    { why: "with a timestamp that is cut off at the millisecond", text: "a 1 -0.0019\n", told: '{__name__="a"} 1 @-1' },
    { why: "with a timestamp of minus nothing", text: "a 1 -0.0001\n", told: '{__name__="a"} 1 @0' },
    { why: "with a timestamp that no integer holds", text: "a 1 1e300\n", told: '{__name__="a"} 1 @-9223372036854776000' },
    { why: "with an exemplar", text: 'a 1 # {id="x",k="v"} 5\n', told: '{__name__="a"} 1 # id=x,k=v 5' },
    { why: "with an exemplar that has a time", text: 'a 1 # {id="x"} 5 1.25\n', told: '{__name__="a"} 1 # id=x 5 @1250' },
    {
      why: "with a time and an exemplar without labels",
      text: "a 1 2 # {} 5\n",
      told: '{__name__="a"} 1 @2000 #  5',
    },
    { why: "whose exemplar's labels keep their escapes", text: 'a 1 # {"q.r"="\\n"} 5\n', told: '{__name__="a"} 1 # q.r=\\n 5' },
    { why: "with quoted names", text: '{"m.n","l.m"="v"} 1\n', told: '{__name__="m.n", "l.m"="v"} 1' },
    { why: "with a quoted name behind labels", text: '{a="b","m.n",c="d"} 1\n', told: '{__name__="m.n", a="b", c="d"} 1' },
    { why: "with a NUL in a label value", text: 'a{b="c\0"} 1\n', told: '{__name__="a", b="c\\x00"} 1' },
    { why: "of type gaugehistogram", text: "# TYPE a gaugehistogram\n", told: "TYPE a gaugehistogram" },
    { why: "of type info", text: "# TYPE a info\n", told: "TYPE a info" },
    { why: "of type stateset", text: "# TYPE a stateset\n", told: "TYPE a stateset" },
    { why: "of type unknown", text: "# TYPE a unknown\n", told: "TYPE a unknown" },
    { why: "of a quoted family", text: '# TYPE "a.b" counter\n', told: "TYPE a.b counter" },
    { why: "of help with every escape", text: '# HELP a \\\\ \\n \\" \\x\n', told: 'HELP a \\ \n " \\x' },
    { why: "of help without text", text: "# HELP a \n", told: "HELP a " },
    { why: "of a unit", text: "# UNIT a_seconds seconds\n", told: "UNIT a_seconds seconds" },
    { why: "of no unit", text: "# UNIT a \n", told: "UNIT a " },
  ])("$why", ({ text, told }) => {
    expect(scan(bytesOf(`${text}# EOF\n`))).toEqual([told, "end"]);
  });

  test("and bounds and quantiles get their one spelling by the nearest TYPE line", () => {
    const text = '# TYPE h histogram\nh_bucket{le="1"} 1\n# TYPE s summary\ns{quantile="0.50"} 1\ns{le="1"} 1\n# EOF\n';
    expect(scan(bytesOf(text)).filter((line) => line.startsWith("{"))).toEqual([
      '{__name__="h_bucket", le="1.0"} 1',
      '{__name__="s", quantile="0.5"} 1',
      '{__name__="s", le="1"} 1',
    ]);
  });

  test("and types and units that become labels win over those that the line has", () => {
    const text = [
      'a{__type__="mine",__unit__="mine"} 1',
      "# TYPE a_seconds gauge",
      'a_seconds{__type__="mine",__unit__="mine"} 1',
      "# UNIT a_seconds seconds",
      'a_seconds{__type__="mine",__unit__="mine",__name__="mine"} 1',
      "# TYPE b unknown",
      'b{__type__="mine"} 1',
      "# EOF",
    ];
    expect(scan(bytesOf(text.join("\n")), true).filter((line) => line.startsWith("{"))).toEqual([
      '{__name__="a", __type__="mine", __unit__="mine"} 1',
      '{__name__="a_seconds", __type__="gauge", __unit__="mine"} 1',
      '{__name__="a_seconds", __type__="gauge", __unit__="seconds"} 1',
      '{__name__="b", __type__="mine", __unit__="seconds"} 1',
    ]);
  });
});

describe("a body may end", () => {
  test.each([
    { why: "with a newline", text: "a 1\n# EOF\n" },
    { why: "without one", text: "a 1\n# EOF" },
    { why: "having nothing else", text: "# EOF" },
  ])("$why", ({ text }) => {
    const bytes = bytesOf(text);
    expect(scan(bytes).at(-1)).toBe("end");
    expect(isEndLine(bytes, text.indexOf("#"), bytes.length)).toBe(true);
  });
});

/** Reasons as upstream's parser gives them. */
describe("a body is refused", () => {
  test.each([
    { why: "that is empty", text: "", line: 1, reason: "data does not end with # EOF" },
    { why: "without its end", text: "a 1\n", line: 2, reason: "data does not end with # EOF" },
    { why: "that is cut off behind a value", text: "a 1", line: 1, reason: "data does not end with # EOF" },
    { why: "that is cut off behind an exemplar", text: 'a 1 # {b="c"} 4', line: 1, reason: "data does not end with # EOF" },
    {
      why: "that is cut off behind a timestamp",
      text: "a 1 2",
      line: 1,
      reason: 'expected next entry after timestamp, got " 2" ("EOF") while parsing: "a 1 2"',
    },
    {
      why: "with a name and no more",
      text: "metric",
      line: 1,
      reason: 'expected value after metric, got "metric" ("EOF") while parsing: "metric"',
    },
    { why: "that goes on behind its end", text: "# EOF\na 1\n", line: 1, reason: "unexpected data after # EOF" },
    {
      why: "with a NUL in a quoted name",
      text: '{"a\0b"} 1\n# EOF\n',
      line: 1,
      reason: String.raw`expected label name, got "\"a\x00" ("INVALID") while parsing: "{\"a\x00"`,
    },
    { why: "with its end twice", text: "# EOF\n# EOF\n", line: 1, reason: "unexpected data after # EOF" },
    { why: "with a word behind its end", text: "# EOFs", line: 1, reason: "unexpected data after # EOF" },
    {
      why: "with an empty line",
      text: "a 1\n\n# EOF\n",
      line: 2,
      reason: 'expected a valid start token, got "\\n" ("INVALID") while parsing: "\\n"',
    },
    {
      why: "with a comment",
      text: "# b\n# EOF\n",
      line: 1,
      reason: 'expected a valid start token, got "# b" ("INVALID") while parsing: "# b"',
    },
    {
      why: "with a blank at a line's start",
      text: " a 1\n",
      line: 1,
      reason: 'expected a valid start token, got " " ("INVALID") while parsing: " "',
    },
    { why: "with the Prometheus format's type", text: "# TYPE u untyped\n", line: 1, reason: 'invalid metric type "untyped"' },
    { why: "with a blank behind a type", text: "# TYPE c counter \n", line: 1, reason: 'invalid metric type "counter "' },
    { why: "with a type that is missing", text: "# TYPE m\n", line: 1, reason: "expected text in TYPE" },
    { why: "with help that is missing", text: "# HELP m\n", line: 1, reason: "expected text in HELP" },
    {
      why: "with a family that is missing",
      text: "# TYPE \n",
      line: 1,
      reason: 'expected metric name after TYPE, got "\\n" ("INVALID") while parsing: "# TYPE \\n"',
    },
    { why: "with help in another code", text: "# HELP m \xff\n", line: 1, reason: 'help text "\\xff" is not a valid utf8 string' },
    { why: "with a unit that the name has not", text: "# UNIT m s\n", line: 1, reason: 'unit "s" not a suffix of metric "m"' },
    { why: "with a unit that is glued to the name", text: "# UNIT ms s\n", line: 1, reason: 'unit "s" not a suffix of metric "ms"' },
    { why: "with a unit that is the name", text: "# UNIT s s\n", line: 1, reason: 'unit "s" not a suffix of metric "s"' },
    {
      why: "with two blanks before a value",
      text: "a  1\n",
      line: 1,
      reason: 'expected value after metric, got "  " ("INVALID") while parsing: "a  "',
    },
    {
      why: "with a tab before a value",
      text: "a\t1\n",
      line: 1,
      reason: 'expected value after metric, got "\\t" ("INVALID") while parsing: "a\\t"',
    },
    {
      why: "with a blank before the braces",
      text: 'a {b="c"} 1\n',
      line: 1,
      reason: 'strconv.ParseFloat: parsing "{b=\\"c\\"}": invalid syntax while parsing: "a {b=\\"c\\"}"',
    },
    {
      why: "with a value that is no number",
      text: "a x\n",
      line: 1,
      reason: 'strconv.ParseFloat: parsing "x": invalid syntax while parsing: "a x"',
    },
    {
      why: "with a value that is too large",
      text: "a 1e400\n",
      line: 1,
      reason: 'strconv.ParseFloat: parsing "1e400": value out of range while parsing: "a 1e400"',
    },
    { why: "with a hexadecimal value", text: "a 0x1p3\n", line: 1, reason: 'unsupported character in float while parsing: "a 0x1p3"' },
    {
      why: "with a blank behind a value",
      text: "a 1 \n",
      line: 1,
      reason: 'expected a valid start token, got "\\n" ("LINEBREAK") while parsing: "\\n"',
    },
    { why: "with a timestamp NaN", text: "a 1 NaN\n", line: 1, reason: "invalid timestamp NaN" },
    { why: "with a timestamp without end", text: "a 1 -inf\n", line: 1, reason: "invalid timestamp -Inf" },
    { why: "with an exemplar's timestamp without end", text: "a 1 # {} 1 Inf\n", line: 1, reason: "invalid exemplar timestamp +Inf" },
    {
      why: "with two timestamps",
      text: "a 1 2 3\n",
      line: 1,
      reason: 'expected next entry after timestamp, got " 3\\n" ("TIMESTAMP") while parsing: "a 1 2 3\\n"',
    },
    {
      why: "with an exemplar without a value",
      text: 'a 1 # {b="c"}\n',
      line: 1,
      reason: 'expected value after exemplar labels, got "\\n" ("INVALID") while parsing: "a 1 # {b=\\"c\\"}\\n"',
    },
    {
      why: "with two exemplars",
      text: "a 1 # {} 1 # {} 2\n",
      line: 1,
      reason: 'strconv.ParseFloat: parsing "#": invalid syntax while parsing: "a 1 # {} 1 #"',
    },
    {
      why: "with a name in an exemplar",
      text: 'a 1 # {"b"} 1\n',
      line: 1,
      reason: 'expected label name, got "} " ("BCLOSE") while parsing: "a 1 # {\\"b\\"} "',
    },
    {
      why: "with labels that no comma parts",
      text: 'a{b="c"d="e"} 1\n',
      line: 1,
      reason: 'expected comma or brace close, got "d=" ("LNAME") while parsing: "a{b=\\"c\\"d="',
    },
    {
      why: "with two commas",
      text: 'a{b="c",,} 1\n',
      line: 1,
      reason: 'expected label name, got ",}" ("COMMA") while parsing: "a{b=\\"c\\",,}"',
    },
    { why: "with two names", text: 'a{"b"} 1\n', line: 1, reason: 'metric name already set while parsing: "a{\\"b\\"}"' },
    { why: "with no name", text: '{a="b"} 1\n', line: 1, reason: 'metric name not set while parsing: "{a=\\"b\\"} 1"' },
    {
      why: "with a value without quotation marks",
      text: "a{b=c} 1\n",
      line: 1,
      reason: 'expected label value, got "c" ("INVALID") while parsing: "a{b=c"',
    },
    { why: "with a label value in another code", text: 'a{b="\xff"} 1\n', line: 1, reason: 'invalid UTF-8 label value: "\\"\\xff\\""' },
    {
      why: "with a newline in a label value",
      text: 'a{b="\n"} 1\n',
      line: 1,
      reason: 'expected label value, got "\\"\\n" ("INVALID") while parsing: "a{b=\\"\\n"',
    },
  ])("$why", ({ text, line, reason }) => {
    const scanning = (): unknown => scan(bytesOf(text));
    expect(scanning).toThrow(ExpositionError);
    expect(scanning).toThrow(expect.objectContaining({ line, reason }));
  });
});

describe("whatever the bytes", () => {
  const pieces = [
    "# TYPE ",
    "# HELP ",
    "# UNIT ",
    "# EOF\n",
    "a",
    "_s",
    " ",
    "1",
    ".5",
    "e9",
    "\n",
    "{",
    "}",
    '"',
    "=",
    ",",
    "\\",
    "\0",
    " # {",
    "NaN",
    "\xff",
  ];
  const text = fc
    .array(fc.oneof(fc.constantFrom(...pieces), fc.constantFrom('a{b="c"} 1\n', 'a 1 2 # {b="c"} 1 2\n')))
    .map((parts) => bytesOf(parts.join("")));

  test.each([
    { why: "a body of pieces of the format", bodies: text },
    { why: "a body of anything", bodies: fc.uint8Array({ maxLength: 300 }) },
  ])("$why is scanned, or refused with a line that it has", ({ bodies }) => {
    fc.assert(
      fc.property(bodies, (bytes) => {
        const lines = Buffer.from(bytes).toString("latin1").split("\n").length;
        try {
          expect(scan(bytes).at(-1)).toBe("end");
        } catch (error) {
          expect(error).toBeInstanceOf(ExpositionError);
          expect((error as ExpositionError).line).toBeGreaterThan(0);
          expect((error as ExpositionError).line).toBeLessThanOrEqual(lines);
        }
      }),
      { numRuns: 500 },
    );
  });
});
