/** What a parser of HTML, CSS and JavaScript would be inside of. `Dead` follows a break or continue, `Error` a mistake. */
export type State =
  | "Text"
  | "Tag"
  | "AttrName"
  | "AfterName"
  | "BeforeValue"
  | "HTMLCmt"
  | "RCDATA"
  | "Attr"
  | "URL"
  | "Srcset"
  | "JS"
  | "JSDqStr"
  | "JSSqStr"
  | "JSTmplLit"
  | "JSRegexp"
  | "JSBlockCmt"
  | "JSLineCmt"
  | "JSHTMLOpenCmt"
  | "JSHTMLCloseCmt"
  | "CSS"
  | "CSSDqStr"
  | "CSSSqStr"
  | "CSSDqURL"
  | "CSSSqURL"
  | "CSSURL"
  | "CSSBlockCmt"
  | "CSSLineCmt"
  | "MetaContent"
  | "MetaContentURL"
  | "Dead"
  | "Error";

/** What ends the attribute value. */
export type Delim = "None" | "DoubleQuote" | "SingleQuote" | "SpaceOrTagEnd";

/** How far a URL has come; `Unknown` when branches disagree. */
export type UrlPart = "None" | "PreQuery" | "QueryOrFrag" | "Unknown";

/** What a slash in JavaScript starts; `Unknown` when branches disagree. */
export type JsCtx = "Regexp" | "DivOp" | "Unknown";

/** What the value of the current attribute is. */
export type Attr = "None" | "Script" | "ScriptType" | "Style" | "URL" | "Srcset" | "MetaContent";

/** The element whose tag or special body this is. */
export type Element = "None" | "Script" | "Style" | "Textarea" | "Title" | "Meta";

/** Where in a document a piece of a template stands. */
export interface Context {
  readonly state: State;
  readonly delim: Delim;
  readonly urlPart: UrlPart;
  readonly jsCtx: JsCtx;
  /** For each open `${` of JavaScript template literals, the braces open inside it. */
  readonly jsBraceDepth: readonly number[];
  readonly attr: Attr;
  readonly element: Element;
  /** What went wrong, in the state `Error` only. */
  readonly problem?: Problem;
}

/** A mistake in a template's HTML. It gains its place, and words before its description, on its way out of loops. */
export interface Problem {
  description: string;
  /** `name:line:column`, where it is known. */
  readonly place: string | undefined;
  /** The line to name where the place is not known, or 0. */
  line: number;
}

/** The start of a document fragment. */
export const textContext: Context = {
  state: "Text",
  delim: "None",
  urlPart: "None",
  jsCtx: "Regexp",
  jsBraceDepth: [],
  attr: "None",
  element: "None",
};

/** Thrown where a mistake is found; the escaper makes it a `Problem`. */
export class EscapeProblem extends Error {}

/** The context behind a mistake, from which nothing leads back. */
export function errorContext(description: string, place?: string): Context {
  return { ...textContext, state: "Error", problem: { description, place, line: 0 } };
}

export function sameContext(a: Context, b: Context): boolean {
  return describeContext(a) === describeContext(b);
}

/** A context as error messages show it. */
export function describeContext(c: Context): string {
  const depths = `[${c.jsBraceDepth.join(" ")}]`;
  return `{state${c.state} delim${c.delim} urlPart${c.urlPart} jsCtx${c.jsCtx} ${depths} attr${c.attr} element${c.element} <nil>}`;
}

/** A name for the version of a template that starts in this context. */
export function derivedName(name: string, c: Context): string {
  return c.state === "Text" ? name : `${name}$${describeContext(c)}`;
}

/** Whether content here is for readers of the source only, and is dropped. */
export function isComment(state: State): boolean {
  return state.endsWith("Cmt");
}

/** Whether the state lies inside a tag. */
export function isInTag(state: State): boolean {
  return state === "Tag" || state === "AttrName" || state === "AfterName" || state === "BeforeValue" || state === "Attr";
}

/** Whether `<script` and `<!--` need hiding here because a parser of HTML would see them inside the literal. */
export function isInScriptLiteral(state: State): boolean {
  return state === "JSDqStr" || state === "JSSqStr" || state === "JSTmplLit" || state === "JSRegexp";
}

/** The state at the start of an attribute's value. */
export const attrStartStates: Readonly<Record<Attr, State>> = {
  None: "Attr",
  Script: "JS",
  ScriptType: "Attr",
  Style: "CSS",
  URL: "URL",
  Srcset: "Srcset",
  MetaContent: "MetaContent",
};

/** The context an action right here would be in: it starts the attribute name or value that text would start. */
export function nudge(c: Context): Context {
  switch (c.state) {
    case "Tag":
      return { ...c, state: "AttrName" };
    case "BeforeValue":
      return { ...c, state: attrStartStates[c.attr], delim: "SpaceOrTagEnd", attr: "None" };
    case "AfterName":
      return { ...c, state: "AttrName", attr: "None" };
    default:
      return c;
  }
}

/** The context after branches that end in `a` and `b`, or undefined when they cannot be reconciled. The first mistake wins. */
export function joinContexts(a: Context, b: Context): Context | undefined {
  if (a.state === "Error") return a;
  if (b.state === "Error") return b;
  if (a.state === "Dead") return b;
  if (b.state === "Dead" || sameContext(a, b)) return a;
  if (sameContext({ ...a, urlPart: b.urlPart }, b)) return { ...a, urlPart: "Unknown" };
  if (sameContext({ ...a, jsCtx: b.jsCtx }, b)) return { ...a, jsCtx: "Unknown" };
  const nudgedA = nudge(a);
  const nudgedB = nudge(b);
  if (nudgedA === a && nudgedB === b) return undefined;
  return joinContexts(nudgedA, nudgedB);
}
