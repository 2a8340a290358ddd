import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formatExpr, parseExpr, type ParseOptions } from "@ferula/promql-syntax";
import { expect, expectEqual, skip, type Suite } from "../harness.ts";
import { dataFolder } from "../paths.ts";

/** All of the language, what is experimental too. */
export const everything: ParseOptions = {
  experimentalFunctions: true,
  extendedRangeSelectors: true,
  binopFillModifiers: true,
  durationExpressions: true,
};

interface Evaluation {
  readonly expr: string;
  readonly line: number;
  /** The script expects a failure, of parsing or of evaluation. */
  readonly mayFail: boolean;
}

const command = /^eval(?<fails>_fail)?(?:_\w+)? (?:instant(?: at \S+)?|range from \S+ to \S+ step \S+)\s+(?<expr>.+)$/;

/** The expressions of a script in upstream's language of tests (promql/promqltest/README.md). */
function evaluationsOf(script: string): readonly Evaluation[] {
  const lines = script.split("\n");
  return lines.flatMap((text, i) => {
    const { expr, fails } = command.exec(text.trim())?.groups ?? {};
    if (expr === undefined) return [];
    // What is expected stands on the indented lines below; an empty one ends it.
    const end = lines.findIndex((below, k) => k > i && below.trim() === "");
    const expectations = lines.slice(i + 1, end < 0 ? lines.length : end);
    return [{ expr, line: i + 1, mayFail: fails !== undefined || expectations.some((below) => /^\s*expect fail/.test(below)) }];
  });
}

/** What is wrong with our reading of an expression; undefined when it is read, printed, and read again as the same. */
function problemOf({ expr, line, mayFail }: Evaluation): string | undefined {
  try {
    const printed = formatExpr(parseExpr(expr, everything));
    expectEqual(formatExpr(parseExpr(printed, everything)), printed, "printed twice");
    return undefined;
  } catch (error) {
    return mayFail ? undefined : `line ${line}: ${expr}\n  ${(error as Error).message}`;
  }
}

/** Every expression in upstream's scripts, none twice; none at all where the scripts are not there. */
export function scriptExpressions(): readonly string[] {
  const folder = scriptFolder();
  if (folder === undefined) return [];
  const exprs = scriptsIn(folder).flatMap((name) => evaluationsOf(readFileSync(join(folder, name), "utf8")).map(({ expr }) => expr));
  return [...new Set(exprs)];
}

function scriptFolder(): string | undefined {
  return dataFolder === undefined ? undefined : join(dataFolder, "promql");
}

function scriptsIn(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith(".test"));
}

/** Holds the parser against every expression in upstream's scripts. */
export const grammar: Suite = {
  name: "grammar",
  about: "every expression of upstream's test scripts is read, and printed so that it is read as the same",
  checks: () => {
    const folder = scriptFolder();
    if (folder === undefined) return [{ name: "upstream's scripts", run: () => skip("../shared/conformance is not there") }];
    return scriptsIn(folder).map((name) => ({
      name,
      run() {
        const evaluations = evaluationsOf(readFileSync(join(folder, name), "utf8"));
        expect(evaluations.length > 0, "no expression was found");
        const problems = evaluations.map(problemOf).filter((problem) => problem !== undefined);
        expect(problems.length === 0, `${problems.length} of ${evaluations.length} expressions:\n${problems.join("\n")}`);
      },
    }));
  },
};
