const PREFIX = "U__";
/** A code point has at most six hexadecimal digits. */
const PART = /__|_([0-9a-fA-F]{1,6})_|_/g;

/**
 * Undoes the "values" escaping of names that a URL can't hold as they are: after `U__`, `__` is an underscore and `_2e_` the character
 * with that hexadecimal code. A name without the prefix, or with an escape that makes no sense, stays as it is (common/model
 * `UnescapeName`).
 */
export function unescapeName(name: string): string {
  if (!name.startsWith(PREFIX)) return name;
  let isBroken = false;
  const unescaped = name.slice(PREFIX.length).replace(PART, (escape: string, hex: string | undefined) => {
    if (escape === "__") return "_";
    const code = hex === undefined ? NaN : Number.parseInt(hex, 16);
    if (code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)) return String.fromCodePoint(code);
    isBroken = true;
    return escape;
  });
  return isBroken ? name : unescaped;
}
