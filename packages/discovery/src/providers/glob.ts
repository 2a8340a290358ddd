import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** `*` and `?` stand for any characters but a slash, `[a-z]` and `[^a-z]` for one of a set; a backslash takes their meaning away. */
const TOKEN = /\\(.)|\[\^?(?:\\.|[^\]\\])+\]|[*?]|[^]/g;

/**
 * The files that a pattern names, sorted; only its last part may be more than a plain name (Go's filepath.Glob). None when there are
 * none, whatever the reason.
 */
export async function filesOf(pattern: string): Promise<readonly string[]> {
  const matches = globToRegExp(basename(pattern));
  const names = await readdir(dirname(pattern)).catch(() => []);
  return names
    .filter((name) => matches.test(name))
    .toSorted()
    .map((name) => join(dirname(pattern), name));
}

/** A regular expression for whole names. */
export function globToRegExp(glob: string): RegExp {
  const source = glob.replaceAll(TOKEN, (token: string, escaped: string | undefined) => {
    if (escaped !== undefined) return literal(escaped);
    if (token === "*") return "[^/]*";
    if (token === "?") return "[^/]";
    if (token.length > 2 && token.startsWith("[")) return token;
    return literal(token);
  });
  return new RegExp(`^(?:${source})$`, "s");
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
