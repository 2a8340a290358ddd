import {
  defineType,
  goFloat,
  goFunction,
  GoDuration,
  goStruct,
  GoTime,
  SafeContent,
  safeCss,
  safeHtml,
  safeJs,
  safeUrl,
  sprint,
  type TemplateFunction,
  type Typed,
} from "../src/index.ts";

/** One row of the golden tables: the template, and the output or the error that Go's packages give for it. */
export interface GoldenCase {
  readonly text: string;
  readonly missingKey?: "zero" | "error";
  readonly want?: string;
  readonly error?: string;
}

type Labels = Readonly<Record<string, string>>;
interface Pair {
  readonly name: string;
  readonly value: string;
}
interface Alert {
  readonly status: string;
  readonly labels: Labels;
  readonly startsAt: GoTime;
  readonly took: GoDuration;
  readonly value: number;
  readonly count: number;
}

const goPair = defineType<Pair>({ type: "main.Pair", fields: { Name: (pair) => pair.name, Value: (pair) => pair.value } });

const goPairs = defineType<readonly Pair[]>({
  type: "main.Pairs",
  underlying: (pairs) => pairs.map(goPair),
  methods: {
    Names: goFunction({ params: [], call: (pairs: readonly Pair[]) => pairs.map(({ name }) => name) }),
    Values: goFunction({ params: [], call: (pairs: readonly Pair[]) => pairs.map(({ value }) => value) }),
  },
});

const goLabels: (labels: Labels) => Typed = defineType<Labels>({
  type: "main.KV",
  underlying: (labels) => labels,
  zero: "",
  text: (labels) =>
    sortedPairs(labels)
      .map(({ name, value }) => `${name}=${value}`)
      .join(", "),
  methods: {
    SortedPairs: goFunction({ params: [], call: (labels: Labels) => goPairs(sortedPairs(labels)) }),
    Names: goFunction({ params: [], call: (labels: Labels) => sortedPairs(labels).map(({ name }) => name) }),
    String: goFunction({ params: [], call: () => "unused" }),
    Remove: goFunction({
      params: ["[]string"],
      call: (labels: Labels, names: readonly string[] | null) =>
        goLabels(Object.fromEntries(Object.entries(labels).filter(([name]) => !names?.includes(name)))),
    }),
  },
});

const goAlert = defineType<Alert>({
  type: "main.Alert",
  fields: {
    Status: (alert) => alert.status,
    Labels: (alert) => goLabels(alert.labels),
    StartsAt: (alert) => alert.startsAt,
    Took: (alert) => alert.took,
    Value: (alert) => goFloat(alert.value),
    Count: (alert) => alert.count,
  },
});

const goAlerts = defineType<readonly Alert[]>({
  type: "main.Alerts",
  underlying: (alerts) => alerts.map(goAlert),
  methods: {
    Firing: goFunction({ params: [], call: (alerts: readonly Alert[]) => withStatus(alerts, "firing") }),
    Resolved: goFunction({ params: [], call: (alerts: readonly Alert[]) => withStatus(alerts, "resolved") }),
  },
});

const goPoint = (X: number, Y: string, Z: number): Typed => goStruct({ X, Y, Z }, { type: "main.Point" });

const goAnyMap = defineType<object>({ type: "map[string]interface {}", underlying: (map) => map, zero: null });

const goAnySlice = defineType<readonly unknown[]>({ type: "[]interface {}", underlying: (items) => items });

const goMonth = defineType<number>({
  type: "time.Month",
  underlying: (month) => month,
  text: () => "March",
  methods: { String: goFunction({ params: [], call: () => "March" }) },
});

const start = new GoTime(Date.UTC(2024, 2, 9, 7, 5, 3, 123), 456_789);
const SECOND = 1_000_000_000n;

const alerts: readonly Alert[] = [
  {
    status: "firing",
    labels: { alertname: "Hot", job: "node", instance: "a:9100" },
    startsAt: start,
    took: new GoDuration(90n * SECOND),
    value: 1,
    count: 3,
  },
  {
    status: "resolved",
    labels: { alertname: "Hot", job: "node", instance: "<b>" },
    startsAt: new GoTime(start.epochMs + 3_600_000, start.nanos),
    took: new GoDuration((3n * SECOND) / 2n),
    value: 2.5,
    count: 0,
  },
];

/** What the golden templates are executed with; Go's twin had the same values. */
export const goldenDot: unknown = {
  Data: goStruct(
    { Receiver: "team-X", Status: "firing", Alerts: goAlerts(alerts), GroupLabels: goLabels({ alertname: "Hot", job: "node" }) },
    {
      type: "*main.Data",
      methods: { Greet: goFunction({ params: ["string", "int"], call: (_: unknown, name: string, n: number) => `hi ${name} x${n}` }) },
    },
  ),
  S: "héllo",
  Evil: `<script>alert('x') & "y"+1</script>`,
  I: 42,
  N: -7,
  Zero: 0,
  F: goFloat(1),
  Fl: 3.24159,
  B: true,
  Nil: null,
  L: ["a", "b", "c"],
  Ints: [3, 1, 2],
  A: [1, "x", null, 2.5, true],
  M: { b: 2, a: "one", nil: null, m: goAnyMap({ k: "v" }) },
  SM: new Map([
    ["x", "1"],
    ["y", "2"],
    ["__proto__", "p"],
  ]),
  D: new GoDuration(90n * 60n * SECOND + SECOND / 4n),
  T: start,
  E: defineType<readonly string[]>({ type: "[]string", underlying: (items) => items })([]),
  Big: 9_007_199_254_740_993n,
  U: "http://x.test/a b?q=1&r=<>#f",
  J: "javascript:alert(1)",
  Html: safeHtml("<i>ok</i> & <b title='q'>x</b>"),
  Url: safeUrl("javascript:fine()"),
  Css: "color: red; expression(1)",
  P: goPoint(1, "why", 0.5),
  Fn: goFunction({ params: ["int", "string"], call: (a: number, b: string) => sprint([a, b]) }),
  FnV: goFunction({ params: ["string", "...int"], call: (a: string, ...b: readonly number[]) => Buffer.byteLength(a) + b.length }),
  Bad: goFunction({
    params: [],
    call: () => {
      throw new Error("bad fn");
    },
  }),
  Deep: { L: [[1, 2], { z: null }], P: goPoint(2, "<", -1.5), E: goAnyMap({}) },
  Inf: Infinity,
  NaN: Number.NaN,
  Fs: [goFloat(1), 2.5, goFloat(1e100)],
  Bs: [true, false],
  Dur: new GoDuration(1500n),
  Mon: goMonth(3),
  UTF: "aé😀\u2028\0\t\ufeff\u00a0\"'`",
  Max: 9_223_372_036_854_775_807n,
  Min: -9_223_372_036_854_775_808n,
  Js: safeJs("f(1)"),
  JsStr: new SafeContent("JSStr", 'a\\nb"c'),
  CSS: safeCss("red; x: url(a)"),
  Attr: new SafeContent("HTMLAttr", 'onclick="x"'),
  Srcset: new SafeContent("Srcset", "a 1x, b 2x"),
  Empty: "",
  Float: goFloat(1e21),
  Small: 0.000001234,
  Mil: goFloat(1e6),
};

/** The functions of the golden templates. */
export const goldenFuncs: Readonly<Record<string, TemplateFunction>> = {
  toUpper: goFunction({ params: ["string"], call: (text: string) => text.toUpperCase() }),
  join: goFunction({
    params: ["string", "[]string"],
    call: (separator: string, items: readonly string[] | null) => (items ?? []).join(separator),
  }),
  fail: goFunction({
    params: [],
    call: () => {
      throw new Error("it broke");
    },
  }),
  add: goFunction({ params: ["int", "int"], call: (a: number, b: number) => a + b }),
  half: goFunction({ params: ["float64"], returns: "float64", call: (value: number) => value / 2 }),
  list: goFunction({ params: ["...any"], call: (...items: readonly unknown[]) => goAnySlice(items) }),
  safeHtml: goFunction({ params: ["string"], call: (text: string) => new SafeContent("HTML", text) }),
  nothing: goFunction({ params: [], call: () => null }),
  not2: goFunction({ params: ["bool"], call: (value: boolean) => !value }),
};

function sortedPairs(labels: Labels): Pair[] {
  return Object.keys(labels)
    .sort()
    .map((name) => ({ name, value: labels[name] }));
}

function withStatus(all: readonly Alert[], status: string): Typed[] {
  return all.filter((alert) => alert.status === status).map(goAlert);
}
