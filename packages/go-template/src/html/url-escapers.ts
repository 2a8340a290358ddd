import { type Content, FILTERED } from "./content.ts";

/** Replaces a URL whose scheme could run code. */
export function urlFilter({ text, kind }: Content): string {
  return kind === "URL" || isSafeUrl(text) ? text : `#${FILTERED}`;
}

/** Escapes for a query or fragment. */
export function urlEscaper({ text, kind }: Content): string {
  return kind === "URL" ? normalizeUrl(text) : percentEncode(text, /[^-._~a-zA-Z0-9]/gu);
}

/** Escapes what a quoted attribute or an unquoted `url(…)` would trip over, and leaves the URL's structure. */
export function urlNormalizer({ text }: Content): string {
  return normalizeUrl(text);
}

/** Filters each URL of a srcset attribute. */
export function srcsetEscaper({ text, kind }: Content): string {
  if (kind === "Srcset") return text;
  if (kind === "URL") return normalizeUrl(text).replaceAll(",", "%2c");
  return text.split(",").map(filterSrcsetElement).join(",");
}

/** Only links that open a page or a mail are harmless. */
function isSafeUrl(url: string): boolean {
  const colon = url.indexOf(":");
  if (colon < 0) return true;
  const scheme = url.slice(0, colon);
  return scheme.includes("/") || /^(?:http|https|mailto)$/i.test(scheme);
}

function normalizeUrl(url: string): string {
  return percentEncode(url, /%(?![0-9a-fA-F]{2})|[^-._~a-zA-Z0-9!#$&*+,/:;=?@[\]%]/gu);
}

function percentEncode(text: string, special: RegExp): string {
  return text.replace(special, (char) => {
    return [...Buffer.from(char)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  });
}

/** A URL and its descriptors, such as ` /a.png 2x`. */
function filterSrcsetElement(element: string): string {
  const match = /^([\t\n\f\r ]*)([^\t\n\f\r ]*)([\t\n\f\r a-zA-Z0-9]*)$/.exec(element);
  if (!match || !isSafeUrl(match[2])) return `#${FILTERED}`;
  return match[1] + normalizeUrl(match[2]) + match[3];
}
