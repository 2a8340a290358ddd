const BEYOND_ASCII = /[^\0-\x7f]/;
/** The only character whose small form is two characters in JavaScript, and one in Go. */
const DOTTED_CAPITAL_I = "\u0130";

/** A text in small letters as Go has it (strings.ToLower): each character by itself, where JavaScript looks at those around a sigma. */
export function foldCase(text: string): string {
  if (!BEYOND_ASCII.test(text)) return text.toLowerCase();
  let folded = "";
  for (const character of text) folded += character === DOTTED_CAPITAL_I ? "i" : character.toLowerCase();
  return folded;
}
