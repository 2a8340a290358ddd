/** A pattern that Go's filepath.Match refuses. */
export class BadPatternError extends Error {
  override name = "BadPatternError";

  constructor() {
    super("syntax error in pattern");
  }
}

const ANY = "[^/]*";
const ANY_ONE = "[^/]";

/**
 * A regular expression for whole texts that match a pattern (path/filepath `Match`). Throws a BadPatternError for a set that is empty or
 * not closed, and for a backslash at the end.
 */
export function compileGlob(pattern: string): RegExp {
  const characters = [...pattern];
  let source = "";
  for (let i = 0; i < characters.length;) {
    const character = characters[i++];
    if (character === "*") {
      // A row of stars is one; as several they would be tried in every way.
      if (!source.endsWith(ANY)) source += ANY;
    } else if (character === "?") {
      source += ANY_ONE;
    } else if (character === "[") {
      const set = readSet(characters, i);
      source += set.source;
      i = set.end;
    } else if (character === "\\") {
      source += literal(characters[i++]);
    } else {
      source += literal(character);
    }
  }
  return new RegExp(`^${source}$`, "su");
}

/** The set after a `[`. One of ranges that all run backwards holds nothing. */
function readSet(characters: readonly string[], start: number): { readonly source: string; readonly end: number } {
  let i = start;
  const isNegated = characters[i] === "^";
  if (isNegated) i++;
  let ranges = "";
  for (let isFirst = true; isFirst || characters[i] !== "]"; isFirst = false) {
    const low = readBound(characters, i);
    const high = characters[low.end] === "-" ? readBound(characters, low.end + 1) : low;
    if (low.code <= high.code) ranges += `${escaped(low.code)}-${escaped(high.code)}`;
    i = high.end;
  }
  return { source: `[${isNegated ? "^" : ""}${ranges}]`, end: i + 1 };
}

/** An end of a range; `-` and `]` need a backslash to be one. */
function readBound(characters: readonly string[], start: number): { readonly code: number; readonly end: number } {
  const first = characters[start];
  if (first === undefined || first === "-" || first === "]") throw new BadPatternError();
  const at = first === "\\" ? start + 1 : start;
  const code = characters[at]?.codePointAt(0);
  // No bound can be the last of a pattern: the set is still to be closed.
  if (code === undefined || at + 1 >= characters.length) throw new BadPatternError();
  return { code, end: at + 1 };
}

function literal(character: string | undefined): string {
  if (character === undefined) throw new BadPatternError();
  return escaped(character.codePointAt(0) ?? 0);
}

function escaped(code: number): string {
  return `\\u{${code.toString(16)}}`;
}
