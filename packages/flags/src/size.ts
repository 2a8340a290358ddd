import { goQuote } from "@ferula/durations";

/** From the largest to the smallest. Both spellings count by 1024, upstream's flags know no other. */
const units: readonly { readonly names: readonly string[]; readonly bytes: number }[] = [
  { names: ["EiB", "EB"], bytes: 2 ** 60 },
  { names: ["PiB", "PB"], bytes: 2 ** 50 },
  { names: ["TiB", "TB"], bytes: 2 ** 40 },
  { names: ["GiB", "GB"], bytes: 2 ** 30 },
  { names: ["MiB", "MB"], bytes: 2 ** 20 },
  { names: ["KiB", "KB"], bytes: 2 ** 10 },
  { names: ["B"], bytes: 1 },
];

/**
 * Reads a size such as `512MB`, `1.5GiB` or `1GB512MB` and returns bytes. A unit is needed, except for a bare `0`. Throws RangeError
 * `not a valid size: "x"` with the reason. Source: alecthomas/units `ParseBase2Bytes`.
 */
export function parseSize(text: string): number {
  const sign = text.startsWith("-") ? -1 : 1;
  const unsigned = /^[+-]/.test(text) ? text.slice(1) : text;
  if (unsigned === "0") return 0;
  if (unsigned === "") throw invalidSize(text, "it is empty");
  const part = /(\d*)(\.\d*)?([^\d.]*)/y;
  let total = 0;
  for (let at = 0; at < unsigned.length; at = part.lastIndex) {
    part.lastIndex = at;
    const [, whole = "", fraction = "", name = ""] = part.exec(unsigned) ?? [];
    if (whole === "" && fraction.length < 2) throw invalidSize(text, "a number is missing");
    const unit = units.find(({ names }) => names.includes(name));
    if (unit === undefined)
      throw invalidSize(text, `${name === "" ? "a unit is missing" : `unknown unit ${goQuote(name)}`}; use one of ${unitNames()}`);
    total += Number(whole) * unit.bytes + Math.trunc(Number(`0${fraction}`) * unit.bytes);
  }
  if (total >= 2 ** 63) throw invalidSize(text, "it is 8EB or more");
  return sign * total;
}

/** Prints bytes as upstream does, each unit in turn: `512MiB`, `1GiB512MiB`, `0B`. */
export function formatSize(bytes: number): string {
  let rest = Math.trunc(Math.abs(bytes));
  if (rest === 0) return "0B";
  let text = bytes < 0 ? "-" : "";
  for (const unit of units) {
    if (rest < unit.bytes) continue;
    text += `${Math.floor(rest / unit.bytes)}${unit.names[0]}`;
    rest %= unit.bytes;
  }
  return text;
}

function unitNames(): string {
  return units
    .map(({ names }) => names.at(-1))
    .toReversed()
    .join(", ");
}

function invalidSize(text: string, reason: string): RangeError {
  return new RangeError(`not a valid size: ${goQuote(text)}: ${reason}`);
}
