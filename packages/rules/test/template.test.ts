import { describe, expect, test } from "@jest/globals";
import { createFloatHistogram, labelsOf } from "@ferula/model";
import { expandTemplate, type VectorElement } from "../src/index.ts";

/** The time that this process has computed, in milliseconds: a machine that is busy with others does not make it longer. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const data = {
  name: "__alert_Down",
  evalTimeMs: 1_767_225_600_500,
  labels: labelsOf({ instance: "a:80", job: "shop" }),
  value: 0.25,
  externalLabels: labelsOf({ region: "eu" }),
  externalUrl: "http://127.0.0.1:9090",
};

async function expand(text: string, answer: readonly VectorElement[] = []): Promise<{ text: string; errors: readonly string[] }> {
  const errors: string[] = [];
  const expanded = await expandTemplate(
    text,
    data,
    async () => answer,
    (error) => errors.push(error.message),
  );
  return { text: expanded, errors };
}

test.each([
  ["plain", "plain"],
  ["{{ $labels.instance }} of {{ .Labels.job }}", "a:80 of shop"],
  ["{{ $value | humanizePercentage }}", "25%"],
  ["{{ $externalLabels.region }} {{ $externalURL }}", "eu http://127.0.0.1:9090"],
  ["[{{ $labels.missing }}]", "[]"],
  ["{{ humanizeDuration 3661 }}", "1h 1m 1s"],
  ["{{ $value }} {{ .Value | printf `%.1f` }} {{ $labels.job | toUpper }} {{ title `a bC d` }}", "0.25 0.2 SHOP A BC D"],
  [
    "{{ humanize 1234567.0 }} {{ humanize1024 2048.0 }} {{ humanizeTimestamp 1435065584.128 }} {{ humanize `0.01` }}",
    "1.235M 2ki 2015-06-23 13:19:44.128 +0000 UTC 10m",
  ],
  ["{{ toDuration 90 }} {{ (toTime 0).Year }} {{ parseDuration `-1h` }} {{ now }}", "1m30s 1970 -3600 1.7672256005e+09"],
  ["{{ stripPort `a:80` }} {{ stripPort `[::1]:80` }} {{ stripPort `a` }} {{ stripPort `::1` }}", "a ::1 a ::1"],
  [
    "{{ stripDomain `a.b.c:80` }} {{ stripDomain `a.b` }} {{ stripDomain `1.2.3.4:5` }} {{ stripDomain `[::1]:5` }} {{ stripDomain `1.2` }}",
    "a:80 a 1.2.3.4:5 [::1]:5 1",
  ],
  ["{{ graphLink `a(b)` }} {{ tableLink `x y` }}", "/graph?g0.expr=a%28b%29&g0.tab=0 /graph?g0.expr=x+y&g0.tab=1"],
  ["{{ urlQueryEscape `a b!*'()&é` }} {{ externalURL }} [{{ pathPrefix }}]", "a+b%21%2A%27%28%29%26%C3%A9 http://127.0.0.1:9090 []"],
  ["{{ match `^a` $labels.instance }} {{ reReplaceAll `(.*):.*` `$1` $labels.instance }} {{ (args 1 `x`).arg1 }}", "true a x"],
  ["{{ range $i, $e := args 1 }}{{ $i }}{{ end }}{{ safeHtml `<b>` }} {{ $labels }}", "arg0<b> map[instance:a:80 job:shop]"],
])("%s becomes %s", async (template, expected) => {
  expect(await expand(template)).toEqual({ text: expected, errors: [] });
});

test("a template may query", async () => {
  const answer = [{ labels: labelsOf({ job: "shop" }), value: 3 }] as unknown as readonly VectorElement[];
  const { text, errors } = await expand("{{ range query `up` }}{{ .Labels.job }}={{ .Value }}{{ end }}", answer);
  expect({ text, errors }).toEqual({ text: "shop=3", errors: [] });
});

test("a template may query several times, and by what it found; each query is asked once", async () => {
  const asked: string[] = [];
  const text =
    "{{ range query `up` | sortByLabel `job` }}{{ with printf `n{job=%q}` .Labels.job | query }}{{ . | first | value }}/{{ . | first | label `job` }}{{ end }} {{ end }}{{ query `up` | len }}";
  const expanded = await expandTemplate(
    text,
    data,
    async (expr) => {
      asked.push(expr);
      if (expr === "up") return ["b", "a"].map((job) => ({ labels: labelsOf({ job }), value: 1 }));
      return [{ labels: labelsOf({ job: expr }), value: 2 }];
    },
    (error) => expect(error).toBeUndefined(),
  );
  expect(expanded).toBe('2/n{job="a"} 2/n{job="b"} 2');
  expect(asked).toEqual(["up", 'n{job="a"}', 'n{job="b"}']);
});

test.each([
  ["{{ query `up` | first }}", "error calling first: first() called on vector with no elements"],
  ["{{ .Nope }}", "error executing template __alert_Down: template: __alert_Down:1:"],
  ["{{", "error parsing template __alert_Down: template: __alert_Down:1: unclosed action"],
  ["{{ humanize `x` }}", 'error calling humanize: strconv.ParseFloat: parsing "x": invalid syntax'],
  ["{{ humanize .Labels }}", "error calling humanize: can't convert map[string]string to float"],
  [
    "{{ .Nope }}",
    "can't evaluate field Nope in type struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }",
  ],
  ["{{ (query `up` | first).Nope }}", "error calling first: first() called on vector with no elements"],
  ["{{ value 1 }}", "can't handle 1 for arg of type *template.sample"],
  ["{{ first .Labels }}", "wrong type for value; expected template.queryResult; got map[string]string"],
  ["{{ label `job` }}", "wrong number of args for label: want 2 got 1"],
])("%s is told in the text, and to the log", async (template, message) => {
  const { text, errors } = await expand(template);
  expect(text).toContain("<error expanding template: ");
  expect(text).toContain(message);
  expect(errors).toHaveLength(1);
});

test("a query that fails is told in the text", async () => {
  const failing = expandTemplate(
    "{{ query `up` }}",
    data,
    () => Promise.reject(new Error("down")),
    () => undefined,
  );
  expect(await failing).toBe(
    '<error expanding template: error executing template __alert_Down: template: __alert_Down:1:115: executing "__alert_Down" at <query `up`>: error calling query: down>',
  );
});

test("a template that asks without end is stopped", async () => {
  const text = "{{ range query `up` }}{{ printf `q%v` .Value | query }}{{ end }}";
  const many = Array.from({ length: 200 }, (_, i) => ({ labels: labelsOf({}), value: i }));
  expect(
    await expandTemplate(
      text,
      data,
      async (expr) => (expr === "up" ? many : []),
      () => undefined,
    ),
  ).toMatch(/:1:\d+: executing "__alert_Down" at <.*query.*>: more than 100 queries>$/);
});

test.each([
  {
    why: "collections that hold themselves twice",
    text: "{{ $m := args 1 }}{{ range 40 }}{{ $m = args $m $m }}{{ end }}{{ len (print $m) }}",
  },
  { why: "an answer that is sorted again and again", text: "{{ range 1000000 }}{{ $x := query `a` | sortByLabel `a` }}{{ end }}" },
  { why: "a query after each turn of a loop, which runs all turns anew", text: "{{ range 1000000 }}{{ query (printf `x%d` .) }}{{ end }}" },
  { why: "patterns without end", text: "{{ range $i := 1000000 }}{{ match (printf `^(a+%d)+$` $i) `aaaa` }}{{ end }}" },
])("a loop ends with a message: $why", async ({ text }) => {
  const answer = Array.from({ length: 1000 }, (_, i) => ({ labels: labelsOf({ a: `x${i}` }), value: i }));
  const startedMs = cpuMs();
  const { errors } = await expand(text, answer);
  expect(errors).toEqual([expect.stringMatching(/: executing "__alert_Down" at <.*>: the template took more than \d+ steps$/)]);
  // The bound is 100 ms; thirty times that tells what hangs from what is slow.
  expect(cpuMs() - startedMs).toBeLessThan(3000);
});

// What upstream 3.14 answers; a text that begins with `!` is the end of its message.
describe("numbers and times", () => {
  test.each([
    ["humanize `1_0`", "10"],
    ["humanize `1e400`", '!strconv.ParseFloat: parsing "1e400": value out of range'],
    ["humanize ` 1`", '!strconv.ParseFloat: parsing " 1": invalid syntax'],
    ["humanize nil", "!can't convert <nil> to float"],
    ["humanize true", "!can't convert bool to float"],
    ["humanize (toDuration 5)", "!can't convert *time.Duration to float"],
    ["humanize 9223372036854775807", "9.223E"],
    ["humanizeTimestamp 1700000000.123", "2023-11-14 22:13:20.122 +0000 UTC"],
    ["humanizeTimestamp 0.99995", "1970-01-01 00:00:00.999 +0000 UTC"],
    ["humanizeTimestamp `NaN`", "NaN"],
    ["humanizeTimestamp 1e10", "!1e+10 cannot be represented as a nanoseconds timestamp since it overflows int64"],
    ["toTime `inf`", "!value is NaN or Inf"],
    ["toTime 1e30", "!1e+30 cannot be represented as a nanoseconds timestamp since it overflows int64"],
    ["toTime 59.9999", "1970-01-01 00:00:59.999 +0000 UTC"],
    ["printf `%T %T` (toTime 0) (toDuration 1)", "*time.Time *time.Duration"],
    ["(toTime 60).Sub (toTime 0)", "1m0s"],
    ["toDuration `inf`", "-2562047h47m16.854775808s"],
    ["toDuration -1e10", "-2562047h47m16.854775808s"],
    ["toDuration 1700000000.123", "472222h13m20.122999808s"],
  ])("%s", async (call, want) => {
    const { text, errors } = await expand(`{{ ${call} }}`);
    if (!want.startsWith("!")) return expect({ text, errors }).toEqual({ text: want, errors: [] });
    expect(errors).toHaveLength(1);
    expect(errors[0].endsWith(`: ${want.slice(1)}`)).toBe(true);
  });
});

test.each([
  ["toUpper `straße ﬁx`", "STRAßE ﬁX"],
  ["toLower `ΟΔΟΣ İ`", "οδοσ i"],
  ["title `foo_bar baz-qux x.y 1st 2ND don’t HTTP a:b`", "Foo_bar Baz-Qux X.y 1St 2ND Don’t HTTP A:b"],
  ["title `ﬁx ßa ǆ a\u0301b`", "Fix Ssa ǅ A\u0301b"],
  ["reReplaceAll `(` `x` `y`", undefined],
])("letters and patterns: %s", async (call, want) => {
  const { text, errors } = await expand(`{{ ${call} }}`);
  if (want !== undefined) return expect({ text, errors }).toEqual({ text: want, errors: [] });
  expect(errors[0]).toContain("error calling reReplaceAll: regexp: Compile(`(`): error parsing regexp: missing closing ): `(`");
});

test.each([
  ["http://p.test", ""],
  ["http://p.test/pre", "/pre"],
  ["http://p.test/pre/", "/pre/"],
])("the prefix of %s is %j", async (externalUrl, want) => {
  expect(
    await expandTemplate(
      "{{ pathPrefix }}",
      { ...data, externalUrl },
      async () => [],
      () => undefined,
    ),
  ).toBe(want);
});

test("a template that fails gives a text that says so", async () => {
  const { text, errors } = await expand("{{ $nothing }}");
  expect(text).toContain("error");
  expect(errors).toHaveLength(1);
});

test("a histogram prints with its buckets, and its parts are numbers", async () => {
  const histogram = createFloatHistogram({ count: 3, sum: 5, positiveSpans: Int32Array.of(0, 1), positiveBuckets: Float64Array.of(3) });
  const template = "{{ $value }} {{ $value.Count }} {{ range query `h` }}{{ .Value.Sum }}{{ end }}";
  const answer = [{ labels: labelsOf({ __name__: "h" }), value: 0, histogram }];
  const fail = (error: Error): never => {
    throw error;
  };
  expect(await expandTemplate(template, { ...data, value: 0, histogram }, async () => answer, fail)).toBe(
    "{count:3, sum:5, (0.5,1]:3} 3 5",
  );
});
