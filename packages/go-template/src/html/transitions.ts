import { sprintf } from "../printf.ts";
import { type Context, type Delim, type Element, EscapeProblem, type State, textContext } from "./context.ts";
import { decodeEntities } from "./entities.ts";
import { inBlockComment, inJs, inJsDelimited, inJsTemplate, inLineComment } from "./script-transitions.ts";
import { inCss, inCssString, inMetaContent, inMetaContentUrl, inUrl } from "./style-transitions.ts";
import {
  afterAttrName,
  afterText,
  beforeValue,
  findsSpecialEnd,
  inAttrName,
  inHtmlComment,
  inTag,
  specialEnd,
  toSpecialEnd,
  type Transition,
} from "./tag-transitions.ts";

const stays: Transition = (c, text) => [c, text.length];

/** How text moves the context on from each state. */
export const transitions: Readonly<Record<State, Transition>> = {
  Text: afterText,
  Tag: inTag,
  AttrName: inAttrName,
  AfterName: afterAttrName,
  BeforeValue: beforeValue,
  HTMLCmt: inHtmlComment,
  RCDATA: toSpecialEnd,
  Attr: stays,
  URL: inUrl,
  Srcset: inUrl,
  JS: inJs,
  JSDqStr: inJsDelimited,
  JSSqStr: inJsDelimited,
  JSTmplLit: inJsTemplate,
  JSRegexp: inJsDelimited,
  JSBlockCmt: inBlockComment,
  JSLineCmt: inLineComment,
  JSHTMLOpenCmt: inLineComment,
  JSHTMLCloseCmt: inLineComment,
  CSS: inCss,
  CSSDqStr: inCssString,
  CSSSqStr: inCssString,
  CSSDqURL: inCssString,
  CSSSqURL: inCssString,
  CSSURL: inCssString,
  CSSBlockCmt: inBlockComment,
  CSSLineCmt: inLineComment,
  MetaContent: inMetaContent,
  MetaContentURL: inMetaContentUrl,
  Dead: stays,
  Error: stays,
};

/** What ends an attribute value of each kind. */
export const attributeEnds: Readonly<Record<Delim, RegExp>> = {
  None: /$^/,
  DoubleQuote: /"/,
  SingleQuote: /'/,
  SpaceOrTagEnd: /[ \t\n\f\r>]/,
};

/** A text that is followed piece by piece. It finds each end tag once, and not anew for every piece. */
export class FollowedText {
  readonly text: string;
  private element: Element = "None";
  private elementEnd = -1;

  constructor(text: string) {
    this.text = text;
  }

  /** Reads a part that starts at `from`, before the text's end: the context after it, and its length. */
  contextAfter(c: Context, from: number): readonly [Context, number] {
    if (c.delim !== "None") return afterAttributeText(c, this.text.slice(from));
    const end = findsSpecialEnd(c) ? this.specialEnd(c.element, from) : this.text.length;
    return end === from ? [textContext, 0] : transitions[c.state](c, this.text.slice(from, end));
  }

  private specialEnd(element: Element, from: number): number {
    if (element !== this.element || this.elementEnd < from) {
      this.element = element;
      this.elementEnd = specialEnd(element, this.text, from);
    }
    return this.elementEnd;
  }
}

function afterAttributeText(c: Context, text: string): readonly [Context, number] {
  const found = text.search(attributeEnds[c.delim]);
  const end = found < 0 ? text.length : found;
  if (c.delim === "SpaceOrTagEnd") {
    const bad = /["'<=`]/.exec(text.slice(0, end));
    if (bad) throw new EscapeProblem(sprintf("%q in unquoted attr: %q", [bad[0], text.slice(0, end)]));
  }
  if (found < 0) return [throughAttribute(c, decodeEntities(text)), text.length];
  const isOtherScript = c.state === "Attr" && c.element === "Script" && c.attr === "ScriptType" && !isJsType(text.slice(0, end));
  const element = isOtherScript ? "None" : c.element;
  return [{ ...textContext, state: "Tag", element }, end + (c.delim === "SpaceOrTagEnd" ? 0 : 1)];
}

function throughAttribute(c: Context, value: string): Context {
  let current = c;
  for (let rest = value; rest !== "";) {
    const [next, length] = transitions[current.state](current, rest);
    current = next;
    rest = rest.slice(length);
  }
  return current;
}

const jsTypes: ReadonlySet<string> = new Set([
  "",
  "module",
  ...["ecmascript", "javascript", "json", "ld+json", "x-ecmascript", "x-javascript"].map((name) => `application/${name}`),
  ...["ecmascript", "javascript", "jscript", "livescript", "x-ecmascript", "x-javascript"].map((name) => `text/${name}`),
  ...[0, 1, 2, 3, 4, 5].map((minor) => `text/javascript1.${minor}`),
]);

/** Whether a script's type attribute makes its body JavaScript or JSON. */
function isJsType(mimeType: string): boolean {
  return jsTypes.has(mimeType.split(";")[0].toLowerCase().trim());
}
