import { describe, expect, test } from "@jest/globals";
import { anySlice, goFunction, type Limits, type Meter, parseTemplates, safeHtml, type TemplateOptions } from "../src/index.ts";

/** The time that this process has computed, in milliseconds: a machine that is busy with others does not make it longer. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const items = Array.from({ length: 10_000 }, (_, i) => `item ${i}`);
const dot: unknown = { List: items, Map: Object.fromEntries(items.map((item) => [item, item])) };
const add = goFunction({ params: ["int", "int"], call: (a: number, b: number) => a + b });
const list = (...values: unknown[]): unknown => anySlice(values);

function render(kind: TemplateOptions["kind"], text: string, limits?: Limits): string {
  return parseTemplates({ kind, funcs: { add, list }, ...(limits && { limits }) }).executeText(text, dot);
}

const STEPS = /: executing ".*" at <.*>: the template took more than \d+ steps$/s;

/** 2^40 elements, of which each list holds two. */
const doubled = "{{$l := list 1}}{{range 40}}{{$l = list $l $l}}{{end}}";

/** Templates that Go would follow for hours, until its memory ends, or to depth 100 000. */
const endless: readonly { readonly why: string; readonly text: string; readonly want: RegExp }[] = [
  { why: "a range over a huge int", text: "{{range 1000000000000}}{{end}}", want: STEPS },
  { why: "a range that writes", text: "{{range 1000000000000}}x{{.}}{{end}}", want: STEPS },
  {
    why: "a range that writes much",
    text: `{{range 1000000000000}}${"x".repeat(1000)}{{end}}`,
    want: /: the template wrote more than 8388608 bytes$/,
  },
  { why: "nested ranges over a long list", text: "{{range .List}}{{range $.List}}{{range $.List}}{{.}}{{end}}{{end}}{{end}}", want: STEPS },
  { why: "a long map, sorted again and again", text: "{{range 1000000}}{{range $.Map}}{{break}}{{end}}{{end}}", want: STEPS },
  {
    why: "recursion",
    text: `{{define "x"}}{{template "x"}}{{end}}{{template "x"}}`,
    want: /: executing "x" at <{{template "x"}}>: exceeded maximum template depth \(1000\)$/,
  },
  {
    why: "recursion that forks",
    text: `{{define "x"}}{{if lt . 900}}{{template "x" (add . 1)}}{{template "x" (add . 1)}}{{end}}{{end}}{{template "x" 0}}`,
    want: STEPS,
  },
  { why: "wide fields", text: `{{range 1000000}}{{$x := printf "%999999d" 1}}{{end}}`, want: STEPS },
  { why: "many decimals", text: `{{range 1000000}}{{$x := printf "%.999999f" 1.5}}{{end}}`, want: STEPS },
  {
    why: "a text longer than the output may be",
    text: `{{$x := printf "%9999999d" 1}}`,
    want: STEPS,
  },
  { why: "a text that doubles", text: `{{$x := "ab"}}{{range 100}}{{$x = printf "%s%s" $x $x}}{{end}}`, want: STEPS },
  {
    why: "a long text looked at again and again",
    text: `{{$x := printf "%99999s" "é"}}{{range 100000}}{{$y := index $x 5}}{{end}}`,
    want: STEPS,
  },
  { why: "a list that holds itself twice, printed", text: `${doubled}{{$x := print $l}}`, want: STEPS },
  { why: "the same by an action", text: `${doubled}{{$l}}`, want: STEPS },
  { why: "the same, escaped", text: `${doubled}{{$l | html}}`, want: STEPS },
  { why: "the same, compared", text: `${doubled}{{eq $l $l}}`, want: STEPS },
  { why: "the same in a script", text: `<script>${doubled}{{$l}}</script>`, want: STEPS },
  { why: "a list that grows", text: "{{$l := list 1}}{{range 1000000}}{{$l = list $l $.List}}{{$y := len $.List}}{{end}}", want: STEPS },
  { why: "a key that a long map has not", text: "{{range 1000000}}{{$x := $.Map.none}}{{end}}", want: STEPS },
  { why: "a variable behind many", text: `{{$a := 1}}${"{{$b := 1}}".repeat(2_000)}{{range 1000000}}{{$x := $a}}{{end}}`, want: STEPS },
  { why: "exact digits", text: `{{range 1000000}}{{$x := printf "%.300e" 1e-300}}{{end}}`, want: STEPS },
  { why: "a long text escaped", text: `{{$x := printf "%999999s" "é"}}{{range 100000}}{{$y := urlquery $x}}{{end}}`, want: STEPS },
  {
    why: "nested too deep to be printed",
    text: "{{$l := list 1}}{{range 200}}{{$l = list $l}}{{end}}{{$l}}",
    want: /^template: :1:\d+: executing "" at <.*>: cannot print a value nested deeper than 100 levels$/,
  },
];

describe.each(["text", "html"] as const)("the limits that hold where none are set, %s", (kind) => {
  test.each(endless)("$why", ({ text, want }) => {
    const startedMs = cpuMs();
    // All but the time, which a busy machine may use up before the steps.
    const limits = { timeMs: Infinity };
    expect(() => render(kind, text, limits)).toThrow(expect.objectContaining({ kind: "limit", message: expect.stringMatching(want) }));
    // The bound is 100 ms; thirty times that tells what hangs from what is slow.
    expect(cpuMs() - startedMs).toBeLessThan(3000);
  });

  test("output earns the steps that it takes: 50 000 long lines are printed", () => {
    const text = `{{range 5}}{{range $.List}}${"-".repeat(100)} {{.}}\n{{end}}{{end}}`;
    expect(render(kind, text).split("\n")).toHaveLength(50_001);
  });
});

describe("limits that a caller sets", () => {
  test.each([
    { why: "steps", text: "{{range 100}}{{end}}", limits: { steps: 50 }, want: "the template took more than 50 steps" },
    {
      why: "depth",
      text: `{{define "r"}}{{template "r"}}{{end}}{{template "r"}}`,
      limits: { depth: 5 },
      want: "maximum template depth (5)",
    },
    { why: "time", text: "{{range 1000000}}{{end}}", limits: { timeMs: -1 }, want: "the template took more than -1 ms" },
    { why: "output", text: "{{range 100}}0123456789{{end}}", limits: { outputBytes: 99 }, want: "the template wrote more than 99 bytes" },
    { why: "a call's text", text: `{{$x := printf "%1000d" 1}}`, limits: { outputBytes: 99 }, want: "a text of 1000 characters is longer" },
  ])("$why", ({ text, limits, want }) => {
    expect(() => render("text", text, limits)).toThrow(expect.objectContaining({ kind: "limit", message: expect.stringContaining(want) }));
  });

  test("recursion beyond the stack is an error of the template", () => {
    const text = `{{define "r"}}${"{{if true}}".repeat(300)}{{template "r"}}${"{{end}}".repeat(300)}{{end}}{{template "r"}}`;
    expect(() => render("text", text, { depth: 1e9, steps: 1e9 })).toThrow("templates are nested too deeply");
  });
});

describe("nesting in the text", () => {
  test.each([
    { why: "clauses", text: "{{if true}}".repeat(100_000), want: "cannot nest control clauses deeper than 400" },
    { why: "else ifs", text: `{{if true}}${"{{else if true}}".repeat(100_000)}`, want: "cannot nest control clauses deeper than 400" },
    { why: "blocks", text: `{{block "x" .}}`.repeat(100_000), want: "cannot nest control clauses deeper than 400" },
    { why: "parentheses", text: `{{${"(".repeat(100_000)}`, want: "max expression depth exceeded" },
    { why: "arguments in parentheses", text: `{{${"print (".repeat(100_000)}`, want: "max expression depth exceeded" },
  ])("100 000 $why are refused", ({ text, want }) => {
    expect(() => render("text", text)).toThrow(expect.objectContaining({ kind: "parse", message: expect.stringContaining(want) }));
  });

  test("finding the contexts of an HTML template is bounded", () => {
    const text = "<p>{{.}}".repeat(110_000);
    expect(() => render("html", text)).toThrow(
      expect.objectContaining({
        kind: "limit",
        message: expect.stringMatching(/^html\/template::1:\d+: finding the contexts took more than 200000 steps$/),
      }),
    );
  });

  // Each of these took seconds when every piece was searched to the end of the text.
  test.each([
    { why: "slashes in a script", text: `<script>${"</s".repeat(100_000)}` },
    { why: "regular expressions", text: `<script>${"/a/;".repeat(100_000)}</script>` },
    { why: "comments in a style", text: `<style>${"/*".repeat(100_000)}` },
    { why: "parentheses in a style", text: `<style>${"(".repeat(100_000)}</style>` },
    { why: "escapes in a string of a style", text: `<style>a{b:"${"\\a".repeat(100_000)}"}</style>` },
    { why: "signs in a script", text: `<script>${"+".repeat(100_000)}-/x/</script>` },
    { why: "blanks in a script", text: `<script>${" ".repeat(100_000)}x{</script>` },
    { why: "a long word in a script", text: `<script>${"a".repeat(100_000)} b/2</script>` },
    { why: "nested template literals", text: `<script>${"`${".repeat(50_000)}` },
  ])("a long text is followed once: $why", ({ text }) => {
    const startedMs = cpuMs();
    try {
      render("html", `${text} {{1}}`);
    } catch (error) {
      expect(error).toMatchObject({ kind: "escape" });
    }
    // The bound is 100 ms; thirty times that tells what hangs from what is slow.
    expect(cpuMs() - startedMs).toBeLessThan(3000);
  });

  test("template literals of JavaScript nest no deeper than 100 levels", () => {
    const nested = (levels: number): string => `<script>${"`${".repeat(levels)} 1 ${"}`".repeat(levels)}</script>{{1}}`;
    expect(render("html", nested(100))).toMatch(/1$/);
    expect(() => render("html", nested(101))).toThrow("JS template literals nested deeper than 100 levels");
  });

  test("loops in loops do not double the time to find their contexts", () => {
    const nested = (body: string): string => "{{range .List}}".repeat(60) + body + "{{end}}".repeat(60);
    expect(render("html", `{{if eq 1 2}}${nested("<b>{{.}}</b>")}{{end}}`)).toBe("");
    // Each turn ends where the next one starts otherwise, so that every loop has to be followed twice.
    expect(() => render("html", `<script>${nested("x = '{{.}}")}`)).toThrow("on range loop re-entry");
    expect(() => render("html", `<a href="${nested("{{if .}}/{{else}}?{{end}}")}{{.}}">`)).toThrow("ambiguous context within a URL");
  });
});

describe("a function that renders templates of the set", () => {
  const rendering = (text: string, limits?: Limits): string => {
    const call = (meter: Meter, name: string, dot: unknown): unknown => safeHtml(set.execute(name, dot, meter));
    const funcs = { tmpl: goFunction({ params: ["string", "any"], isMetered: true, call }) };
    const set = parseTemplates({ kind: "html", funcs, ...(limits && { limits }) });
    set.parse("main", text);
    return set.execute("main", { Text: "<&>" });
  };

  test("gives what they write, escaped once, wherever its name comes from", () => {
    expect(rendering(`{{define "x"}}<b>{{.}}</b>{{end}}{{$name := "x"}}<p>{{tmpl $name .Text}}{{tmpl "x" 1}}`)).toBe(
      "<p><b>&lt;&amp;&gt;</b><b>1</b>",
    );
  });

  test.each([
    {
      why: "the steps of a loop around it",
      text: `{{define "x"}}{{range 100}}{{end}}{{end}}{{range 1000000}}{{tmpl "x" .}}{{end}}`,
      want: /: executing "main" at <tmpl "x" \.>: the template took more than 250000 steps$/,
    },
    {
      why: "what it writes",
      text: `{{define "x"}}${"x".repeat(100_000)}{{end}}{{range 1000000}}{{$t := tmpl "x" .}}{{end}}`,
      want: /: the template wrote more than 8388608 bytes$/,
    },
    {
      why: "how often it calls itself",
      text: `{{define "x"}}{{tmpl "x" .}}{{end}}{{tmpl "x" .}}`,
      limits: { depth: 50 },
      want: /: exceeded maximum template depth \(50\)$/,
    },
    {
      why: "how often it calls itself, where the stack ends first",
      text: `{{define "x"}}{{tmpl "x" .}}{{end}}{{tmpl "x" .}}`,
      limits: { depth: 1e9, steps: 1e9 },
      want: /^template: x: cannot go on: templates are nested too deeply$/,
    },
  ])("counts for the execution that calls it: $why", ({ text, limits, want }) => {
    expect(() => rendering(text, limits)).toThrow(expect.objectContaining({ kind: "limit", message: expect.stringMatching(want) }));
  });
});
