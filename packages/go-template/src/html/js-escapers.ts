import { TemplateError, thrownMessage } from "../errors.ts";
import { encodeJson } from "../json.ts";
import type { Meter } from "../meter.ts";
import { sprint } from "../printf.ts";
import { specOf } from "../values.ts";
import { type Content, isSafeContent } from "./content.ts";

/** Writes a value as a JavaScript expression: JSON that is safe inside a script element. */
export function jsValueEscaper(args: readonly unknown[], meter: Meter): string {
  let value: unknown = args.length === 1 ? args[0] : sprint(args, meter);
  if (isSafeContent(value)) {
    if (value.kind === "JS") return value.text;
    if (value.kind === "JSStr") return `"${value.text}"`;
  }
  const spec = specOf(value);
  if (spec?.text && !spec.json) value = spec.text(value);
  let json: string;
  try {
    json = encodeJson(value, meter);
  } catch (error) {
    if (error instanceof TemplateError) throw error;
    return ` /* ${commentSafe(thrownMessage(error))} */null `;
  }
  // Words and numbers must not run into a keyword before or after them.
  const needsSpace = isIdentifierPart(json[0]) || isIdentifierPart(json[json.length - 1]);
  return needsSpace ? ` ${json} ` : json;
}

/** Escapes for a quoted string. */
export function jsStringEscaper({ text, kind }: Content): string {
  return escapeWith(text, kind === "JSStr" ? withoutBackslash : stringEscapes);
}

/** Escapes for a template literal. */
export function jsTemplateEscaper({ text }: Content): string {
  return escapeWith(text, templateEscapes);
}

/** Escapes for a regular expression, in which the text stands for itself. */
export function jsRegexpEscaper({ text }: Content): string {
  return escapeWith(text, regexpEscapes) || "(?:)";
}

type Escapes = Readonly<Record<string, string | undefined>>;

/** Characters that are special to HTML are written by their code, so that the text may stand in an attribute too. */
const withoutBackslash: Escapes = {
  '"': "\\u0022",
  "`": "\\u0060",
  "&": "\\u0026",
  "'": "\\u0027",
  "+": "\\u002b",
  "/": "\\/",
  "<": "\\u003c",
  ">": "\\u003e",
};

const stringEscapes: Escapes = { ...withoutBackslash, "\\": "\\\\" };

const templateEscapes: Escapes = { ...stringEscapes, $: "\\u0024", "{": "\\u007b", "}": "\\u007d" };

const regexpEscapes: Escapes = {
  ...Object.fromEntries([..."$()*-./?[\\]^{|}"].map((char) => [char, `\\${char}`])),
  '"': "\\u0022",
  "&": "\\u0026",
  "'": "\\u0027",
  "+": "\\u002b",
  "<": "\\u003c",
  ">": "\\u003e",
};

const controlEscapes: Escapes = { "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r" };

function escapeWith(text: string, escapes: Escapes): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\x00-\x1f!-/:-@[-`{-~\u2028\u2029]/g, (char) => {
    const code = char.charCodeAt(0);
    if (code < 0x20 || code > 0x7f) return controlEscapes[char] ?? `\\u${code.toString(16).padStart(4, "0")}`;
    return escapes[char] ?? char;
  });
}

function isIdentifierPart(char: string): boolean {
  return /[A-Za-z0-9_$]/.test(char);
}

/** An error's text must end neither its comment nor the script. */
function commentSafe(message: string): string {
  return message
    .replace(/<(\/?)script/gi, "\\x3C$1script")
    .replaceAll("*/", "* /")
    .replaceAll("<!--", "\\x3C!--");
}
