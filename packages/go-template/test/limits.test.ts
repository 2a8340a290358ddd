import { describe, expect, test } from "@jest/globals";
import { goFunction, type Limits, parseTemplates, type TemplateOptions } from "../src/index.ts";

const items = Array.from({ length: 10_000 }, (_, i) => `item ${i}`);
const dot: unknown = { List: items, Map: Object.fromEntries(items.map((item) => [item, item])) };
const add = goFunction({ params: ["int", "int"], call: (a: number, b: number) => a + b });

function render(kind: TemplateOptions["kind"], text: string, limits?: Limits): string {
  return parseTemplates({ kind, funcs: { add }, ...(limits && { limits }) }).executeText(text, dot);
}

const STEPS = /: executing ".*" at <.*>: the template took more than \d+ steps$/s;

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
    want: /: a text of 9999999 characters is longer than the output may be: 8388608 bytes$/,
  },
  { why: "a text that doubles", text: `{{$x := "ab"}}{{range 100}}{{$x = printf "%s%s" $x $x}}{{end}}`, want: STEPS },
  {
    why: "a long text looked at again and again",
    text: `{{$x := printf "%99999s" "é"}}{{range 100000}}{{$y := index $x 5}}{{end}}`,
    want: STEPS,
  },
];

describe.each(["text", "html"] as const)("the limits that hold where none are set, %s", (kind) => {
  test.each(endless)("$why", ({ text, want }) => {
    const startedMs = performance.now();
    expect(() => render(kind, text)).toThrow(expect.objectContaining({ kind: "limit", message: expect.stringMatching(want) }));
    // The bound is 100 ms; ten times that is a guard against a busy machine.
    expect(performance.now() - startedMs).toBeLessThan(1000);
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

  test("loops in loops do not double the time to find their contexts", () => {
    const nested = (body: string): string => "{{range .List}}".repeat(60) + body + "{{end}}".repeat(60);
    expect(render("html", `{{if eq 1 2}}${nested("<b>{{.}}</b>")}{{end}}`)).toBe("");
    // Each turn ends where the next one starts otherwise, so that every loop has to be followed twice.
    expect(() => render("html", `<script>${nested("x = '{{.}}")}`)).toThrow("on range loop re-entry");
    expect(() => render("html", `<a href="${nested("{{if .}}/{{else}}?{{end}}")}{{.}}">`)).toThrow("ambiguous context within a URL");
  });
});
