import { type ScrapeCase, TEXT_1, text } from "../scrape-case.ts";

const NUMBERS = [
  ...[
    "0",
    "-0",
    "+1",
    "1.5",
    ".5",
    "5.",
    "1e3",
    "1E-3",
    "1e+300",
    "1e-400",
    "5e-324",
    "1.7976931348623157e308",
    "0.1",
    "123456789012345678",
  ],
  ...["NaN", "nan", "Inf", "+Inf", "-Inf", "inf", "-infinity", "Infinity", "0x1p-2", "0x1.8p3", "0X1P+4", "-0x.8p0"],
];
/** Of which Go takes none, or not in every place. */
const ODD_NUMBERS = ["1_000", "0x1_0p0", "1e1_0", "0x10", "0b1", "1e", "--1", "1e400", "-NaN", "+NaN", "0x1p2000", "Infin", "1.2.3", "١"];

const METADATA = ["# HELP a_total First.", "# TYPE a_total counter", "a_total 1", "# HELP b B.", "# TYPE b gauge", "b 2"];

/** The text format. */
export const textCases: readonly ScrapeCase[] = [
  { name: "text-numbers", steps: [text(NUMBERS.map((number, i) => `n{i="${i}"} ${number}`))] },
  ...ODD_NUMBERS.map((number, i) => ({ name: `text-odd-number-${i}`, steps: [text(["before 1", `n ${number}`, "behind 1"])] })),
  {
    name: "text-spellings",
    steps: [
      text([
        "plain 1",
        'blanks  { a = "1" , b="2", }   3  ',
        'tabs{a="1"}\t4',
        'no_blank{a="1"}5',
        "empty_braces{} 6",
        'empty_value{a="",b="x"} 7',
        'escapes{a="\\\\ \\" \\n x"} 8',
        'odd_escape{a="\\x"} 9',
        'unsorted{z="1",b="2",A="3",_c="4"} 10',
        'utf8_value{a="ünï 日本 \u{1f600}"} 11',
        "a:colon:name 12",
        "# a comment",
        "",
        "#no blank",
        "_under 13",
      ]),
      text("last_without_end 1"),
      text(['crlf_in_labels{a="1\r\n"} 1']),
    ],
  },
  { name: "text-indented", steps: [text(['\ttabs{a="1"} 1', "  blanks 2"])] },
  { name: "text-windows", steps: [text("windows 1\r\n")] },
  { name: "text-metadata", steps: [text(METADATA), text(METADATA), text(["# HELP a_total Other.", "# TYPE a_total gauge", "a_total 1"])] },
  {
    name: "text-metadata-kinds",
    steps: [
      text([
        '# HELP h Help \\\\ with \\n escapes and "quotes".',
        "# TYPE h histogram",
        'h_bucket{le="1"} 1',
        'h_bucket{le="+Inf"} 2',
        "h_sum 3",
        "h_count 2",
        "# TYPE s summary",
        's{quantile="0.5"} 1',
        "s_sum 2",
        "s_count 3",
        "# TYPE u untyped",
        "u 1",
        "# TYPE late gauge",
        "# HELP only_help Nothing follows.",
        "# HELP  two_blanks  kept  ",
        "two_blanks 1",
        "# UNIT u seconds",
        "v 1",
        "# TYPE v counter",
      ]),
    ],
  },
  { name: "text-type-unknown", steps: [text(["# TYPE a gauge", "# TYPE w unknown", "w 1"])] },
  { name: "text-help-alone", steps: [text(["# HELP", "a 1"])] },
  { name: "text-bad-type", steps: [text(["a 1", "# TYPE a number", "a 2"])] },
  {
    name: "text-twice-typed",
    steps: [text(["# TYPE a gauge", "a 1", "# TYPE a counter", "# HELP a One.", "# HELP a Two.", 'a{b="1"} 2'])],
  },
  {
    name: "text-duplicates",
    steps: [text(["a 1", "a 2", "b 3"]), text(["b 3", "a 5", "a 5"]), text(['a{x="1",y="2"} 1', 'a{y="2",x="1"} 2']), text(["b 4"])],
  },
  { name: "text-repeated-label", steps: [text(["a 1", 'b{x="1",x="2"} 1', "c 1"])] },
  { name: "text-invalid-utf8", steps: [{ ...text([]), body: () => Buffer.from('a 1\nb{x="\xff"} 2\n', "latin1") }] },
  { name: "text-nul", steps: [text(["a 1", 'b{x="\0"} 2', "c 3"])] },
  {
    name: "text-bounds",
    steps: [
      text([
        "# TYPE h histogram",
        ...["0.1", "1", "1.0", "1e0", "1e1", "5e-324", "+Inf", "Inf", "x", "", "NaN", "-0", "0x1p2", "1000000000"].map(
          (le, i) => `h_bucket{le="${le}",i="${i}"} ${i}`,
        ),
        "h_sum 1",
        "h_count 2",
        "# TYPE s summary",
        ...["0.5", "1", "1.0", "1e0", ".99", "0.990", "nan"].map((quantile, i) => `s{quantile="${quantile}",i="${i}"} ${i}`),
        'gauge{le="1",quantile="1"} 1',
      ]),
    ],
  },
  {
    name: "text-quoted-names",
    needs3: true,
    steps: [
      text(['{"a.b"} 1', '{"a.b","c d"="1"} 2', 'plain{"ü.x"="3",y="4"} 5', '{y="1","last"} 6', '{"with \\" quote",a="b"} 7'], {
        contentType: TEXT_1,
      }),
      text(['{"a.b"} 8'], { contentType: TEXT_1 }),
    ],
  },
  {
    name: "text-quoted-names-legacy",
    needs3: true,
    steps: [text(["a 1", '{"a.b"} 1'], { contentType: TEXT_1 })],
    since3: { metric_name_validation_scheme: "legacy" },
  },
  {
    name: "text-quoted-label-legacy",
    needs3: true,
    steps: [text(["a 1", 'b{"c.d"="1"} 1'], { contentType: TEXT_1 })],
    since3: { metric_name_validation_scheme: "legacy" },
  },
  { name: "text-no-name", needs3: true, steps: [text(["a 1", '{x="1"} 1'], { contentType: TEXT_1 })] },
  { name: "text-empty", steps: [text(["a 1"]), text(""), text(["a 2"]), text("\n"), text(["a 3"]), text("# only\n")] },
  ...[
    ["no-value", "b"],
    ["two-values", "b 1 2 3"],
    ["open-braces", 'b{x="1" 1'],
    ["open-text", 'b{x="1} 1'],
    ["bad-name", "1b 1"],
    ["bad-label", 'b{1x="1"} 1'],
    ["float-time", "b 1 1.5"],
    ["text-value", "b one"],
    ["no-equals", 'b{x"1"} 1'],
    ["unquoted", "b{x=1} 1"],
    ["exemplar", 'b 1 # {a="1"} 1'],
    ["comma", "b{,} 1"],
    ["bad-escape", 'b{x="\\'],
  ].map(([name, line]) => ({
    name: `text-bad-${name}`,
    steps: [text(["a 1", "c 1"]), text(["a 2", line as string, "c 2"]), text(["a 3"]), text(["a 4", line as string, "c 4"])],
  })),
];
