import { sprintf } from "../printf.ts";
import { attributeType } from "./attributes.ts";
import {
  type Attr,
  attrStartStates,
  type Context,
  type Element,
  EscapeProblem,
  isComment,
  isInScriptLiteral,
  type State,
  textContext,
} from "./context.ts";

/** Follows text from a context: the context after the part read, and the length of that part. */
export type Transition = (c: Context, text: string) => readonly [Context, number];

/** Outside tags: up to the end of the next tag's name, or into a comment. */
export const afterText: Transition = (c, text) => {
  for (let i = text.indexOf("<"); i >= 0 && i + 1 < text.length; i = text.indexOf("<", i + 1)) {
    if (text.startsWith("<!--", i)) return [{ ...textContext, state: "HTMLCmt" }, i + 4];
    const isEnd = text[i + 1] === "/";
    const name = tagName.exec(text.slice(i + (isEnd ? 2 : 1)))?.[0];
    if (name !== undefined) {
      const element = isEnd ? "None" : (specialElements[name.toLowerCase()] ?? "None");
      return [{ ...textContext, state: "Tag", element }, i + (isEnd ? 2 : 1) + name.length];
    }
  }
  return [c, text.length];
};

/** Inside a tag: the tag's end or the next attribute's name. */
export const inTag: Transition = (c, text) => {
  const start = skipSpaces(text, 0);
  if (start === text.length) return [c, start];
  if (text[start] === ">") {
    if (c.element === "Meta") return [textContext, start + 1];
    return [{ ...textContext, state: elementBodies[c.element], element: c.element }, start + 1];
  }
  const end = attributeNameEnd(text, start);
  if (end === start) throw new EscapeProblem(sprintf("expected space, attr name, or end of tag, but got %q", [text.slice(start)]));
  const attr = attributeOf(c.element, text.slice(start, end).toLowerCase());
  return [{ ...textContext, state: end === text.length ? "AttrName" : "AfterName", element: c.element, attr }, end];
};

export const inAttrName: Transition = (c, text) => {
  const end = attributeNameEnd(text, 0);
  return [end === text.length ? c : { ...c, state: "AfterName" }, end];
};

export const afterAttrName: Transition = (c, text) => {
  const i = skipSpaces(text, 0);
  if (i === text.length) return [c, i];
  return text[i] === "=" ? [{ ...c, state: "BeforeValue" }, i + 1] : [{ ...c, state: "Tag" }, i];
};

export const beforeValue: Transition = (c, text) => {
  const i = skipSpaces(text, 0);
  if (i === text.length) return [c, i];
  const state = attrStartStates[c.attr];
  if (text[i] === '"') return [{ ...c, state, delim: "DoubleQuote" }, i + 1];
  if (text[i] === "'") return [{ ...c, state, delim: "SingleQuote" }, i + 1];
  return [{ ...c, state, delim: "SpaceOrTagEnd" }, i];
};

export const inHtmlComment: Transition = (c, text) => {
  const end = text.indexOf("-->");
  return end < 0 ? [c, text.length] : [textContext, end + 3];
};

/** In the body of a special element: up to its end tag, which is left unread. */
export const toSpecialEnd: Transition = (c, text) => {
  const end = findsSpecialEnd(c) ? specialEnd(c.element, text, 0) : text.length;
  return end === text.length ? [c, end] : [textContext, end];
};

/** Whether an end tag ends the element from here; in the literals and comments of a script it does not. */
export function findsSpecialEnd(c: Context): boolean {
  return c.element !== "None" && !(c.element === "Script" && (isInScriptLiteral(c.state) || isComment(c.state)));
}

/** Where the end tag of the element stands at or behind `from`, or the length of the text. */
export function specialEnd(element: Element, text: string, from: number): number {
  const pattern = endTags[element];
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}

/** The index of the first character at or after `i` that is not white space of HTML. */
export function skipSpaces(text: string, i: number): number {
  let j = i;
  while (j < text.length && " \t\n\f\r".includes(text[j])) j++;
  return j;
}

/** `x-y` and `x:y` are names; a trailing or doubled separator ends one. */
const tagName = /^[a-zA-Z](?:[a-zA-Z0-9]|[:-][a-zA-Z0-9])*/;

const specialElements: Readonly<Record<string, Element | undefined>> = Object.assign(Object.create(null) as Record<string, Element>, {
  script: "Script",
  style: "Style",
  textarea: "Textarea",
  title: "Title",
  meta: "Meta",
} satisfies Record<string, Element>);

const elementBodies: Readonly<Record<Element, State>> = {
  None: "Text",
  Script: "JS",
  Style: "CSS",
  Textarea: "RCDATA",
  Title: "RCDATA",
  Meta: "Text",
};

const endTags: Readonly<Record<Element, RegExp>> = {
  None: /$/g,
  Script: endTag("script"),
  Style: endTag("style"),
  Textarea: endTag("textarea"),
  Title: endTag("title"),
  Meta: endTag(""),
};

function endTag(name: string): RegExp {
  return new RegExp(`</${name}[> \\t\\n\\f/]`, "gi");
}

function attributeOf(element: Element, name: string): Attr {
  if (element === "Script" && name === "type") return "ScriptType";
  if (element === "Meta" && name === "content") return "MetaContent";
  switch (attributeType(name)) {
    case "url":
      return "URL";
    case "css":
      return "Style";
    case "js":
      return "Script";
    case "srcset":
      return "Srcset";
    case "plain":
    case "unsafe":
    case "html":
      return "None";
  }
}

function attributeNameEnd(text: string, start: number): number {
  for (let i = start; i < text.length; i++) {
    if (" \t\n\f\r=>".includes(text[i])) return i;
    if ("'\"<".includes(text[i])) throw new EscapeProblem(sprintf("%q in attribute name: %.32q", [text[i], text]));
  }
  return text.length;
}
