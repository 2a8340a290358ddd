import type { Meter } from "./meter.ts";
import type { GoFunction } from "./values.ts";

/** What becomes of the letters of a word behind its first. */
export type RestOfWord = "small" | "kept";

/**
 * The first letter of each word large, as golang.org/x/text/cases.Title has it for American English. Words end as in Unicode's annex 29,
 * simplified: at everything but letters, digits, marks, connectors and a single character that may stand inside a word, such as an
 * apostrophe. Digits before its first letter do not begin a word: `1st` becomes `1St`.
 */
export function titleCase(text: string, rest: RestOfWord): string {
  const characters = [...text];
  let isInWord = false;
  let wasMiddle = false;
  let titled = "";
  for (const [i, character] of characters.entries()) {
    const isMiddle = MIDDLE.test(character);
    if (isMiddle && wasMiddle) isInWord = false;
    wasMiddle = isMiddle;
    if (CASED.test(character)) {
      if (!isInWord) titled += titleLetter(character);
      else titled += rest === "kept" ? character : smallLetter(characters, i);
      isInWord = true;
      continue;
    }
    titled += character;
    if (!isMiddle && !isPartOfWord(character)) isInWord = false;
  }
  return titled;
}

/** So many characters are worth a step to look for words in, beside what every call pays for them. */
const CHARACTERS_PER_STEP = 2;

/** The function `title` of templates. */
export function titleFunction(rest: RestOfWord): GoFunction {
  return {
    params: ["string"],
    isMetered: true,
    call: (meter: Meter, text: string) => {
      meter.spend(Math.floor(text.length / CHARACTERS_PER_STEP));
      return titleCase(text, rest);
    },
  };
}

const CASED = /\p{Cased}/u;

/** Stands inside a word when it stands alone: the annex's MidLetter, MidNumLet and Single_Quote. */
const MIDDLE = /['.:\u00b7\u0387\u055f\u05f4\u2018\u2019\u2024\u2027\ufe13\ufe52\ufe55\uff07\uff0e\uff1a]/;

const PART_OF_WORD = /[\p{L}\p{Nd}\p{Nl}\p{M}\p{Pc}\p{Cf}]/u;

/** Writing without blanks between words: each letter counts as a word. */
const WRITTEN_TOGETHER =
  /\u200b|(?![\p{M}\p{Nd}])[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Khmer}\p{Script=Lao}\p{Script=Myanmar}\p{Script=Thai}]/u;

function isPartOfWord(character: string): boolean {
  return PART_OF_WORD.test(character) && !WRITTEN_TOGETHER.test(character);
}

/** Unicode's title mapping of a letter: `ß` becomes `Ss`. */
function titleLetter(letter: string): string {
  // Georgian capitals are for whole texts.
  if (/[\u10d0-\u10ff]/.test(letter)) return letter;
  // Each of the double letters has a form with the first part large, just before the small one.
  if (/[\u01c4-\u01cc\u01f1-\u01f3]/.test(letter)) return String.fromCharCode(letter.toLowerCase().charCodeAt(0) - 1);
  // The iota below a Greek letter stays one.
  const [base, ...marks] = letter.normalize("NFD");
  if (marks.includes("\u0345")) return (base.toUpperCase() + marks.join("")).normalize("NFC");
  const [first, ...others] = letter.toUpperCase();
  // An apostrophe is no letter that could be large in place of the one behind it.
  return first === "\u02bc" ? letter.toUpperCase() : first + others.join("").toLowerCase();
}

/** How far ahead is looked for the end of the word, which a final sigma has a form for. */
const SIGMA_LOOK_AHEAD = 30;

function smallLetter(characters: readonly string[], i: number): string {
  if (characters[i] !== "\u03a3") return characters[i].toLowerCase();
  return `a${characters.slice(i, i + SIGMA_LOOK_AHEAD).join("")}`.toLowerCase()[1];
}
