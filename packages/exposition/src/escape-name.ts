import { isLegacyMetricName } from "@ferula/model";
import type { EscapingScheme } from "./formats.ts";

/**
 * Writes a metric or label name in the old alphabet of letters, digits, underscores and colons. `underscores` loses what it replaces;
 * `dots` keeps dots (`_dot_`) apart from underscores (`__`); `values` can be undone: `U__`, then each other character as its code
 * point in hexadecimal between underscores.
 */
export function escapeName(name: string, scheme: EscapingScheme): string {
  if (name === "" || scheme === "allow-utf-8") return name;
  const isLegacy = isLegacyMetricName(name);
  switch (scheme) {
    case "underscores":
      return isLegacy ? name : mapCharacters(name, () => "_");
    case "dots":
      return mapCharacters(name.replaceAll("_", "__"), (character) => (character === "." ? "_dot_" : "__"));
    case "values":
      if (isLegacy) return name;
      return `U__${mapCharacters(name.replaceAll("_", "__"), (character) => `_${(character.codePointAt(0) ?? 0).toString(16)}_`)}`;
  }
}

function mapCharacters(name: string, replace: (character: string) => string): string {
  let out = "";
  let i = 0;
  for (const character of name) {
    out += /[a-zA-Z_:]/.test(character) || (i > 0 && /[0-9]/.test(character)) ? character : replace(character);
    i += character.length;
  }
  return out;
}
