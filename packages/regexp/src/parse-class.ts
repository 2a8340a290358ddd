import { charSetOf, complementOf, rangesOf, type CharSet } from "./char-set.ts";
import { perlClass, readEscape } from "./escapes.ts";

/**
 * Reads the bracketed class that opens at `at` (`[^a-z\d.]`), of a pattern that RE2 accepts. Returns its characters and where reading
 * goes on, or undefined when it names other classes (`[:alpha:]`, `\pN`).
 */
export function parseClass(source: string, at: number): { readonly set: CharSet; readonly end: number } | undefined {
  const isNegated = source[at + 1] === "^";
  const first = at + (isNegated ? 2 : 1);
  const ranges: (readonly [number, number])[] = [];
  let end = first;
  // A closing bracket that comes first is an ordinary character.
  while (source[end] !== "]" || end === first) {
    if (source.startsWith("[:", end)) return undefined;
    const perl = source[end] === "\\" ? perlClass(source[end + 1]) : undefined;
    if (perl !== undefined) {
      ranges.push(...rangesOf(perl));
      end += 2;
      continue;
    }
    const low = readChar(source, end);
    if (low === undefined) return undefined;
    const isRange = source[low.end] === "-" && source[low.end + 1] !== "]";
    const high = isRange ? readChar(source, low.end + 1) : low;
    if (high === undefined) return undefined;
    ranges.push([low.char, high.char]);
    end = high.end;
  }
  const set = charSetOf(ranges);
  return { set: isNegated ? complementOf(set) : set, end: end + 1 };
}

function readChar(source: string, at: number): { readonly char: number; readonly end: number } | undefined {
  if (source[at] === "\\") return readEscape(source, at);
  const char = source.codePointAt(at);
  return char === undefined ? undefined : { char, end: at + (char > 0xffff ? 2 : 1) };
}
