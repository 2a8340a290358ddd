import { charEnd } from "./escapes.ts";
import { refusal } from "./regexp-error.ts";

/** How what follows is read: `(?i)`, `(?s)`, `(?m)`, `(?U)`. */
export interface Flags {
  readonly isFolded: boolean;
  readonly dotAll: boolean;
  readonly multiline: boolean;
  readonly isLazyByDefault: boolean;
}

const flagOf: ReadonlyMap<string, keyof Flags> = new Map([
  ["i", "isFolded"],
  ["s", "dotAll"],
  ["m", "multiline"],
  ["U", "isLazyByDefault"],
]);

/** What `(?…` turns out to be: a group that captures, one that doesn't, or flags for the rest of the group that they stand in. */
export type GroupOpening =
  | { readonly kind: "capture"; readonly name: string; readonly end: number }
  | { readonly kind: "group" | "flags"; readonly flags: Flags; readonly end: number };

/** Reads the `(?` at `at`, with the flags that hold there. Throws RegexpError for what RE2 does not have. */
export function readGroupOpening(source: string, at: number, flags: Flags): GroupOpening {
  const nameStart = startOfName(source, at);
  if (nameStart !== undefined) return readName(source, at, nameStart);
  const changed = { ...flags };
  let sign = true;
  let hasFlag = false;
  let end = at + 2;
  while (end < source.length) {
    const letter = source[end];
    end = charEnd(source, end);
    const flag = flagOf.get(letter);
    if (flag !== undefined) {
      changed[flag] = sign;
      hasFlag = true;
    } else if (letter === "-" && sign) {
      sign = false;
      hasFlag = false;
    } else if ((letter === ":" || letter === ")") && (sign || hasFlag)) {
      return { kind: letter === ":" ? "group" : "flags", flags: changed, end };
    } else break;
  }
  throw refusal(source, "invalid or unsupported Perl syntax", source.slice(at, end));
}

function startOfName(source: string, at: number): number | undefined {
  if (source.startsWith("P<", at + 2) && source.length > at + 4) return at + 4;
  return source[at + 2] === "<" && source.length > at + 3 ? at + 3 : undefined;
}

function readName(source: string, at: number, nameStart: number): GroupOpening {
  const close = source.indexOf(">", at);
  const end = close < 0 ? source.length : close + 1;
  const name = source.slice(nameStart, close);
  if (close < 0 || !/^[A-Za-z0-9_]+$/.test(name)) throw refusal(source, "invalid named capture", source.slice(at, end));
  return { kind: "capture", name, end };
}
