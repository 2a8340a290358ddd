/**
 * Whether a request's Accept-Encoding asks for an encoding, by name or by `*` and with a weight above 0: of several entries that fit, the
 * one with the greatest weight counts (config.go `isCompressionAcceptEncodingValid`). An empty header or encoding fits anything.
 */
export function acceptsEncoding(header: string, encoding: string): boolean {
  if (header === "" || encoding === "") return true;
  const fitting = header
    .split(",")
    .map(readEntry)
    .filter(({ name }) => name === encoding || name === "*");
  return fitting.some(({ weight }) => weight > 0);
}

function readEntry(text: string): { readonly name: string; readonly weight: number } {
  const end = text.lastIndexOf(";");
  if (end < 0) return { name: text.trim(), weight: 1 };
  const weight = text
    .slice(end + 1)
    .trim()
    .replace(/^q=/, "");
  return { name: text.slice(0, end).trim(), weight: /^[\d.]+$/.test(weight) ? Math.round(Number(weight) * 1000) / 1000 : 0 };
}
