import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { parseTemplates, TemplateError, type TemplateOptions } from "../src/index.ts";

function render(text: string, dot: unknown = null, options: Partial<TemplateOptions> = {}): string {
  return parseTemplates({ kind: "text", ...options }).executeText(text, dot);
}

describe("the name space", () => {
  test("later definitions replace earlier ones, but empty ones do not", () => {
    const set = parseTemplates({ kind: "text" });
    set.parse("a.tmpl", `{{define "x"}}one{{end}}`);
    set.parse("b.tmpl", `{{define "x"}} {{end}}{{define "y"}}{{template "x"}}!{{end}}`);
    expect(set.execute("y", null)).toBe("one!");
    set.parse("c.tmpl", `{{define "x"}}two{{end}}`);
    expect(set.execute("y", null)).toBe("two!");
    expect(set.names()).toEqual(["a.tmpl", "b.tmpl", "c.tmpl", "x", "y"]);
    expect(set.has("z")).toBe(false);
  });

  test("a clone shares what was parsed and keeps what is new to itself", () => {
    const set = parseTemplates({ kind: "html" });
    set.parse("t", `{{define "b"}}<b>{{.}}</b>{{end}}`);
    const copy = set.clone();
    copy.parse("u", `{{define "b"}}<i>{{.}}</i>{{end}}`);
    expect(set.executeText(`{{template "b" .}}`, "<")).toBe("<b>&lt;</b>");
    expect(copy.executeText(`{{template "b" .}}`, "<")).toBe("<i>&lt;</i>");
  });

  test("a definition that comes after an execution counts in the next, also where it was escaped as part of another", () => {
    const set = parseTemplates({ kind: "html" });
    set.parse("t", `{{define "b"}}<b>{{.}}</b>{{end}}{{template "b" .}}`);
    expect(set.execute("t", "<")).toBe("<b>&lt;</b>");
    set.parse("u", `{{define "b"}}<i title="{{.}}">{{end}}`);
    expect(set.execute("t", '"')).toBe('<i title="&#34;">');
  });

  test.each([
    { kind: "text" as const, want: `template: no template "x" associated with template ""` },
    { kind: "html" as const, want: `html/template: "x" is undefined` },
  ])("an unknown $kind template is named", ({ kind, want }) => {
    expect(() => parseTemplates({ kind }).execute("x", null)).toThrow(want);
  });

  test("a function of the set replaces a builtin", () => {
    expect(render("{{len 1 2}}", null, { funcs: { len: (...args: number[]) => `own ${args.join()}` } })).toBe("own 1,2");
  });
});

describe("values", () => {
  test.each(["constructor", "__proto__", "toString", "hasOwnProperty"])("the prototype's %s is not reached", (name) => {
    for (const dot of [{}, new Map(), { a: 1 }, Object.create(null)]) expect(render(`{{.${name}}}`, dot)).toBe("<no value>");
    expect(() => render(`{{.${name}}}`, [])).toThrow(`can't evaluate field ${name} in type []interface {}`);
    expect(() => render(`{{.${name}}}`, new Date())).toThrow(`can't evaluate field ${name} in type object`);
    expect(() => render(`{{.${name}}}`, () => 1)).toThrow(`can't evaluate field ${name} in type func`);
  });

  test("a label named __proto__ is an ordinary key", () => {
    const labels = Object.fromEntries([["__proto__", "x"]]);
    expect(render("{{.__proto__}} {{index . `__proto__`}} {{range $k, $v := .}}{{$k}}={{$v}}{{end}}", labels)).toBe("x x __proto__=x");
  });

  test("a value that contains itself is refused", () => {
    const loop: unknown[] = [];
    loop.push(loop);
    expect(() => render("{{printf `%v` .}}", loop)).toThrow("nested deeper than 100 levels");
    expect(render("<script>{{.}}</script>", loop, { kind: "html" })).toContain("nested deeper than 100 levels");
  });
});

describe("hostile input", () => {
  const piece = fc.constantFrom(
    "{{",
    "}}",
    "{{-",
    "-}}",
    "if",
    "range",
    "end",
    "else",
    "define",
    "template",
    `"x"`,
    "$x",
    ":=",
    "=",
    "|",
    "(",
    ")",
    ".",
    ".A",
    "1",
    "'a'",
    " ",
    "\n",
    "<a href=",
    '"',
    "'",
    "<script>",
    "</script>",
    "/",
    "`",
    "${",
    "}",
    "{",
    "<!--",
    "-->",
    "<style>",
    "url(",
    "*/",
    "/*",
    "printf",
    "%d",
    "\\",
    "#",
    "?",
    ">",
    "é",
  );

  test.each(["text", "html"] as const)("a random %s template renders or fails with a TemplateError", (kind) => {
    const property = fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
      try {
        render(pieces.join(""), { A: "<x>" }, { kind });
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
      }
    });
    fc.assert(property, { numRuns: 600 });
  });

  test("whatever the value, it stays inside its attribute, script string and text", () => {
    const set = parseTemplates({ kind: "html" });
    set.parse("t", `<p title="{{.}}"><a href="{{.}}"><script>x = {{.}}; y = '{{.}}'</script>{{.}}`);
    const shape = /^<p title="[^"<>]*"><a href="[^"<> ]*"><script>x = "(?:[^"\\<>]|\\.)*"; y = '(?:[^'\\<>\n]|\\.)*'<\/script>[^<>]*$/;
    const property = fc.property(
      fc.oneof(
        fc.string({ unit: "grapheme" }),
        fc.array(piece).map((pieces) => pieces.join("")),
      ),
      (value) => {
        expect(set.execute("t", value)).toMatch(shape);
      },
    );
    fc.assert(property, { numRuns: 500 });
  });
});
