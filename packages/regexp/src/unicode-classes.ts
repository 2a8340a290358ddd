import { charSetOf, complementOf, everyChar, unionOf, withoutChars, type CharSet } from "./char-set.ts";
import { lateChars } from "./late-chars.ts";

/** Unicode's general categories under their short names. */
const categories = new Set(
  "C Cc Cf Cn Co Cs L LC Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs".split(" "),
);

/** Long names of categories, as Go compares them: without underscores, one capital. */
const categoryAliases: ReadonlyMap<string, string> = new Map(
  Object.entries({
    Casedletter: "LC",
    Closepunctuation: "Pe",
    Cntrl: "Cc",
    Combiningmark: "M",
    Connectorpunctuation: "Pc",
    Control: "Cc",
    Currencysymbol: "Sc",
    Dashpunctuation: "Pd",
    Decimalnumber: "Nd",
    Digit: "Nd",
    Enclosingmark: "Me",
    Finalpunctuation: "Pf",
    Format: "Cf",
    Initialpunctuation: "Pi",
    Lc: "LC",
    Letter: "L",
    Letternumber: "Nl",
    Lineseparator: "Zl",
    Lowercaseletter: "Ll",
    Mark: "M",
    Mathsymbol: "Sm",
    Modifierletter: "Lm",
    Modifiersymbol: "Sk",
    Nonspacingmark: "Mn",
    Number: "N",
    Openpunctuation: "Ps",
    Other: "C",
    Otherletter: "Lo",
    Othernumber: "No",
    Otherpunctuation: "Po",
    Othersymbol: "So",
    Paragraphseparator: "Zp",
    Privateuse: "Co",
    Punct: "P",
    Punctuation: "P",
    Separator: "Z",
    Spaceseparator: "Zs",
    Spacingmark: "Mc",
    Surrogate: "Cs",
    Symbol: "S",
    Titlecaseletter: "Lt",
    Unassigned: "Cn",
    Uppercaseletter: "Lu",
  }),
);

/** Unicode 15's scripts whose names are one word: Go 1.26 compares names without underscores and so never finds the others (`Old_Italic`). */
const scripts = new Set(
  `
Adlam Ahom Arabic Armenian Avestan Balinese Bamum Batak Bengali Bhaiksuki Bopomofo Brahmi Braille Buginese Buhid Carian Chakma Cham
Cherokee Chorasmian Common Coptic Cuneiform Cypriot Cyrillic Deseret Devanagari Dogra Duployan Elbasan Elymaic Ethiopic Georgian
Glagolitic Gothic Grantha Greek Gujarati Gurmukhi Han Hangul Hanunoo Hatran Hebrew Hiragana Inherited Javanese Kaithi Kannada Katakana
Kawi Kharoshthi Khmer Khojki Khudawadi Lao Latin Lepcha Limbu Lisu Lycian Lydian Mahajani Makasar Malayalam Mandaic Manichaean Marchen
Medefaidrin Miao Modi Mongolian Mro Multani Myanmar Nabataean Nandinagari Newa Nko Nushu Ogham Oriya Osage Osmanya Palmyrene
Phoenician Rejang Runic Samaritan Saurashtra Sharada Shavian Siddham Sinhala Sogdian Soyombo Sundanese Syriac Tagalog Tagbanwa Takri
Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Toto Ugaritic Vai Vithkuqi Wancho Yezidi Yi
`
    .trim()
    .split(/\s+/),
);

const found = new Map<string, CharSet>();

/**
 * The characters of a class by its name in `\p{name}`: a category (`L`, `Lu`, `Letter`), a script (`Greek`), `Any`, `ASCII` or `Assigned`;
 * capitals, underscores, hyphens and spaces make no difference. Undefined for a name that Go does not know.
 */
export function unicodeClass(name: string): CharSet | undefined {
  const known = canonicalName(name);
  let set = found.get(known);
  if (set === undefined) {
    set = readClass(known);
    if (set !== undefined) found.set(known, set);
  }
  return set;
}

function canonicalName(name: string): string {
  const letters = name.replace(/[_ -]/g, "");
  return letters.slice(0, 1).replace(/[a-z]/, toUpper) + letters.slice(1).replace(/[A-Z]/g, toLower);
}

function toUpper(letter: string): string {
  return letter.toUpperCase();
}

function toLower(letter: string): string {
  return letter.toLowerCase();
}

function readClass(name: string): CharSet | undefined {
  if (name === "Any") return everyChar;
  if (name === "Ascii") return [0, 0x7f];
  if (name === "Assigned") return complementOf(scan("Cn"));
  const category = categoryAliases.get(name) ?? name;
  if (categories.has(category)) return scan(category);
  return scripts.has(name) ? scan(`Script=${name}`) : undefined;
}

/** Planes that hold characters one by one; the others are empty or private from end to end. */
const mixedPlanes = new Set([0, 1, 2, 3, 14]);

/** Small enough for an argument list, and a divisor of the blocks of surrogates, of which no two kinds may touch in a text. */
const CHUNK_CHARS = 0x400;

/** The characters of a class in `\p{…}` as JavaScript writes it, as far as Unicode 15 had them. */
function scan(property: string): CharSet {
  const set = charsWith(property);
  return property === "Cn" || property === "C" ? unionOf(set, lateChars) : withoutChars(set, lateChars);
}

/** Reads off the characters of a property from what this process knows of Unicode. */
export function charsWith(property: string): CharSet {
  const runs = new RegExp(`\\p{${property}}+`, "gu");
  const ranges: [number, number][] = [];
  for (let plane = 0; plane <= 16; plane++) {
    const start = plane * 0x10000;
    if (mixedPlanes.has(plane)) {
      for (let at = start; at < start + 0x10000; at += CHUNK_CHARS) scanChunk(runs, at, CHUNK_CHARS, ranges);
      continue;
    }
    // The last two characters of a plane are none.
    if (hasOne(runs, start)) ranges.push([start, start + 0xfffd]);
    scanChunk(runs, start + 0xfffe, 2, ranges);
  }
  return charSetOf(ranges);
}

function hasOne(runs: RegExp, char: number): boolean {
  const found: [number, number][] = [];
  scanChunk(runs, char, 1, found);
  return found.length > 0;
}

const units = new Uint16Array(2 * CHUNK_CHARS);

function scanChunk(runs: RegExp, start: number, count: number, ranges: [number, number][]): void {
  const unitsPerChar = start > 0xffff ? 2 : 1;
  for (let i = 0; i < count; i++) {
    if (unitsPerChar === 1) units[i] = start + i;
    else {
      units[2 * i] = 0xd7c0 + ((start + i) >> 10);
      units[2 * i + 1] = 0xdc00 | ((start + i) & 0x3ff);
    }
  }
  const chunk: string = Reflect.apply(String.fromCharCode, undefined, units.subarray(0, count * unitsPerChar));
  for (const run of chunk.matchAll(runs)) {
    const first = start + run.index / unitsPerChar;
    ranges.push([first, first + run[0].length / unitsPerChar - 1]);
  }
}
