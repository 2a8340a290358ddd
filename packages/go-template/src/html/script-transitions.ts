import { sprintf } from "../printf.ts";
import { type Context, EscapeProblem, type JsCtx, type State } from "./context.ts";
import type { Transition } from "./tag-transitions.ts";

/** How deep template literals may stand in expressions of others: each level makes every context larger. */
const MAX_TEMPLATE_DEPTH = 100;

/** JavaScript outside literals and comments. */
export const inJs: Transition = (c, text) => {
  const i = text.search(/["'`/{}<\-#]/);
  if (i < 0) return [{ ...c, jsCtx: nextJsCtx(text, c.jsCtx) }, text.length];
  const before = { ...c, jsCtx: nextJsCtx(text.slice(0, i), c.jsCtx) };
  switch (text[i]) {
    case '"':
      return [{ ...before, state: "JSDqStr", jsCtx: "Regexp" }, i + 1];
    case "'":
      return [{ ...before, state: "JSSqStr", jsCtx: "Regexp" }, i + 1];
    case "`":
      return [{ ...before, state: "JSTmplLit", jsCtx: "Regexp" }, i + 1];
    case "/":
      return afterSlash(before, text, i);
    case "<":
      return text.startsWith("<!--", i) ? [{ ...before, state: "JSHTMLOpenCmt" }, i + 4] : [before, i + 1];
    case "-":
      return text.startsWith("-->", i) ? [{ ...before, state: "JSHTMLCloseCmt" }, i + 3] : [before, i + 1];
    case "#":
      return text[i + 1] === "!" ? [{ ...before, state: "JSLineCmt" }, i + 2] : [before, i + 1];
    default:
      return [afterBrace(before, text[i]), i + 1];
  }
};

/** A JavaScript template literal, up to its end or to an expression in it. */
export const inJsTemplate: Transition = (c, text) => {
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "\\") {
      i++;
      if (i === text.length) throw unfinishedEscape(text);
    } else if (text[i] === "`") return [{ ...c, state: "JS" }, i + 1];
    else if (text.startsWith("${", i)) {
      if (c.jsBraceDepth.length === MAX_TEMPLATE_DEPTH) {
        throw new EscapeProblem(`JS template literals nested deeper than ${MAX_TEMPLATE_DEPTH} levels`);
      }
      return [{ ...c, state: "JS", jsBraceDepth: [...c.jsBraceDepth, 0] }, i + 2];
    }
  }
  return [c, text.length];
};

/** A JavaScript string or regular expression. */
export const inJsDelimited: Transition = (c, text) => {
  const end = jsDelimiters[c.state] ?? '"';
  let isInCharset = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === "\\") {
      i++;
      if (i === text.length) throw unfinishedEscape(text);
    } else if (end === "/" && char === "[") isInCharset = true;
    else if (end === "/" && char === "]") isInCharset = false;
    else if (char === end && end === "/" && i > 0 && /^<\/script/i.test(text.slice(i - 1, i + 7))) i++;
    else if (char === end && !isInCharset) return [{ ...c, state: "JS", jsCtx: "DivOp" }, i + 1];
  }
  if (isInCharset) throw new EscapeProblem(sprintf("unfinished JS regexp charset: %q", [text]));
  return [c, text.length];
};

/** A block comment of JavaScript or CSS. */
export const inBlockComment: Transition = (c, text) => {
  const end = text.indexOf("*/");
  return end < 0 ? [c, text.length] : [{ ...c, state: c.state === "JSBlockCmt" ? "JS" : "CSS" }, end + 2];
};

/** A line comment of JavaScript or CSS; the end of the line is not part of it. */
export const inLineComment: Transition = (c, text) => {
  const isCss = c.state === "CSSLineCmt";
  const end = text.search(isCss ? /[\n\f\r]/ : /[\n\r\u2028\u2029]/);
  return end < 0 ? [c, text.length] : [{ ...c, state: isCss ? "CSS" : "JS" }, end];
};

/** Whether a slash after these tokens would start a regular expression or divide. */
export function nextJsCtx(tokens: string, preceding: JsCtx): JsCtx {
  const text = tokens.trimEnd();
  if (text === "") return preceding;
  const last = text[text.length - 1];
  // An odd run of signs ends in an operator that wants an operand; an even one is made of ++ or --.
  if (last === "+" || last === "-") return lengthOfLastRun(text) % 2 === 1 ? "Regexp" : "DivOp";
  if (last === ".") return /[0-9]\.$/.test(text) ? "DivOp" : "Regexp";
  if (",<>=*%&|^?!~([:;{}".includes(last)) return "Regexp";
  const word = /[A-Za-z0-9_$]*$/.exec(text.slice(-LONGEST_PRECEDER - 1))?.[0] ?? "";
  return regexpPreceders.has(word) ? "Regexp" : "DivOp";
}

/** How often the last character of a text stands at its end. */
function lengthOfLastRun(text: string): number {
  let start = text.length - 1;
  while (start > 0 && text[start - 1] === text[start]) start--;
  return text.length - start;
}

const jsDelimiters: Readonly<Partial<Record<State, string>>> = { JSDqStr: '"', JSSqStr: "'", JSRegexp: "/" };

const regexpPreceders: ReadonlySet<string> = new Set(
  "break case continue delete do else finally in instanceof return throw try typeof void".split(" "),
);

/** The length of the longest of them. */
const LONGEST_PRECEDER = "instanceof".length;

function afterSlash(c: Context, text: string, i: number): readonly [Context, number] {
  if (text[i + 1] === "/") return [{ ...c, state: "JSLineCmt" }, i + 2];
  if (text[i + 1] === "*") return [{ ...c, state: "JSBlockCmt" }, i + 2];
  switch (c.jsCtx) {
    case "Regexp":
      return [{ ...c, state: "JSRegexp" }, i + 1];
    case "DivOp":
      return [{ ...c, jsCtx: "Regexp" }, i + 1];
    case "Unknown":
      throw new EscapeProblem(sprintf("'/' could start a division or regexp: %.32q", [text.slice(i)]));
  }
}

/** Braces count only inside an expression of a template literal, whose last brace leads back to the literal. */
function afterBrace(c: Context, brace: string): Context {
  const jsCtx = nextJsCtx(brace, c.jsCtx);
  const depths = c.jsBraceDepth;
  if (depths.length === 0) return { ...c, jsCtx };
  const outer = depths.slice(0, -1);
  const depth = depths[depths.length - 1] + (brace === "{" ? 1 : -1);
  return depth < 0 ? { ...c, state: "JSTmplLit", jsBraceDepth: outer } : { ...c, jsCtx, jsBraceDepth: [...outer, depth] };
}

function unfinishedEscape(text: string): EscapeProblem {
  return new EscapeProblem(sprintf("unfinished escape sequence in JS string: %q", [text]));
}
