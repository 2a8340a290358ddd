import { unquoteGoChar } from "./strings.ts";

/** The value of a number or character literal. */
export interface NumberValue {
  /** The value as an integer when it is one and fits 64 bits signed. */
  readonly int: number | bigint | undefined;
  readonly float: number;
  /** Whether the spelling makes it a float64 where no type is asked for. */
  readonly isFloat: boolean;
}

/** Reads a number literal as Go reads it; a string is the error message. */
export function parseNumber(text: string): NumberValue | string {
  if (text.endsWith("i")) return `complex constant ${text} is not supported`;
  const integer = parseInteger(text);
  if (integer !== undefined) {
    if (integer >= MIN_INT64 && integer <= MAX_INT64) {
      // Go overlooks the prefix behind a sign and takes a digit e for an exponent.
      return { int: narrow(integer), float: Number(integer), isFloat: /^[+-]0[xX].*[eE]/.test(text) };
    }
    if (integer > 0n && integer <= MAX_UINT64) return { int: undefined, float: Number(integer), isFloat: false };
  }
  const float = parseFloatLiteral(text);
  if (float === undefined) return `illegal number syntax: ${JSON.stringify(text)}`;
  if (!/[.eEpP]/.test(text)) return `integer overflow: ${JSON.stringify(text)}`;
  const isInt = Number.isInteger(float) && Math.abs(float) < 2 ** 63;
  return { int: isInt ? narrow(BigInt(float)) : undefined, float, isFloat: true };
}

/** Reads a character literal; a string is the error message. */
export function parseCharConstant(text: string): NumberValue | string {
  const code = unquoteGoChar(text);
  if (code !== undefined) return { int: code, float: code, isFloat: false };
  return /^'(?:[^\\']|\\.)+'$/su.test(text) && [...text].length > 3 && !text.startsWith("'\\")
    ? `malformed character constant: ${text}`
    : "invalid syntax";
}

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;
const MAX_UINT64 = 2n ** 64n - 1n;

const integerLiteral =
  /^([+-]?)(?:(0[xX](?:_?[0-9a-fA-F])+)|(0[bB](?:_?[01])+)|0[oO]((?:_?[0-7])+)|0((?:_?[0-7])+)|(0|[1-9](?:_?[0-9])*))$/;

function parseInteger(text: string): bigint | undefined {
  const match = integerLiteral.exec(text);
  if (!match) return undefined;
  const [, sign, hex, binary, octal, oldOctal, decimal] = match;
  const octalDigits = octal ?? oldOctal;
  const digits = hex ?? binary ?? decimal ?? `0o${octalDigits}`;
  const magnitude = BigInt(digits.replaceAll("_", ""));
  return sign === "-" ? -magnitude : magnitude;
}

function parseFloatLiteral(text: string): number | undefined {
  if ((isHexadecimal.test(text) ? strayHexUnderscore : strayUnderscore).test(text)) return undefined;
  const plain = text.replaceAll("_", "");
  const hex = /^([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([+-]?[0-9]+)$/.exec(plain);
  if (hex) {
    const [, sign, whole, fraction = "", exponent] = hex;
    if (whole + fraction === "") return undefined;
    const value = Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(exponent) - 4 * fraction.length);
    return sign === "-" ? -value : value;
  }
  if (!/^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

const isHexadecimal = /^[+-]?0[xX]/;
/** An underscore stands between two digits, or between a prefix and the first. */
const strayUnderscore = /(?<![0-9])_|_(?![0-9])/;
const strayHexUnderscore = /(?<!^[+-]?0[xX]|[0-9a-fA-F])_|_(?![0-9a-fA-F])/;

function narrow(integer: bigint): number | bigint {
  const number = Number(integer);
  return Number.isSafeInteger(number) ? number : integer;
}
