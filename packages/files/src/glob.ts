import { posix } from "node:path";
import { hasErrorCode, type Files } from "./files.ts";
import { compileGlob } from "./glob-pattern.ts";

/** What makes a pattern more than a plain path. A backslash takes the meaning of the character after it away. */
const META = /[*?[\\]/;

/**
 * The paths that a pattern names, by Go's rules (path/filepath `Glob`): in every part of it `*` and `?` stand for any characters, or one,
 * but a slash, `[a-z]` and `[^a-z]` for one of a set; there is no `**`. Names are sorted within their folder. Folders that can't be read
 * name nothing; the one error is a BadPatternError.
 */
export function glob(files: Pick<Files, "readFolder" | "stat">, pattern: string): readonly string[] {
  compileGlob(pattern);
  return expand(files, pattern);
}

function expand(files: Pick<Files, "readFolder" | "stat">, pattern: string): readonly string[] {
  const { folder, name } = split(pattern);
  if (!META.test(pattern)) return isThere(files, pattern, folder, name) ? [pattern] : [];
  const matches = compileGlob(name);
  const folders = META.test(folder) ? expand(files, folder) : [folder];
  return folders.flatMap((one) =>
    namesIn(files, one)
      .filter((found) => matches.test(found))
      .map((found) => posix.join(one, found)),
  );
}

/** The last part of a pattern, and what stands before the slash before it. */
function split(pattern: string): { readonly folder: string; readonly name: string } {
  const slash = pattern.lastIndexOf("/");
  if (slash < 0) return { folder: ".", name: pattern };
  return { folder: slash === 0 ? "/" : pattern.slice(0, slash), name: pattern.slice(slash + 1) };
}

/** A link that leads nowhere is there, too. */
function isThere(files: Pick<Files, "readFolder" | "stat">, path: string, folder: string, name: string): boolean {
  try {
    if (files.stat(path) !== undefined) return true;
  } catch (error) {
    // A link to itself leads nowhere, too.
    if (!hasErrorCode(error, "ELOOP")) return false;
  }
  return namesIn(files, folder).includes(name);
}

function namesIn(files: Pick<Files, "readFolder">, folder: string): readonly string[] {
  try {
    return files.readFolder(folder);
  } catch {
    // As Go has it: a pattern may well cross what its user can't read.
    return [];
  }
}
