/** Everything that Go's time package escapes in its messages: quotes, backslashes and whatever is not printable ASCII. */
const escaped = /["\\]|[^ -~]/gu;

/** `text` in double quotes as the messages of Go's time package show it: bytes outside printable ASCII become `\xNN`. */
export function goTimeQuote(text: string): string {
  return `"${text.replace(escaped, escapeCharacter)}"`;
}

function escapeCharacter(character: string): string {
  if (character === '"' || character === "\\") return `\\${character}`;
  return Array.from(new TextEncoder().encode(character), (byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
}
