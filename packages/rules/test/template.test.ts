import { expect, test } from "@jest/globals";
import { labelsOf } from "@ferula/model";
import { expandTemplate, type VectorElement } from "../src/index.ts";

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
  [
    "{{ humanizeDuration (toDuration 90) }} {{ (toTime 0).Year }} {{ parseDuration `-1h` }} {{ now }}",
    "1m 30s 1970 -3600 1.7672256005e+09",
  ],
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
  expect(await failing).toBe("<error expanding template: down>");
});

test("a template that asks without end is stopped", async () => {
  const text = "{{ range query `up` }}{{ printf `q%v` .Value | query }}{{ end }}";
  const many = Array.from({ length: 200 }, (_, i) => ({ labels: labelsOf({}), value: i }));
  expect(
    await expandTemplate(
      text,
      data,
      async () => many,
      () => undefined,
    ),
  ).toContain("more than 100 queries");
});

test("a template that fails gives a text that says so", async () => {
  const { text, errors } = await expand("{{ $nothing }}");
  expect(text).toContain("error");
  expect(errors).toHaveLength(1);
});
