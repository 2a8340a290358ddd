import { sprintf } from "../printf.ts";
import { type Context, EscapeProblem, type State } from "./context.ts";
import { decodeCss } from "./css-escapers.ts";
import { skipSpaces, type Transition } from "./tag-transitions.ts";

/** A URL: what is before its query, and the rest. */
export const inUrl: Transition = (c, text) => {
  if (/[#?]/.test(text)) return [{ ...c, urlPart: "QueryOrFrag" }, text.length];
  if (c.urlPart === "None" && skipSpaces(text, 0) !== text.length) return [{ ...c, urlPart: "PreQuery" }, text.length];
  return [c, text.length];
};

/** CSS outside strings and comments. All its strings count as URLs, which is the stricter reading. */
export const inCss: Transition = (c, text) => {
  for (let i = 0; i < text.length; i++) {
    switch (text[i]) {
      case "(": {
        if (!endsWithUrlKeyword(text, i)) break;
        const inner = skipSpaces(text, i + 1);
        if (text[inner] === '"') return [{ ...c, state: "CSSDqURL" }, inner + 1];
        if (text[inner] === "'") return [{ ...c, state: "CSSSqURL" }, inner + 1];
        return [{ ...c, state: "CSSURL" }, inner];
      }
      case "/":
        if (text[i + 1] === "/") return [{ ...c, state: "CSSLineCmt" }, i + 2];
        if (text[i + 1] === "*") return [{ ...c, state: "CSSBlockCmt" }, i + 2];
        break;
      case '"':
        return [{ ...c, state: "CSSDqStr" }, i + 1];
      case "'":
        return [{ ...c, state: "CSSSqStr" }, i + 1];
      default:
        break;
    }
  }
  return [c, text.length];
};

/** A string or URL of CSS; it counts as a URL. */
export const inCssString: Transition = (c, text) => {
  const ends = cssDelimiters[c.state] ?? "";
  let current: Context = c;
  let lastEscape = 0;
  let read = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "\\") {
      i++;
      if (i === text.length) throw new EscapeProblem(sprintf("unfinished escape sequence in CSS string: %q", [text]));
      // What is before the last escape was looked at together with it.
      [current] = inUrl(current, decodeCss(text.slice(lastEscape, i + 1)));
      lastEscape = i - 1;
      read = i + 1;
    } else if (ends.includes(text[i])) return [{ ...current, state: "CSS" }, i + 1];
  }
  [current] = inUrl(current, decodeCss(text.slice(read)));
  return [current, text.length];
};

export const inMetaContent: Transition = (c, text) => {
  const match = /url[ \t\n\f\r]*=/i.exec(text);
  return match ? [{ ...c, state: "MetaContentURL" }, match.index + match[0].length] : [c, text.length];
};

export const inMetaContentUrl: Transition = (c, text) => {
  const end = text.indexOf(";");
  return end < 0 ? [c, text.length] : [{ ...c, state: "MetaContent" }, end + 1];
};

const cssDelimiters: Readonly<Partial<Record<State, string>>> = {
  CSSDqStr: '"',
  CSSDqURL: '"',
  CSSSqStr: "'",
  CSSSqURL: "'",
  CSSURL: "\t\n\f\r )",
};

/** Whether the word `url` stands before `end`, and is one of its own. */
function endsWithUrlKeyword(text: string, end: number): boolean {
  let wordEnd = end;
  while (wordEnd > 0 && " \t\n\f\r".includes(text[wordEnd - 1])) wordEnd--;
  return urlKeyword.test(text.slice(Math.max(0, wordEnd - LONGEST_URL_KEYWORD), wordEnd));
}

/** The character before the word, which may have two halves, and the word. */
const LONGEST_URL_KEYWORD = 5;

const urlKeyword = /(?:^|[^-_a-zA-Z0-9\u0080-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}])url$/iu;
