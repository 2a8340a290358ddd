/**
 * `text` in small letters as Go's strings.ToLower has them: each character by itself and to one character. JavaScript's own mapping
 * looks at neighbours (a final sigma) and may give several characters.
 */
export function lowerCase(text: string): string {
  return mapCharacters(text, (character) => character.toLowerCase(), simpleLowerCase);
}

/** `text` in capitals as Go's strings.ToUpper has them: `ß` stays, where JavaScript would write `SS`. */
export function upperCase(text: string): string {
  return mapCharacters(text, (character) => character.toUpperCase(), simpleUpperCase);
}

function mapCharacters(text: string, map: (character: string) => string, simple: (character: string) => string): string {
  // The engine is much faster with a whole run of ASCII, which has no such letters.
  return text.replace(ASCII_OR_OTHER, (part) => {
    if (part.charCodeAt(0) < 0x80) return map(part);
    const whole = map(part);
    return whole.length > part.length ? simple(part) : whole;
  });
}

// eslint-disable-next-line no-control-regex
const ASCII_OR_OTHER = /[\x00-\x7f]+|[^\x00-\x7f]/gu;

/** The one capital of Unicode's simple mapping whose small letter JavaScript writes as two. */
function simpleLowerCase(character: string): string {
  return character === "\u0130" ? "i" : character;
}

/** Greek letters with an iota below have capitals of their own; every other letter whose capital is written as several has none. */
function simpleUpperCase(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 0x1f80 && code <= 0x1faf) return String.fromCharCode(code | 8);
  return code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3 ? String.fromCharCode(code + 9) : character;
}
