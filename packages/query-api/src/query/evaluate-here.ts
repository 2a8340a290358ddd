import type { PoolResult } from "@ferula/promql";
import { type HereQuery, runHere } from "@ferula/promql/server";
import type { ListingSource, SeriesSelection } from "@ferula/storage";
import { openLight } from "./open-light.ts";

/** Of a rule's `rate` over a few series; they are decoded within a millisecond. */
const MOST_SAMPLES = 20_000;

/** Evaluates a brief query on this thread; undefined where it has too many series for that, or some that aren't in memory. Throws PromError. */
export function evaluateHere(
  source: Pick<ListingSource, "openLight">,
  selections: readonly SeriesSelection[],
  query: Omit<HereQuery, "sets">,
): PoolResult | undefined {
  const sets = openLight(source, selections, MOST_SAMPLES);
  return sets === undefined ? undefined : runHere({ ...query, sets });
}
