export { scriptEngineOptions, scriptSyntax } from "./engine-options.ts";
export { parseScript } from "./script/parse-script.ts";
export { ScriptError } from "./script/script-error.ts";
export type { Command, EvalCommand, Expectation, LoadCommand, Script } from "./script/commands.ts";
export { runScript, type EvalOutcome } from "./run/run-script.ts";
