import type { Command, Parsed, Script } from "./commands.ts";
import { parseEval } from "./parse-eval.ts";
import { parseLoad } from "./parse-load.ts";
import { ScriptError } from "./script-error.ts";

/**
 * Reads a script in the language of upstream's promqltest (promql/promqltest/README.md, its older forms too). Throws ScriptError, also for
 * a query that isn't PromQL.
 */
export function parseScript(text: string): Script {
  const lines = linesOf(text);
  const commands: Command[] = [];
  for (let i = 0; i < lines.length;) {
    if (lines[i] === "") {
      i++;
      continue;
    }
    const { command, next } = parseCommand(lines, i);
    commands.push(command);
    i = next;
  }
  return commands;
}

/** Trimmed lines; a comment is an empty line, which also ends a block. */
function linesOf(text: string): readonly string[] {
  return text.split("\n").map((line) => {
    const trimmed = line.trim();
    return trimmed.startsWith("#") ? "" : trimmed;
  });
}

function parseCommand(lines: readonly string[], i: number): Parsed<Command> {
  const word = lines[i].split(/[\t ]/, 1)[0].toLowerCase();
  if (word === "clear") return { command: { kind: "clear", line: i + 1 }, next: i + 1 };
  if (word.startsWith("load")) return parseLoad(lines, i);
  if (word.startsWith("eval")) return parseEval(lines, i);
  throw new ScriptError(i + 1, `invalid command ${JSON.stringify(lines[i])}`);
}
