import { isPrintable, toWellFormed } from "./strings.ts";

/** The `html` function: text for an element or a quoted attribute. */
export function escapeHtmlText(text: string): string {
  return text.replace(/[\0"'&<>]/g, (char) => htmlEscapes[char]);
}

/** The `js` function: text for a JavaScript string literal. */
export function escapeJsText(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\\'"<>&=\x00-\x1f]|[^\x00-\x7f]/gu, (char) => {
    const known = jsEscapes[char];
    if (known !== undefined) return known;
    if (isPrintable(char)) return char;
    const code = char.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).toUpperCase().padStart(4, "0")}`;
  });
}

/** The `urlquery` function: a value for a URL's query, with spaces as `+`. */
export function escapeUrlQuery(text: string): string {
  return encodeURIComponent(toWellFormed(text))
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}

const htmlEscapes: Readonly<Record<string, string>> = {
  "\0": "\ufffd",
  '"': "&#34;",
  "'": "&#39;",
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
};

const jsEscapes: Readonly<Record<string, string | undefined>> = {
  "\\": "\\\\",
  "'": "\\'",
  '"': '\\"',
  "<": "\\u003C",
  ">": "\\u003E",
  "&": "\\u0026",
  "=": "\\u003D",
};
