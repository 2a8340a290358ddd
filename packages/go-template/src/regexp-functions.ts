import { CallError, TemplateError, thrownMessage } from "./errors.ts";
import type { Meter } from "./meter.ts";
import type { GoFunction } from "./values.ts";

/** What the functions need of a compiled pattern. */
export interface TextPattern {
  readonly test: (text: string) => boolean;
  readonly replaceAll: (text: string, replacement: string) => string;
}

/** Steps that it is worth to compile a pattern, and each of its characters. */
const STEPS_OF_PATTERN = 500;
const STEPS_PER_PATTERN_CHARACTER = 30;

/** So many characters of a text that is searched are worth a step, beside what every call pays for them. */
const CHARACTERS_PER_STEP = 4;

/** A loop may make patterns without end. */
const MAX_KNOWN_PATTERNS = 1000;

/**
 * The functions `match` and `reReplaceAll`, which the templates of rules and of notifications share. A pattern that was compiled is known
 * as long as the functions are. `compile` throws for a malformed one.
 */
export function regexpFunctions(compile: (pattern: string) => TextPattern): Readonly<Record<"match" | "reReplaceAll", GoFunction>> {
  const known = new Map<string, TextPattern>();
  const patternFor = (pattern: string, text: string, meter: Meter): TextPattern => {
    meter.spend(Math.floor(text.length / CHARACTERS_PER_STEP));
    const found = known.get(pattern);
    if (found !== undefined) return found;
    meter.spend(STEPS_OF_PATTERN + STEPS_PER_PATTERN_CHARACTER * pattern.length);
    const compiled = compile(pattern);
    if (known.size >= MAX_KNOWN_PATTERNS) known.clear();
    known.set(pattern, compiled);
    return compiled;
  };
  return {
    match: {
      params: ["string", "string"],
      isMetered: true,
      call: (meter: Meter, pattern: string, text: string) => patternFor(pattern, text, meter).test(text),
    },
    reReplaceAll: {
      params: ["string", "string", "string"],
      isMetered: true,
      call: (meter: Meter, pattern: string, replacement: string, text: string) =>
        mustCompile(pattern, () => patternFor(pattern, text, meter)).replaceAll(text, replacement),
    },
  };
}

/** What Go's `MustCompile` panics with names the pattern. */
function mustCompile(pattern: string, compiled: () => TextPattern): TextPattern {
  try {
    return compiled();
  } catch (error) {
    if (error instanceof TemplateError) throw error;
    throw new CallError(`regexp: Compile(\`${pattern}\`): ${thrownMessage(error)}`, { cause: error });
  }
}
