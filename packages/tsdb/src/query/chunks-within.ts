import { addInterval, type Interval } from "../block/intervals.ts";
import type { SourceChunk } from "../compact/source-chunk.ts";
import { withoutDeleted } from "../compact/without-deleted.ts";

const NONE: readonly Interval[] = [];

/**
 * What is left of the chunks of a series in `[minTimeMs, maxTimeMs]` without what lies in `deleted`, which ascend. Most pass as they are;
 * those at the ends of the range are encoded anew, as tsdb/querier.go `blockBaseSeriesSet` has it.
 */
export function* chunksWithin(
  chunks: Iterable<SourceChunk>,
  minTimeMs: number,
  maxTimeMs: number,
  deleted: readonly Interval[] = NONE,
): Generator<SourceChunk> {
  const left = [...deleted];
  if (minTimeMs > -Infinity) addInterval(left, { minTimeMs: -Infinity, maxTimeMs: minTimeMs - 1 });
  if (maxTimeMs < Infinity) addInterval(left, { minTimeMs: maxTimeMs + 1, maxTimeMs: Infinity });
  for (const chunk of chunks) yield* withoutDeleted(chunk, left);
}
