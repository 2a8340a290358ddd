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
  let mapped = "";
  for (const character of text) {
    const whole = map(character);
    mapped += whole.length > character.length ? simple(character) : whole;
  }
  return mapped;
}

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
