import { isLegacyMetricName } from "./names.ts";

/** How names outside the legacy alphabet are written for a client that can't read them quoted; the keys of content types. */
export type EscapingScheme = "allow-utf-8" | "underscores" | "dots" | "values";

/** Upstream undoes code points of at most five digits: those from 100000 on, the last private ones, it can't undo. */
const LONGEST_CODE_POINT = 5;
/** With the flag "u", half of a pair does not count as a surrogate. */
const LONE_SURROGATES = /\p{Surrogate}/gu;

/**
 * Writes a metric or label name in the legacy alphabet of letters, digits, underscores and colons. `underscores` loses what it replaces;
 * `dots` keeps dots (`_dot_`) apart from underscores (`__`); `values` can be undone: `U__`, then each other character as its code
 * point in hexadecimal between underscores. Half of a surrogate pair counts as U+FFFD. Source: common/model/metric.go `EscapeName`.
 */
export function escapeName(name: string, scheme: EscapingScheme): string {
  switch (scheme) {
    case "allow-utf-8":
      return name;
    case "underscores":
      return isLegacyMetricName(name) ? name : mapCharacters(name, underscoresFor);
    case "dots":
      // Legacy names too: an underscore must not be taken for a dot.
      return mapCharacters(name, dotsFor);
    case "values":
      return name === "" || isLegacyMetricName(name) ? name : `U__${mapCharacters(name, valueFor)}`;
  }
}

/**
 * The name that `escapeName` made `name` of. `underscores` can't be undone, `dots` in part; a text that `values` could not have made is
 * returned as it is. Source: common/model/metric.go `UnescapeName`.
 */
export function unescapeName(name: string, scheme: EscapingScheme): string {
  if (scheme === "dots") return name.replaceAll("_dot_", ".").replaceAll("__", "_");
  if (scheme === "values" && name.startsWith("U__")) return valuesUndone(name.slice(3)) ?? name;
  return name;
}

function underscoresFor(character: string, isLegacy: boolean): string {
  return isLegacy ? character : "_";
}

function dotsFor(character: string, isLegacy: boolean): string {
  if (character === ".") return "_dot_";
  return isLegacy && character !== "_" ? character : "__";
}

function valueFor(character: string, isLegacy: boolean): string {
  if (character === "_") return "__";
  return isLegacy ? character : `_${(character.codePointAt(0) ?? 0).toString(16)}_`;
}

/** Replaces each character; `isLegacy` says whether a legacy name may have it there. */
function mapCharacters(name: string, replace: (character: string, isLegacy: boolean) => string): string {
  let out = "";
  for (const character of name.replace(LONE_SURROGATES, "\ufffd")) {
    const isLegacy = /^[a-zA-Z_:]$/.test(character) || (out !== "" && /^[0-9]$/.test(character));
    out += replace(character, isLegacy);
  }
  return out;
}

/** The unescaped text, or undefined when `escaped` is none. */
function valuesUndone(escaped: string): string | undefined {
  let out = "";
  for (let i = 0; i < escaped.length; i++) {
    if (escaped[i] !== "_") {
      out += escaped[i];
      continue;
    }
    const end = escaped.indexOf("_", i + 1);
    if (end < 0) return undefined;
    const character = end === i + 1 ? "_" : characterOf(escaped.slice(i + 1, end));
    if (character === undefined) return undefined;
    out += character;
    i = end;
  }
  return out;
}

function characterOf(hexadecimal: string): string | undefined {
  if (hexadecimal.length > LONGEST_CODE_POINT || !/^[0-9a-fA-F]+$/.test(hexadecimal)) return undefined;
  const code = Number.parseInt(hexadecimal, 16);
  return code >= 0xd800 && code <= 0xdfff ? undefined : String.fromCodePoint(code);
}
