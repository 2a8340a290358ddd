import { goQuote } from "@ferula/durations";

/** A string as Go quotes it; the half surrogates by which `unquote` keeps bytes that are not UTF-8 become `\\xff` again. */
export function quoteString(value: string): string {
  if (!strayByte.test(value)) return goQuote(value);
  const parts = value.split(strayByte).map((part) => goQuote(part).slice(1, -1));
  const bytes = Array.from(value.matchAll(new RegExp(strayByte, "gu")), ([half]) => `\\x${(half.charCodeAt(0) & 0xff).toString(16)}`);
  return `"${parts.map((part, i) => part + (bytes[i] ?? "")).join("")}"`;
}

const strayByte = /[\udc80-\udcff]/u;
