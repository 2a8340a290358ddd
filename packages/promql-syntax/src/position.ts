import { utf8Length } from "./token.ts";

/**
 * `line:column` of a string offset in a query, both from 1, the column in UTF-8 bytes as upstream counts. An empty query has no
 * positions ("unknown position"), an offset outside the query is an "invalid position".
 */
export function formatPosition(text: string, offset: number): string {
  if (text === "") return "unknown position";
  if (offset < 0 || offset > text.length) return "invalid position";
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return `${before.split("\n").length}:${utf8Length(before.slice(lineStart)) + 1}`;
}
