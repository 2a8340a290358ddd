import { sprintf } from "../printf.ts";
import { type Context, type Delim, EscapeProblem, type State, textContext } from "./context.ts";
import { decodeEntities } from "./entities.ts";
import { inBlockComment, inJs, inJsDelimited, inJsTemplate, inLineComment } from "./script-transitions.ts";
import { inCss, inCssString, inMetaContent, inMetaContentUrl, inUrl } from "./style-transitions.ts";
import {
  afterAttrName,
  afterText,
  beforeValue,
  inAttrName,
  inHtmlComment,
  inTag,
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

/** Reads a first part of `text` (not empty) in context `c`: the context after it, and its length. */
export function contextAfter(c: Context, text: string): readonly [Context, number] {
  if (c.delim === "None") {
    const [bodyEnd, length] = toSpecialEnd(c, text);
    return length === 0 ? [bodyEnd, 0] : transitions[c.state](c, text.slice(0, length));
  }
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
