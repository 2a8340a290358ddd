import { attributeType } from "./attributes.ts";
import { type Content, FILTERED } from "./content.ts";
import { stripTags } from "./strip-tags.ts";

/** Escapes for HTML text. */
export function htmlEscaper({ text, kind }: Content): string {
  return kind === "HTML" ? text : escapeHtml(text);
}

/** Escapes for the body of a textarea or title. */
export function rcdataEscaper({ text, kind }: Content): string {
  return kind === "HTML" ? escapeHtmlKeepingEntities(text) : escapeHtml(text);
}

/** Escapes for a quoted attribute. */
export function attrEscaper({ text, kind }: Content): string {
  return kind === "HTML" ? escapeHtmlKeepingEntities(stripTags(text)) : escapeHtml(text);
}

/** Escapes for an attribute without quotes, which must not become empty. */
export function nospaceEscaper({ text, kind }: Content): string {
  if (text === "") return FILTERED;
  const plain = kind === "HTML" ? stripTags(text) : text;
  return plain.replace(kind === "HTML" ? unquotedSpecials : unquotedSpecialsAndAmpersand, (char) =>
    char === "\0" ? "&#xfffd;" : (htmlEntities[char] ?? numericEntity(char)),
  );
}

/** Lets a harmless attribute or element name through. */
export function htmlNameFilter({ text, kind }: Content): string {
  if (kind === "HTMLAttr") return text;
  const name = text.toLowerCase();
  return /^[0-9a-z]+$/.test(name) && attributeType(name) === "plain" ? name : FILTERED;
}

/** Nothing is ever put into a comment. */
export function commentEscaper(): string {
  return "";
}

const htmlEntities: Readonly<Record<string, string | undefined>> = {
  "\0": "\ufffd",
  '"': "&#34;",
  "&": "&amp;",
  "'": "&#39;",
  "+": "&#43;",
  "<": "&lt;",
  ">": "&gt;",
};

// eslint-disable-next-line no-control-regex
const unquotedSpecials = /[\0\t\n\v\f\r "'+<=>`\ufdd0-\ufdef\ufff0-\uffff]/g;
// eslint-disable-next-line no-control-regex
const unquotedSpecialsAndAmpersand = /[\0\t\n\v\f\r "&'+<=>`\ufdd0-\ufdef\ufff0-\uffff]/g;

function escapeHtml(text: string): string {
  return text.replace(/[\0"&'+<>]/g, (char) => htmlEntities[char] ?? char);
}

/** Trusted HTML keeps its entities. */
function escapeHtmlKeepingEntities(text: string): string {
  return text.replace(/[\0"'+<>]/g, (char) => htmlEntities[char] ?? char);
}

function numericEntity(char: string): string {
  const code = char.charCodeAt(0);
  return code < 0x80 ? `&#${code};` : `&#x${code.toString(16)};`;
}
