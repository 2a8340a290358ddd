import { covers, type Interval } from "../block/intervals.ts";
import { ChunkSamples } from "./chunk-samples.ts";
import { encodeSamples, sameEncoding } from "./encode-samples.ts";
import { sourceOfEncoded, type SourceChunk } from "./source-chunk.ts";

/** What is left of a chunk when what lies in `deleted`, which ascend, is taken out: itself, chunks of its encoding, or nothing. */
export function withoutDeleted(chunk: SourceChunk, deleted: readonly Interval[]): readonly SourceChunk[] {
  const { minTimeMs, maxTimeMs, place } = chunk;
  const hit = deleted.filter((one) => one.minTimeMs <= maxTimeMs && one.maxTimeMs >= minTimeMs);
  if (hit.length === 0) return [chunk];
  if (covers(hit, minTimeMs, maxTimeMs)) return [];
  const stored = chunk.read();
  const samples = new ChunkSamples(stored, place, hit);
  return encodeSamples(samples, sameEncoding(stored.encoding)).map((encoded) => sourceOfEncoded(encoded, place));
}
