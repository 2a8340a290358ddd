import { createEngine, type EngineOptions } from "@ferula/promql";
import type { Db } from "@ferula/tsdb";
import { scriptEngineOptions } from "../engine-options.ts";
import type { EvalCommand, Script } from "../script/commands.ts";
import { evaluate } from "./evaluate.ts";
import { load } from "./load.ts";
import { openTestDatabase } from "./test-database.ts";

/** What became of one `eval`. */
export interface EvalOutcome {
  readonly command: EvalCommand;
  /** What was not as expected; undefined when all was. */
  readonly problem: string | undefined;
}

/**
 * Runs the commands of a script one after another on a database of its own, and goes on after an `eval` that fails. `engine` changes the
 * options of the engine that scripts are written for. Rejects with ScriptError when samples can't be stored.
 */
export async function runScript(script: Script, engine?: Partial<EngineOptions>): Promise<readonly EvalOutcome[]> {
  const queries = createEngine({ ...scriptEngineOptions, ...engine });
  const outcomes: EvalOutcome[] = [];
  let db: Db | undefined;
  try {
    for (const command of script) {
      if (command.kind === "clear") {
        await db?.close();
        db = undefined;
        continue;
      }
      db ??= await openTestDatabase();
      if (command.kind === "load") load(db, command);
      else outcomes.push({ command, problem: await evaluate(queries, db, command) });
    }
  } finally {
    await db?.close();
  }
  return outcomes;
}
