import { expect, test } from "@jest/globals";
import { type ConvertingReaderDeps, createConvertingReader } from "../../src/messages/converting-reader.ts";
import { createMadeUpStarts } from "../../src/starts/made-up-starts.ts";
import { described } from "../cache/support.ts";
import { type TestReader, testReader } from "./support.ts";

function reader(options: Partial<ConvertingReaderDeps> = {}): TestReader {
  return testReader<ConvertingReaderDeps>(createConvertingReader, {
    syntax: "openmetrics",
    keepsClassic: false,
    takesStartTimestamps: true,
    ...options,
  });
}

/** The names of what a body has, and when they began. */
function starts(of: TestReader, lines: readonly string[], timestampMs = 1_000_000): string[] {
  const { batch, scraped } = of.readBytes(Buffer.from(lines.map((line) => `${line}\n`).join("")), timestampMs);
  const { labels } = of.series;
  return [
    ...described(batch, of.series).map((row, i) => `${row.split(" ", 1)[0]} ${batch.startTimestampsMs?.[i] ?? 0}`),
    ...(batch.histograms ?? []).map(({ ref, startTimestampMs }) => `histogram ${labels[ref - 1].join(" ")} ${startTimestampMs}`),
    `${scraped} scraped`,
  ];
}

const H = ["# TYPE h histogram", 'h_bucket{le="1"} 1', 'h_bucket{le="+Inf"} 2', "h_sum 2", "h_count 2"];
const END = "# EOF";

test.each<{ why: string; lines: readonly string[]; options?: Partial<ConvertingReaderDeps>; want: readonly string[] }>([
  {
    why: "a converted histogram began when the line behind it says",
    lines: [...H, "h_created 1.5", END],
    want: ["histogram __name__ h 1500", "1 scraped"],
  },
  {
    why: "so did its classic series where these are kept",
    lines: [...H, "h_created 1.5", END],
    options: { keepsClassic: true },
    want: ["h_bucket{le=1.0} 1500", "h_bucket{le=+Inf} 1500", "h_sum{} 1500", "h_count{} 1500", "histogram __name__ h 1500", "5 scraped"],
  },
  {
    why: "each of a family has its own",
    lines: ["# TYPE h histogram", 'h_count{a="1"} 1', 'h_created{a="1"} 1', 'h_count{a="2"} 1', 'h_created{a="2"} 2', END],
    want: ["histogram __name__ h a 1 1000", "histogram __name__ h a 2 2000", "2 scraped"],
  },
  {
    why: "one without a line has none, though the next has",
    lines: ["# TYPE h histogram", 'h_count{a="1"} 1', 'h_count{a="2"} 1', 'h_created{a="2"} 2', END],
    want: ["histogram __name__ h a 1 0", "histogram __name__ h a 2 2000", "2 scraped"],
  },
  {
    why: "a line behind a comment is none",
    lines: [...H, "# HELP h x", "h_created 1.5", END],
    want: ["histogram __name__ h 0", "1 scraped"],
  },
  {
    why: "counters and summaries have theirs beside, and a gauge's line is a series",
    lines: [
      ...["# TYPE c counter", "c_total 5", "c_created 3", "# TYPE s summary", 's{quantile="0.5"} 1', "s_count 1", "s_created 4"],
      ...["# TYPE g gauge", "g 1", "g_created 2", END],
    ],
    want: ["c_total{} 3000", "s{quantile=0.5} 4000", "s_count{} 4000", "g{} 0", "g_created{} 0", "5 scraped"],
  },
  {
    why: "what is no time is none",
    lines: ["# TYPE c counter", "c_total 5", "c_created NaN", 'c_total{a="1"} 5', 'c_created{a="1"} +Inf', END],
    want: ["c_total{} 0", "c_total{a=1} 0", "2 scraped"],
  },
  {
    why: "where they are not taken the lines are series",
    lines: [...H, "h_created 1.5", END],
    options: { takesStartTimestamps: false },
    want: ["h_created{} 0", "histogram __name__ h 0", "2 scraped"],
  },
])("$why", ({ lines, options, want }) => {
  const of = reader(options);
  expect(starts(of, lines)).toEqual(want);
  expect(starts(of, lines)).toEqual(want);
});

test("a fault ahead is told when it is come to", () => {
  expect(() => starts(reader(), ["# TYPE c counter", "c_total 1", "c_total{", END])).toThrow(/^line 3: /);
});

test("starts are made up for converted histograms, and for counters beside", () => {
  const series = { epoch: 0, isLive: () => true };
  const of = reader({ syntax: "text", madeUp: createMadeUpStarts(series) });
  const body = [...H, "# TYPE c counter", "c 1", "# HELP d x", "d 1", "# TYPE g gauge", "g 1"];
  expect(starts(of, body, 10)).toEqual(["d{} 0", "g{} 0", "4 scraped"]);
  expect(starts(of, body, 20)).toEqual(["c{} 10", "d{} 0", "g{} 0", "histogram __name__ h 10", "4 scraped"]);
});
