import { type FloatVerb, formatFloat } from "./float-format.ts";
import { type FormatFlags, pad } from "./format-flags.ts";
import { codePointText, isPrintable, quoteGoChar } from "./strings.ts";

/** Writes an integer by one of the verbs b c d o O q U v x X, or returns undefined for another. */
export function formatInteger(value: number | bigint, verb: string, flags: FormatFlags): string | undefined {
  switch (verb) {
    case "v":
    case "d":
      return digitsOf(value, 10, verb, flags);
    case "b":
      return digitsOf(value, 2, verb, flags);
    case "o":
    case "O":
      return digitsOf(value, 8, verb, flags);
    case "x":
    case "X":
      return digitsOf(value, 16, verb, flags);
    case "c":
      return pad(codePointText(Number(value)), flags);
    case "q":
      return pad(quoteGoChar(Number(value), flags.plus), flags);
    case "U":
      return unicodeForm(value, flags);
    default:
      return undefined;
  }
}

/** Writes a float by one of the verbs v b e E f F g G x X, or returns undefined for another. */
export function formatFloatVerb(value: number, verb: string, flags: FormatFlags): string | undefined {
  const style = floatStyles[verb];
  if (!style) return undefined;
  const precision = flags.precision ?? style.precision;
  const plain = formatFloat(value, style.verb, precision);
  const isSigned = plain.startsWith("-") || plain.startsWith("+");
  const magnitude = isSigned ? plain.slice(1) : plain;
  let sign = plain.startsWith("-") ? "-" : "+";
  if (flags.space && sign === "+" && !flags.plus) sign = " ";
  if (Number.isNaN(value)) return pad(flags.space || flags.plus ? sign + magnitude : magnitude, flags, false);
  if (!Number.isFinite(value)) return pad(flags.plus || sign !== "+" ? sign + magnitude : `+${magnitude}`, flags, false);
  const number = flags.sharp && verb !== "b" ? withPoint(magnitude, verb, precision) : magnitude;
  if (!flags.plus && sign === "+") return pad(number, flags);
  // Zeros stand between the sign and the number.
  if (flags.zero && !flags.minus && flags.width && flags.width > number.length + 1) return sign + number.padStart(flags.width - 1, "0");
  return pad(sign + number, flags);
}

const floatStyles: Readonly<Record<string, { readonly verb: FloatVerb; readonly precision: number } | undefined>> = {
  v: { verb: "g", precision: -1 },
  b: { verb: "b", precision: -1 },
  g: { verb: "g", precision: -1 },
  G: { verb: "G", precision: -1 },
  x: { verb: "x", precision: -1 },
  X: { verb: "X", precision: -1 },
  f: { verb: "f", precision: 6 },
  F: { verb: "f", precision: 6 },
  e: { verb: "e", precision: 6 },
  E: { verb: "E", precision: 6 },
};

const basePrefixes: Readonly<Record<number, string>> = { 2: "0b", 8: "0", 16: "0x" };

function digitsOf(value: number | bigint, base: number, verb: string, flags: FormatFlags): string {
  const isNegative = value < 0;
  const magnitude = isNegative ? -value : value;
  if (flags.precision === 0 && Number(magnitude) === 0) return " ".repeat(flags.width ?? 0);
  let minDigits = flags.precision ?? 0;
  if (flags.precision === undefined && flags.zero && !flags.minus && flags.width) {
    minDigits = flags.width - (isNegative || flags.plus || flags.space ? 1 : 0);
  }
  let text = magnitude.toString(base).padStart(minDigits, "0");
  if (flags.sharp && base !== 10 && !(base === 8 && text.startsWith("0"))) text = basePrefixes[base] + text;
  if (verb === "O") text = `0o${text}`;
  if (verb === "X") text = text.toUpperCase();
  if (isNegative) text = `-${text}`;
  else if (flags.plus) text = `+${text}`;
  else if (flags.space) text = ` ${text}`;
  return pad(text, flags, false);
}

function unicodeForm(value: number | bigint, flags: FormatFlags): string {
  const code = BigInt.asUintN(64, BigInt(value));
  let text = `U+${code
    .toString(16)
    .toUpperCase()
    .padStart(Math.max(4, flags.precision ?? 0), "0")}`;
  const char = code <= 0x10ffffn ? codePointText(Number(code)) : "\n";
  if (flags.sharp && isPrintable(char)) text += ` '${char}'`;
  return pad(text, flags, false);
}

/** `#` keeps the point and, for the shorter forms, the zeros behind it. */
function withPoint(magnitude: string, verb: string, precision: number): string {
  const split = verb === "x" || verb === "X" ? magnitude.search(/p/i) : magnitude.search(/e/i);
  const number = split < 0 ? magnitude : magnitude.slice(0, split);
  const tail = split < 0 ? "" : magnitude.slice(split);
  let missing = 0;
  if ("vgGx".includes(verb)) {
    const significant = number.replace(".", "").replace(/^0+/, "");
    missing = (precision < 0 ? 6 : precision) - significant.length;
    if (number === "0") missing--;
  }
  return number + (number.includes(".") ? "" : ".") + "0".repeat(Math.max(0, missing)) + tail;
}
