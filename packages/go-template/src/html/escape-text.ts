import { type Context, errorContext, EscapeProblem, isComment, isInScriptLiteral } from "./context.ts";
import { FollowedText } from "./transitions.ts";

/** Text after its own treatment, and the context behind it. */
export interface EscapedText {
  readonly context: Context;
  readonly text: string;
}

/** Follows a template's own text. Behind a mistake in it the context is an error, and the text as it was. */
export function escapeText(start: Context, text: string): EscapedText {
  try {
    return followText(start, text);
  } catch (error) {
    if (error instanceof EscapeProblem) return { context: errorContext(error.message), text };
    throw error;
  }
}

/** Stray `<` are escaped and comments dropped, so that no action can complete them. */
function followText(start: Context, text: string): EscapedText {
  const followed = new FollowedText(text);
  let c = start;
  let output = "";
  let written = 0;
  let i = 0;
  const copyTo = (end: number, replacement: string, next: number): void => {
    output += text.slice(written, end) + replacement;
    written = next;
  };
  while (i < text.length) {
    const [next, length] = followed.contextAfter(c, i);
    const end = i + length;
    if (c.state === "Text" || c.state === "RCDATA") {
      const tag = next.state === c.state ? -1 : text.slice(i, end).lastIndexOf("<");
      const plainEnd = tag < 0 ? end : i + tag;
      for (let j = text.indexOf("<", i); j >= 0 && j < plainEnd; j = text.indexOf("<", j + 1)) {
        if (!/^<!doctype/i.test(text.slice(j, j + 9))) copyTo(j, "&lt;", j + 1);
      }
    } else if (isDropped(c)) {
      const comment = text.slice(written, end);
      written = end;
      if (c.state === "JSBlockCmt") output += /[\n\r\u2028\u2029]/.test(comment) ? "\n" : " ";
      else if (c.state === "CSSBlockCmt") output += " ";
    }
    if (c.state !== next.state && isDropped(next)) copyTo(end - commentStartLength(next), "", end);
    if (isInScriptLiteral(c.state) && scriptTag.test(text.slice(i, end))) {
      copyTo(i, text.slice(i, end).replace(scriptTags, "\\x3C$1"), end);
    }
    if (end === i && c.state === next.state) throw new Error(`BUG: no progress in state ${c.state}`);
    c = next;
    i = end;
  }
  // A comment that ended before this text has left its space already.
  if (written === 0) return { context: c, text };
  if (!isDropped(c)) output += text.slice(written);
  return { context: c, text: output };
}

const scriptTag = /<(?:script|\/script|!--)/i;
const scriptTags = /<(script|\/script|!--)/gi;

/** Comments in attributes stay, since they are part of the value. */
function isDropped(c: Context): boolean {
  return isComment(c.state) && c.delim === "None";
}

function commentStartLength(c: Context): number {
  if (c.state === "HTMLCmt" || c.state === "JSHTMLOpenCmt") return 4;
  return c.state === "JSHTMLCloseCmt" ? 3 : 2;
}
