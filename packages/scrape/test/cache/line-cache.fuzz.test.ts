import { afterAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { SeriesRules } from "../../src/cache/series-maker.ts";
import { mistakeOf, ReferenceCache } from "./reference.ts";
import type { SyntaxName } from "../../src/cache/syntax.ts";
import { exemplarsOf, plainRules, relabelRules, rowsOf, seriesTable, testCache, workspaces, type TestCache } from "./support.ts";

interface Line {
  /** All before the number; a comment has no number. */
  head: string;
  value?: string | undefined;
  timestamp?: string | undefined;
  exemplar?: string | undefined;
}

/** What bodies of a format are made of. */
interface Parts {
  readonly heads: readonly string[];
  readonly timestamps: readonly string[];
  readonly comments: readonly string[];
  readonly mistakes: readonly string[];
  readonly exemplars: readonly string[];
  readonly end: string;
}

const HEADS = [
  "up ",
  'requests_total{code="200"} ',
  'requests_total{code="500"} ',
  'requests_total{ code="200" , } ',
  '  indented{a="b"}\t',
  'escaped{path="C:\\\\dir\\n\\"x\\""} ',
  'newline{text="a\nb"} ',
  '{"utf8.name","söme.label"="ü"} ',
  'glued{a="b"}',
  'dropped_metric{a="1"} ',
  'dropped_metric{a="2"} ',
  'latency_bucket{le="1"} ',
  'latency_bucket{le="1.0"} ',
  'latency_bucket{le="+Inf"} ',
  "requests_total ",
  "requests_total_more ",
  'job_clash{job="own",instance="own"} ',
  ...Array.from({ length: 30 }, (_, i) => `many{i="${i}"} `),
];
const VALUES = [
  "0",
  "1",
  "-1",
  "12.5",
  "1e3",
  "1e-300",
  "NaN",
  "+Inf",
  "-Inf",
  "nan",
  "inf",
  "123456789012345678901",
  "0.1234567890123456789",
  "9007199254740993",
  "-0",
  ".5",
  "5.",
];
const TIMESTAMPS = ["0", "1000", "1700000000000", "999999999999999", "1234 "];
const COMMENTS = [
  "# a remark",
  "",
  "   ",
  "# TYPE up gauge",
  "# HELP up Whether it is.",
  "# HELP up Is it?",
  "# TYPE latency histogram",
  "# TYPE latency gauge",
  "#TYPE x",
  "# TYPE requests_total counter",
];
/** As a body of OpenMetrics writes them: one space, seconds. */
const OPEN_HEADS = HEADS.filter((head) => /[}a-z] $/.test(head) && !/^ |newline|\{ /.test(head));
const SECONDS = ["0", "1", "1700000000.123", "1.7e9", "-0.0004", "1e300", "0.1234567890123456789", "1700000000"];
const OPEN_COMMENTS = [
  "# TYPE up gauge",
  "# HELP up Whether it is.",
  "# HELP up Is it?",
  "# TYPE latency histogram",
  "# TYPE latency gauge",
  "# UNIT latency_seconds seconds",
  "# UNIT latency ",
  "# TYPE requests counter",
];
const EXEMPLARS = ["{} 1", '{trace="a"} 0.5', '{trace="b",span="c\\n"} 2 1700000000.5', '{"a.b"="ü"} NaN -1'];
const OPEN_MISTAKES = [
  "oops",
  "bad{a=} 1",
  "up x",
  "up 1e400",
  "up 1 2 3",
  "up  1",
  "up 1\t2",
  "up 1 NaN",
  "up 1 1e999",
  "up 1 2 ",
  "up 1 # {} 1 2 3",
  "up 1 # {a} 1",
  'up 1 # {a="b"}',
  "up 1 #",
  "# a remark",
  "",
  "# EOF",
  'requests_total{code="200"} 1_0',
  'twice{a="1",a="2"} 1',
  "# TYPE up nonsense",
  "# UNIT up seconds",
];

const MISTAKES = [
  "oops",
  "bad{a=} 1",
  "up x",
  "up 1e400",
  "up 1 2 3",
  'requests_total{code="200"} 1_0',
  'twice{a="1",a="2"} 1',
  "# TYPE up nonsense",
  "up 1 99999999999999999999",
];

const PARTS: Readonly<Record<SyntaxName, Parts>> = {
  text: { heads: HEADS, timestamps: TIMESTAMPS, comments: COMMENTS, mistakes: MISTAKES, exemplars: [], end: "" },
  openmetrics: {
    heads: OPEN_HEADS,
    timestamps: SECONDS,
    comments: OPEN_COMMENTS,
    mistakes: OPEN_MISTAKES,
    exemplars: EXEMPLARS,
    end: "# EOF\n",
  },
};

/** A small generator: a run is known by its seed. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function textOf(lines: readonly Line[], hasFinalNewline: boolean, end = ""): string {
  const after = (mark: string, part: string | undefined): string => (part === undefined ? "" : mark + part);
  const text = lines
    .map(({ head, value, timestamp, exemplar }) => `${head}${value ?? ""}${after(" ", timestamp)}${after(" # ", exemplar)}\n`)
    .join("");
  return hasFinalNewline ? text + end : (text + end).slice(0, -1);
}

function oneOf(values: readonly string[], random: (below: number) => number): string | undefined {
  return values[random(values.length)];
}

function randomLine(random: (below: number) => number, { heads, timestamps, comments, exemplars }: Parts): Line {
  if (random(6) === 0) return { head: comments[random(comments.length)] };
  return {
    head: heads[random(heads.length)],
    value: oneOf(VALUES, random),
    timestamp: random(8) === 0 ? oneOf(timestamps, random) : undefined,
    exemplar: random(8) === 0 ? oneOf(exemplars, random) : undefined,
  };
}

function edit(lines: Line[], random: (below: number) => number, parts: Parts): void {
  for (const line of lines) {
    if (line.value === undefined) continue;
    if (random(3) === 0) line.value = random(2) === 0 ? String(random(1000)) : VALUES[random(VALUES.length)];
    if (random(20) === 0) line.timestamp = random(2) === 0 ? undefined : oneOf(parts.timestamps, random);
    if (random(10) === 0) line.exemplar = random(2) === 0 ? undefined : oneOf(parts.exemplars, random);
  }
  for (let count = random(4); count > 0; count--) {
    const at = random(lines.length + 1);
    switch (random(7)) {
      case 0:
        lines.splice(at, 0, ...Array.from({ length: random(12) }, () => randomLine(random, parts)));
        break;
      case 1:
        lines.splice(at, random(12));
        break;
      case 2:
        lines.splice(at, 0, ...lines.splice(random(lines.length + 1), random(10)));
        break;
      case 3:
        lines.reverse();
        break;
      case 4:
        if (at < lines.length) lines[at] = randomLine(random, parts);
        break;
      case 5:
        // A series twice in a body, but for buckets: which spelling they get depends on where they stand.
        if (at < lines.length && !lines[at].head.startsWith("latency")) lines.splice(at, 0, { ...lines[at] });
        break;
      default:
        break;
    }
  }
}

/** Where a series stands decides on its labels, it stands once: under two TYPE lines it would be two series. */
function withoutAmbiguity(lines: readonly Line[], { typeAndUnitLabels = false }: SeriesRules): Line[] {
  const seen = new Set<string>();
  const isAnywhere = ({ head, value }: Line): boolean => value === undefined || !(typeAndUnitLabels || head.startsWith("latency"));
  return lines.filter((line) => isAnywhere(line) || (!seen.has(line.head) && seen.add(line.head)));
}

const relabelled: SeriesRules = {
  ...plainRules,
  targetLabels: ["instance", "localhost:9090", "job", "test"],
  metricRelabel: relabelRules('[{source_labels: [__name__], regex: "dropped_.*", action: drop}]'),
};

describe("a line cache gives what parsing every body anew gives", () => {
  const variants = [
    { why: "plain", rules: plainRules, honorTimestamps: true, trackTimestampsStaleness: false },
    { why: "relabelled", rules: relabelled, honorTimestamps: true, trackTimestampsStaleness: false },
    { why: "labels honoured", rules: { ...relabelled, honorLabels: true }, honorTimestamps: true, trackTimestampsStaleness: false },
    { why: "timestamps not honoured", rules: relabelled, honorTimestamps: false, trackTimestampsStaleness: false },
    { why: "timestamps tracked", rules: relabelled, honorTimestamps: true, trackTimestampsStaleness: true },
    {
      why: "types and units as labels",
      rules: { ...plainRules, typeAndUnitLabels: true },
      honorTimestamps: true,
      trackTimestampsStaleness: false,
    },
  ];

  const everyVariant = (["text", "openmetrics"] as const).flatMap((syntax) => variants.map((variant) => ({ syntax, ...variant })));

  test.each(everyVariant)("$syntax, $why", ({ rules, honorTimestamps, trackTimestampsStaleness, syntax }) => {
    const parts = PARTS[syntax];
    const options = { rules, honorTimestamps, trackTimestampsStaleness, syntax };
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = randomNumbers(seed);
        const cache = testCache(options);
        const reference = new ReferenceCache({ ...options, series: seriesTable() });
        let lines: Line[] = Array.from({ length: random(60) }, () => randomLine(random, parts));
        for (let step = 0; step < 12; step++) {
          edit(lines, random, parts);
          lines = withoutAmbiguity(lines, rules);
          const body = random(8) === 0 && lines.length > 0 ? withMistake(lines, random, parts) : lines;
          const text = random(25) === 0 ? "" : textOf(body, random(4) !== 0, random(12) === 0 ? "" : parts.end);
          compare(cache, reference, text, 2_000_000_000_000 + step * 15_000);
        }
        cache.free();
      }),
      { numRuns: 15 },
    );
  });

  function withMistake(lines: readonly Line[], random: (below: number) => number, { mistakes }: Parts): Line[] {
    return lines.toSpliced(random(lines.length), random(2), { head: mistakes[random(mistakes.length)] });
  }

  function compare(cache: TestCache, reference: ReferenceCache, text: string, timestampMs: number): void {
    let want: ReturnType<ReferenceCache["read"]> | undefined;
    let mistake = "";
    try {
      want = reference.read(text, timestampMs);
    } catch (error) {
      mistake = mistakeOf(error);
    }
    if (want === undefined) {
      expect(() => cache.readText(text, timestampMs)).toThrow(expect.objectContaining({ name: "ScrapeError", message: mistake }));
      expect(rowsOf(cache.markAllStale(timestampMs)).toSorted()).toEqual(reference.markAllStale(timestampMs));
      expect(cache.markAllStale(timestampMs).length).toBe(0);
      return;
    }
    const outcome = cache.readText(text, timestampMs);
    const { batch, scraped, afterRelabelling, added } = outcome;
    const { notAdded = 0, stale } = outcome.settle?.() ?? {};
    const rows = [...rowsOf(batch), ...(stale === undefined ? [] : rowsOf(stale))];
    expect(rows.slice(0, want.rows.length)).toEqual(want.rows);
    expect(rows.slice(want.rows.length).toSorted()).toEqual(want.stale);
    expect(exemplarsOf(outcome)).toEqual(want.exemplars);
    expect({ scraped, afterRelabelling, added: added - notAdded }).toEqual({
      scraped: want.scraped,
      afterRelabelling: want.afterRelabelling,
      added: want.added,
    });
  }

  afterAll(() => {
    expect(workspaces.shared.usedBytes).toBeLessThan(8 << 20);
  });
});

test("a target that is scraped over and over takes no more memory", () => {
  const cache = testCache();
  /** Fifty bodies that come again and again: series come and go, and now and then a body is broken. */
  const scrape = (step: number): void => {
    const random = randomNumbers((step % 50) + 1);
    const lines = Array.from({ length: 300 }, (_, i): Line => ({
      head: `series_${i}{a="${"x".repeat(i % 40)}"} `,
      value: String(random(1e9)),
    }));
    const body = lines.slice(random(20), 300 - random(20));
    const isBroken = random(10) === 0;
    const text = textOf(isBroken ? body.toSpliced(random(body.length), 0, { head: "broken" }) : body, true);
    if (!isBroken) {
      cache.readText(text, step * 1000);
      return;
    }
    expect(() => cache.readText(text, step * 1000)).toThrow("line ");
    cache.markAllStale(step * 1000);
  };
  for (let step = 0; step < 100; step++) scrape(step);
  const usedBytes = workspaces.shared.usedBytes;
  for (let step = 100; step < 1100; step++) scrape(step);
  expect(workspaces.shared.usedBytes).toBe(usedBytes);
});
