import type { Labels } from "@ferula/model";

/** `{"name":"value",…}` in the labels' order; unlike all other text, labels are not escaped for pages (web/api/v1/json_codec.go `marshalLabelsJSON`). */
export function labelsJson(labels: Labels): string {
  let json = "{";
  for (let i = 0; i < labels.length; i += 2) json += `${i === 0 ? "" : ","}${JSON.stringify(labels[i])}:${JSON.stringify(labels[i + 1])}`;
  return `${json}}`;
}

/**
 * A JSON string as Go's encoder writes it, with `<`, `>`, `&` and the two line separators escaped for the sake of pages. A byte that is no
 * UTF-8 is half a surrogate pair here, and U+FFFD to clients.
 */
export function jsonText(text: string): string {
  const json = JSON.stringify(text);
  return UNSAFE.test(json)
    ? wellFormedJson(text).replaceAll(ALL_UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)
    : json;
}

function wellFormedJson(text: string): string {
  const pieces = text.split(/\p{Surrogate}/u).map((piece) => JSON.stringify(piece).slice(1, -1));
  return `"${pieces.join(String.raw`\ufffd`)}"`;
}

const UNSAFE = /[<>&\u2028\u2029]|\\ud/;
const ALL_UNSAFE = /[<>&\u2028\u2029]/g;
