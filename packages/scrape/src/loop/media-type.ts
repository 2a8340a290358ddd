const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+/;
const PARAMETER = /^;\s*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)\s*=\s*([!#$%&'*+\-.^_`|~0-9A-Za-z]+|"(?:[^"\\\r\n]|\\.)*")/;

/** A header that names no media type; the message is that of Go's `mime` package. */
export class MediaTypeError extends Error {
  override name = "MediaTypeError";
}

/** The media type that a Content-Type header names, in lower case and without parameters, as Go's mime.ParseMediaType reads it. */
export function readMediaType(contentType: string): string {
  const base = contentType.split(";", 1)[0];
  const type = base.toLowerCase().trim();
  const fault = faultOfType(type) ?? faultOfParameters(contentType.slice(base.length));
  if (fault !== undefined) throw new MediaTypeError(`mime: ${fault}`);
  return type;
}

function faultOfType(type: string): string | undefined {
  const main = TOKEN.exec(type)?.[0];
  if (main === undefined) return "no media type";
  const rest = type.slice(main.length);
  if (rest === "") return undefined;
  if (!rest.startsWith("/")) return "expected slash after first token";
  const sub = TOKEN.exec(rest.slice(1))?.[0];
  if (sub === undefined) return "expected token after slash";
  return rest.length > sub.length + 1 ? "unexpected content after media subtype" : undefined;
}

/** A parameter may come twice if both say the same; a semicolon may end them. */
function faultOfParameters(text: string): string | undefined {
  const seen = new Map<string, string>();
  for (let rest = text.trimStart(); rest !== "";) {
    const match = PARAMETER.exec(rest);
    if (match === null) return rest.trim() === ";" ? undefined : "invalid media parameter";
    const [whole, name, value] = match;
    const key = name.toLowerCase();
    if ((seen.get(key) ?? value) !== value) return "duplicate parameter name";
    seen.set(key, value);
    rest = rest.slice(whole.length).trimStart();
  }
  return undefined;
}
