import { type EngineOptions } from "@ferula/promql";
import type { ParseOptions } from "@ferula/promql-syntax";

/** All parts of the language (promql/promqltest/test.go `TestParserOpts`). */
export const scriptSyntax: ParseOptions = Object.freeze({
  experimentalFunctions: true,
  extendedRangeSelectors: true,
  binopFillModifiers: true,
  durationExpressions: true,
});

/** The engine that scripts are written for, as upstream's `NewTestEngine` makes it. */
export const scriptEngineOptions: Partial<EngineOptions> = Object.freeze({
  maxSamples: 10_000,
  timeoutMs: 100_000,
  defaultSubqueryStepMs: 60_000,
  delayedNameRemoval: true,
  startTimestamps: true,
  syntax: scriptSyntax,
});
