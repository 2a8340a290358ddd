import { RE2JS } from "re2js";
import { RegexpError } from "./regexp-error.ts";

/** Compiles with re2js. Throws RegexpError with the message that Go gives for `pattern`. */
export function compileEngine(pattern: string, dotAll: boolean): RE2JS {
  try {
    return RE2JS.compile(pattern, dotAll ? RE2JS.DOTALL : 0);
  } catch (error) {
    throw new RegexpError(reasonFor(pattern, error), pattern, { cause: error });
  }
}

/** The message without the flags that re2js puts in front of a pattern, which it shows when it quotes the whole of it. */
function reasonFor(pattern: string, error: unknown): string {
  let message = (error as Error).message;
  try {
    RE2JS.compile(pattern);
  } catch (bare) {
    message = (bare as Error).message;
  }
  // Go quotes the empty rest of the pattern here.
  return message.endsWith("trailing backslash at end of expression") ? `${message}: \`\`` : message;
}
