/** So many bytes tell what a file is. */
export const SNIFFED_BYTES = 512;

const HTML = /^[\t\n\f\r ]*(?:<!--|<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|body|br|b|p)[ >])/i;
const XML = /^[\t\n\f\r ]*<\?xml/;
/** Control characters that no text has; the escape character is one of those that it may have. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const BINARY = /[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]/;

/**
 * What upstream takes an answer for that says nothing of itself, by its first bytes (net/http `DetectContentType`, the WHATWG's MIME
 * sniffing standard, 7.1), of which only pages and texts are told apart: pictures have names that tell.
 */
export function sniffContentType(start: string): string {
  if (HTML.test(start)) return "text/html; charset=utf-8";
  if (XML.test(start)) return "text/xml; charset=utf-8";
  return BINARY.test(start) ? "application/octet-stream" : "text/plain; charset=utf-8";
}
