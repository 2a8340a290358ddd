import type { QueryParams } from "./params.ts";

/** Functions that ask when counters began; inside of them, only their own selector is asked. */
const FUNCTIONS: ReadonlySet<string> = new Set(["increase", "irate", "rate", "resets", "start_timestamp"]);

/** The scope of a function's arguments: whether it asks when counters began, where the query's parameters say that this counts. */
export function withStartUse<Scope extends { readonly params: QueryParams; readonly usesStarts: boolean }>(
  functionName: string,
  scope: Scope,
): Scope {
  const usesStarts = scope.params.startTimestamps && FUNCTIONS.has(functionName);
  return usesStarts === scope.usesStarts ? scope : { ...scope, usesStarts };
}
