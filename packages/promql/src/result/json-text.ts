import type { Labels } from "@ferula/model";

/** `{"name":"value",…}` in the labels' order. */
export function labelsJson(labels: Labels): string {
  let json = "{";
  for (let i = 0; i < labels.length; i += 2) json += `${i === 0 ? "" : ","}${jsonText(labels[i])}:${jsonText(labels[i + 1])}`;
  return `${json}}`;
}

/** A JSON string as Go's encoder writes it, with `<`, `>`, `&` and the two line separators escaped. */
export function jsonText(text: string): string {
  const json = JSON.stringify(text);
  return UNSAFE.test(json) ? json.replaceAll(ALL_UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`) : json;
}

const UNSAFE = /[<>&\u2028\u2029]/;
const ALL_UNSAFE = /[<>&\u2028\u2029]/g;
