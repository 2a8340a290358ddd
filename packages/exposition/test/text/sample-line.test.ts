import { expect, test } from "@jest/globals";
import { createSampleLine, parseSampleLine } from "../../src/index.ts";
import { formatLabels } from "@ferula/model";
import { sampleLabels } from "../../src/index.ts";

const line = createSampleLine();

/** Parses the first line of `text` that lies inside a larger buffer, as bodies do in shared memory. */
function parse(text: string): { series: string; value: number; timestampMs: number | undefined; rest: string } {
  const before = Buffer.from("leftover 12\n");
  const body = Buffer.from(text, "latin1");
  const bytes = new Uint8Array(new SharedArrayBuffer(before.length + body.length + 8)).fill(0x39);
  bytes.set(before);
  bytes.set(body, before.length);
  const next = parseSampleLine(bytes, before.length, before.length + body.length, line);
  expect(line.end).toBe(next);
  return {
    series: formatLabels(sampleLabels(bytes, line, undefined)),
    value: line.value,
    timestampMs: line.hasTimestamp ? line.timestampMs : undefined,
    rest: body.subarray(next - before.length).toString("latin1"),
  };
}

test.each([
  { text: "up 1\n", series: '{__name__="up"}', value: 1 },
  { text: "up 1", series: '{__name__="up"}', value: 1, why: "the newline at the end may be missing" },
  { text: "up\t 1 \t17\t\n", series: '{__name__="up"}', value: 1, timestampMs: 17 },
  { text: "  up 1\n", series: '{__name__="up"}', value: 1, why: "leading blanks are no part of the name" },
  { text: 'a:b{c="d",e="f"} 2.5\nnext', series: '{__name__="a:b", c="d", e="f"}', value: 2.5, rest: "next" },
  { text: 'a{ z = "1" , b="2", } 1e3\n', series: '{__name__="a", b="2", z="1"}', value: 1000 },
  { text: 'a{b="2" c="3"}7\n', series: '{__name__="a", b="2", c="3"}', value: 7, why: "commas may be missing" },
  { text: 'a {b="c"} 1\n', series: '{__name__="a", b="c"}', value: 1 },
  { text: "a{} 1\n", series: '{__name__="a"}', value: 1 },
  { text: 'a{b=""} 1\n', series: '{__name__="a"}', value: 1, why: "an empty value is no label" },
  { text: '{"a.b"} 1\n', series: '{__name__="a.b"}', value: 1 },
  { text: '{"a\\"b","l.1"="x",m="}"} 1\n', series: '{__name__="a\\"b", "l.1"="x", m="}"}', value: 1 },
  { text: '{x="1","m"} 1\n', series: '{__name__="m", x="1"}', value: 1, why: "the name may follow labels" },
  { text: 'a{b="\\\\ \\" \\n \\t"} 1\n', series: '{__name__="a", b="\\\\ \\" \\n \\\\t"}', value: 1 },
  { text: 'a{b="x\ny"} 1\nrest', series: '{__name__="a", b="x\\ny"}', value: 1, rest: "rest", why: "values may hold newlines" },
  { text: 'a{b="\0"} 1\n', series: '{__name__="a", b="\\x00"}', value: 1, why: "values may hold NUL" },
  { text: "a NaN\n", series: '{__name__="a"}', value: NaN },
  { text: "a -inf\n", series: '{__name__="a"}', value: -Infinity },
  { text: "a +Infinity\n", series: '{__name__="a"}', value: Infinity },
  { text: "a 0.1000000000000000055511151231257827\n", series: '{__name__="a"}', value: 0.1 },
  { text: "a 1 1700000000123\n", series: '{__name__="a"}', value: 1, timestampMs: 1_700_000_000_123 },
])("$text", ({ text, series, value, timestampMs, rest = "" }) => {
  expect(parse(text)).toEqual({ series, value, timestampMs, rest });
});

// The reasons are those of upstream's parser; its own test table is the source of most inputs.
test.each([
  ["a", String.raw`expected value after metric, got "\n" ("INVALID") while parsing: "a\n"`],
  ["a{b='c'} 1\n", String.raw`expected label value, got "'" ("INVALID") while parsing: "a{b='"`],
  ["a{b=\n", String.raw`expected label value, got "\n" ("INVALID") while parsing: "a{b=\n"`],
  ['a{\xff="foo"} 1\n', String.raw`expected label name, got "\xff" ("INVALID") while parsing: "a{\xff"`],
  ['a{b="\xff"} 1\n', String.raw`invalid UTF-8 label value: "\"\xff\""`],
  ['{"a", "b = "c"}', String.raw`expected equal, got "c\"" ("LNAME") while parsing: "{\"a\", \"b = \"c\""`],
  ['{"a",b\\nc="d"} 1', String.raw`expected equal, got "\\" ("INVALID") while parsing: "{\"a\",b\\"`],
  ["a true\n", String.raw`strconv.ParseFloat: parsing "true": invalid syntax while parsing: "a true"`],
  ['something_weird{problem="', String.raw`expected label value, got "\"\n" ("INVALID") while parsing: "something_weird{problem=\"\n"`],
  ['empty_label_name{=""} 0', String.raw`expected label name, got "=\"" ("EQUAL") while parsing: "empty_label_name{=\""`],
  ["{A}0", String.raw`expected equal, got "}0" ("BCLOSE") while parsing: "{A}0"`],
  ["foo 1_2\n", String.raw`unsupported character in float while parsing: "foo 1_2"`],
  ["foo 0x1p-3\n", String.raw`unsupported character in float while parsing: "foo 0x1p-3"`],
  ["foo 0 1_2\n", String.raw`expected next entry after timestamp, got "_" ("INVALID") while parsing: "foo 0 1_"`],
  ['{a="ok"} 1', String.raw`metric name not set while parsing: "{a=\"ok\"} 1"`],
  ['a{b=\0"ssss"} 1\n', String.raw`expected label value, got "\x00" ("INVALID") while parsing: "a{b=\x00"`],
  ['a{b="\0', String.raw`expected label value, got "\"\x00\n" ("INVALID") while parsing: "a{b=\"\x00\n"`],
  ['a{b\0="hiih"}	1', String.raw`expected equal, got "\x00" ("INVALID") while parsing: "a{b\x00"`],
  ['{"a\0b"} 1\n', String.raw`expected label name, got "\"a\x00" ("INVALID") while parsing: "{\"a\x00"`],
  ['{"a\\\0b"} 1\n', String.raw`expected label name, got "\"a\\\x00" ("INVALID") while parsing: "{\"a\\\x00"`],
  ['a{"b\0"="c"} 1\n', String.raw`expected label name, got "\"b\x00" ("INVALID") while parsing: "a{\"b\x00"`],
  ['a\0{b="ddd"} 1', String.raw`expected value after metric, got "\x00" ("INVALID") while parsing: "a\x00"`],
  ["a 0 1\0", String.raw`expected next entry after timestamp, got "\x00" ("INVALID") while parsing: "a 0 1\x00"`],
  ["a 1\r\n", String.raw`strconv.ParseFloat: parsing "1\r": invalid syntax while parsing: "a 1\r"`],
  ["a 1 -5\n", String.raw`expected timestamp or new record, got "-" ("INVALID") while parsing: "a 1 -"`],
  ["a 1 99999999999999999999\n", 'strconv.ParseInt: parsing "99999999999999999999": value out of range'],
  ['foo{"bar"} 1\n', String.raw`metric name already set while parsing: "foo{\"bar\"}"`],
  ["-a 1\n", String.raw`expected a valid start token, got "-" ("INVALID") while parsing: "-"`],
  ["\0a 1\n", String.raw`expected a valid start token, got "\x00" ("EOF") while parsing: "\x00"`],
])("%j is refused with upstream's reason", (text, reason) => {
  expect(() => parse(text)).toThrow(reason);
});

test("an unclosed quotation mark does not quote the whole body", () => {
  expect(() => parse(`a{b="${"x".repeat(100_000)}`)).toThrow(/^.{1,1500}$/);
});

test("a line may have more labels than the ones before", () => {
  const labels = Array.from({ length: 40 }, (_, i) => `l${i}="v"`).join(",");
  expect(parse(`a{${labels}} 1\n`).series.match(/="v"/g)).toHaveLength(40);
});

test("a label that stands twice is refused", () => {
  expect(() => parse('a{b="1",b="2"} 1\n')).toThrow('label name "b" is not unique');
});
