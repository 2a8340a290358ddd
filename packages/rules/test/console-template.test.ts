import { describe, expect, test } from "@jest/globals";
import { labelsOf } from "@ferula/model";
import { expandConsole, type ConsoleData, type ConsoleTemplate, type TemplateQuery } from "../src/index.ts";

const data: ConsoleData = {
  params: [
    ["a", "<x&y>"],
    ["a", "2"],
    ["b", ""],
  ],
  externalLabels: labelsOf({ region: "e<u>" }),
  externalUrl: "http://example.test/prom",
  evalTimeMs: 1_500,
};

const DATA = "struct { RawParams url.Values; Params map[string]string; Path string; ExternalLabels map[string]string }";
const IN_PAGE = 'error executing template __console_/page.html: template: __console_/page.html:1:110: executing "__console_/page.html" at ';

interface Given {
  readonly libraries?: ConsoleTemplate["libraries"];
  readonly path?: string;
  readonly query?: TemplateQuery;
}

function expand(text: string, { libraries = [], path = "/page.html", query = async () => [] }: Given = {}): Promise<string> {
  return expandConsole({ path, text, libraries }, data, query);
}

describe("what a console sees", () => {
  test.each([
    ["{{ .Params.a }} {{ $params.b }}[{{ .Params.none }}]", "&lt;x&amp;y&gt; []"],
    ["{{ range .RawParams.a }}[{{ . }}]{{ end }}{{ range $rawParams.none }}x{{ end }}", "[&lt;x&amp;y&gt;][2]"],
    [
      "{{ .RawParams.Get `a` }} {{ .RawParams.Has `b` }} {{ .RawParams.Has `c` }} {{ .RawParams.Encode }}",
      "&lt;x&amp;y&gt; true false a=%3Cx%26y%3E&amp;a=2&amp;b=",
    ],
    ["{{ .RawParams }} {{ .Params }}", "map[a:[&lt;x&amp;y&gt; 2] b:[]] map[a:&lt;x&amp;y&gt; b:]"],
    ["{{ $path }} {{ .Path }} {{ $externalLabels.region }} {{ .ExternalLabels.region }}", "page.html page.html e&lt;u&gt; e&lt;u&gt;"],
    [
      "{{ now }} {{ externalURL }} [{{ pathPrefix }}] {{ graphLink `a b` }}",
      "1.5 http://example.test/prom [/prom] /graph?g0.expr=a&#43;b&amp;g0.tab=0",
    ],
    [
      `<a href="{{ .Params.a }}" onclick="f({{ .Params }})">`,
      `<a href="%3cx&amp;y%3e" onclick="f({&#34;a&#34;:&#34;\\u003cx\\u0026y\\u003e&#34;,&#34;b&#34;:&#34;&#34;})">`,
    ],
    ["{{ printf `%T` . }}", DATA],
  ])("%s becomes %s", async (template, expected) => {
    expect(await expand(template)).toBe(expected);
  });

  test("only the slashes before its path are left out", async () => {
    expect(await expand("{{ .Path }}", { path: "//sub/page.html" })).toBe("sub/page.html");
  });
});

describe("libraries", () => {
  const libraries = [
    { name: "a.lib", text: `{{ define "row" }}<b>{{ . }}</b>{{ end }}{{ define "title" }}first{{ end }}` },
    { name: "b.lib", text: `{{ define "title" }}second{{ end }}` },
  ];

  test("define templates, later ones over earlier; tmpl finds one by its name and escapes once", async () => {
    const text = `{{ template "title" }}{{ $name := "row" }}{{ tmpl $name "<" }}<i title="{{ tmpl "row" 1 }}">`;
    expect(await expand(text, { libraries })).toBe('second<b>&lt;</b><i title="1">');
  });

  test("a mistake in one names it", async () => {
    await expect(expand("", { libraries: [{ name: "x.lib", text: "{{ if }}" }] })).rejects.toThrow(
      "error parsing template files for __console_/page.html: template: x.lib:1: missing value for if",
    );
  });
});

test.each([
  ["{{ if }}", "error parsing template __console_/page.html: template: __console_/page.html:1: missing value for if"],
  ["{{ .Nope }}", `${IN_PAGE}<.Nope>: can't evaluate field Nope in type ${DATA}`],
  ["{{ tmpl `nope` . }}", `${IN_PAGE}<tmpl \`nope\` .>: error calling tmpl: html/template: "nope" is undefined`],
  ["{{ query `down` }}", `${IN_PAGE}<query \`down\`>: error calling query: it is down`],
  ["{{ query `up` | first }}", IN_PAGE.replace("110", "123") + "<first>: error calling first: first() called on vector with no elements"],
  [
    "{{ define `r` }}{{ tmpl `x` . }}{{ end }}{{ define `x` }}{{ .Nope }}{{ end }}{{ tmpl `r` . }}",
    `<tmpl \`r\` .>: error calling tmpl: template: __console_/page.html:1:126: executing "r" at <tmpl \`x\` .>: error calling tmpl: template: __console_/page.html:1:167: executing "x" at <.Nope>: can't evaluate field Nope`,
  ],
])("%s fails in upstream's words", async (template, message) => {
  const query: TemplateQuery = async (expr) => (expr === "down" ? Promise.reject(new Error("it is down")) : []);
  await expect(expand(template, { query })).rejects.toThrow(expect.objectContaining({ message: expect.stringContaining(message) }));
});

describe("queries", () => {
  const jobs = (...names: readonly string[]): Awaited<ReturnType<TemplateQuery>> =>
    names.map((job, i) => ({ labels: labelsOf({ job, __value__: `text ${job}` }), value: i + 1 }));

  /** Answers by a table, and tells what was asked for, and how many queries were under way at once at most. */
  function answering(table: Readonly<Record<string, Awaited<ReturnType<TemplateQuery>>>>) {
    const asked: string[] = [];
    let underWay = 0;
    const seen = { asked, most: 0 };
    const query: TemplateQuery = async (expr) => {
      asked.push(expr);
      seen.most = Math.max(seen.most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
      return table[expr] ?? [];
    };
    return { seen, query };
  }

  test("those that stand side by side are asked at once, but a few; each of them once", async () => {
    const { seen, query } = answering({ q3: jobs("c") });
    const text =
      "{{ range 20 }}{{ with printf `q%d` . | query }}{{ . | first | label `job` }}{{ else }}-{{ end }}{{ end }}{{ query `q3` | len }}";
    expect(await expand(text, { query })).toBe(`---c${"-".repeat(16)}1`);
    expect(seen.asked).toHaveLength(20);
    expect(seen.most).toBe(4);
  });

  test("those that need another's answer are asked with it", async () => {
    const { seen, query } = answering({ up: jobs("b", "a"), "n{job='a'}": jobs("x"), "n{job='b'}": jobs("y", "z") });
    const text =
      "{{ range query `up` | sortByLabel `job` }}{{ .Labels.job }}={{ printf `n{job='%s'}` .Labels.job | query | first | value }} {{ . | strvalue }};{{ end }}";
    expect(await expand(text, { query })).toBe("a=1 text a;b=1 text b;");
    expect(seen.asked).toEqual(["up", "n{job='a'}", "n{job='b'}"]);
  });

  test("one that is asked only as another seemed empty does no harm, also when it fails", async () => {
    const query: TemplateQuery = async (expr) => (expr === "up" ? jobs("a") : Promise.reject(new Error("of the other branch")));
    expect(await expand("{{ if query `up` }}up{{ else }}{{ query `other(` }}{{ end }}", { query })).toBe("up");
  });

  test.each([
    { why: "queries", text: "{{ range $i := 1000000 }}{{ $x := query (printf `q%d` $i) }}{{ end }}", want: /: more than 5000 queries$/ },
    {
      why: "steps in the runs before",
      text: "{{ range 1000 }}{{ range 100 }}{{ end }}{{ query (printf `q%d` .) | first }}{{ end }}",
      want: /: the template took more than 10\d{5} steps$/,
    },
  ])("there may be only so many $why", async ({ text, want }) => {
    await expect(expand(text, { query: async () => jobs("a") })).rejects.toThrow(want);
  });
});
