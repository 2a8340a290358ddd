import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { hasErrorCode } from "@ferula/files";

const WILDCARD = /[*?[]/;

/**
 * The paths that a pattern names, sorted; in each part of it `*`, `?` and `[a-z]` are wildcards, as in Go's filepath.Glob. What is not there is
 * not named. Throws when a folder can't be read for another reason.
 */
export function glob(pattern: string): readonly string[] {
  let found = [pattern.startsWith("/") ? "/" : ""];
  for (const part of pattern.split("/").filter((name) => name !== "")) {
    found = WILDCARD.test(part) ? found.flatMap((folder) => matching(folder, part)) : found.map((folder) => join(folder, part));
  }
  return found.filter(isThere).toSorted();
}

function matching(folder: string, part: string): readonly string[] {
  const expression = new RegExp(`^${toExpression(part)}$`, "su");
  return namesIn(folder === "" ? "." : folder)
    .filter((name) => expression.test(name))
    .map((name) => join(folder, name));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (hasErrorCode(error, "ENOENT") || hasErrorCode(error, "ENOTDIR")) return [];
    throw error;
  }
}

function toExpression(part: string): string {
  return part.replace(
    /\*|\?|\[(\^?)((?:\\.|[^\]\\])+)\]|\\?([^])/g,
    (all, not: string | undefined, set: string | undefined, plain: string | undefined) => {
      if (all === "*") return ".*";
      if (all === "?") return ".";
      if (set !== undefined) return `[${not}${set.replaceAll("[", "\\[")}]`;
      return (plain ?? "").replace(/[$()*+./?[\\\]^{|}]/g, "\\$&");
    },
  );
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if (hasErrorCode(error, "ENOTDIR")) return false;
    throw error;
  }
}
