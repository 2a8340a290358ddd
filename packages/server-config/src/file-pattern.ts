import { stringField, type Field } from "@ferula/config";
import { glob, type Files } from "@ferula/files";
import { goQuote } from "@ferula/durations";

/** Only the last part of such a path may hold a `*` (config/config.go `patRulePath`). */
const LAST_PART_ONLY = /^[^*]*(\*[^/]*)?$/;

/** Where nothing is found: only the pattern itself is looked at. */
const NO_FILES: Pick<Files, "readFolder" | "stat"> = { readFolder: () => [], stat: () => undefined };

/** A pattern of paths, seen from the folder of the file; `what` is in them: `rule`, `scrape config`. */
export function filePatternField(what: string): Field<string> {
  const text = stringField();
  return {
    ...text,
    read(at) {
      const written = text.read(at);
      if (typeof written !== "string") return written;
      const pattern = at.source.joinPath(written);
      if (!LAST_PART_ONLY.test(written)) at.source.report(at, `invalid ${what} file path ${goQuote(written)}`);
      else {
        const problem = patternProblem(pattern);
        if (problem !== undefined) at.source.report(at, `error retrieving ${what} files for ${goQuote(pattern)}: ${problem}`);
      }
      return pattern;
    },
  };
}

function patternProblem(pattern: string): string | undefined {
  try {
    glob(NO_FILES, pattern);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
