import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { parseScript, runScript } from "@ferula/promql-test";
import { type Check, print, skip, type Suite } from "../../harness.ts";
import { dataFolder } from "../../paths.ts";

/** Holds the database and the query engine against upstream's scripts, or those whose paths are given. */
export const promql: Suite = {
  name: "promql",
  about:
    "upstream's scripts of samples, queries and results, run on a database in memory; further arguments name scripts, or folders of them",
  checks: (args) => {
    const folder = dataFolder === undefined ? undefined : join(dataFolder, "promql");
    if (args.length === 0 && folder === undefined) {
      return [{ name: "upstream's scripts", run: () => skip("../shared/conformance is not there") }];
    }
    return scriptPaths(args, folder).map(checkOf);
  },
};

/** A name without a folder is one of upstream's scripts, and a folder stands for all scripts in it. */
function scriptPaths(args: readonly string[], folder: string | undefined): readonly string[] {
  if (args.length === 0) return folder === undefined ? [] : scriptsIn(folder);
  return args.flatMap((path) => {
    const named = folder !== undefined && existsSync(join(folder, path)) ? join(folder, path) : path;
    return statSync(named).isDirectory() ? scriptsIn(named) : named;
  });
}

function scriptsIn(folder: string): readonly string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".test"));
  return names.map((name) => join(folder, name));
}

function checkOf(path: string): Check {
  const name = basename(path);
  return {
    name,
    async run() {
      const outcomes = await runScript(parseScript(readFileSync(path, "utf8")));
      const failed = outcomes.flatMap(({ command: { line, expr }, problem }) =>
        problem === undefined ? [] : [`${name}:${line}: ${expr}\n    ${problem}`],
      );
      const count = `${outcomes.length - failed.length}/${outcomes.length} evaluations`;
      // The list says where; a stack would say it of the runner.
      if (failed.length > 0) throw Object.assign(new Error(`${count}\n${failed.join("\n")}`), { stack: undefined });
      print(`    ${count}`);
    },
  };
}
