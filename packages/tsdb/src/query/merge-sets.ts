import type { ChunkSeriesSet, SeriesSet } from "@ferula/storage";
import { mergedEncoding } from "../compact/encode-samples.ts";
import { mergeChunks } from "../compact/merge-chunks.ts";
import { matchSeries, type MatchedSeries } from "./match-series.ts";
import { SampleMerger } from "./merge-samples.ts";
import type { LabelRanker } from "./rank-labels.ts";
import { readStarts } from "./read-starts.ts";
import { NO_SERIES, type SourceSet } from "./source-set.ts";

/**
 * The series of several sets as one, by their labels: those of equal labels are one series. The set of the head comes first, those of blocks
 * by ascending beginning; a set that alone has series stands for itself.
 */
export function mergeSets(sets: readonly SourceSet[], ranker: LabelRanker): SeriesSet {
  const filled = sets.filter(({ seriesCount }) => seriesCount > 0);
  if (filled.length <= 1) return filled[0] ?? NO_SERIES;
  return mergeFilled(filled, ranker);
}

/** As `mergeSets`, of sets that were selected with details, so that it is known when counters began. */
export function mergeSetsWithStarts(sets: readonly SourceSet[], ranker: LabelRanker): SeriesSet {
  // Both are in the order of the matched series.
  const chunks = mergeChunkSets(sets, ranker);
  const merged = mergeFilled(
    sets.filter(({ seriesCount }) => seriesCount > 0),
    ranker,
  );
  return { ...merged, readStarts: (index, out) => readStarts(chunks, index, out) };
}

function mergeFilled(filled: readonly SourceSet[], ranker: LabelRanker): SeriesSet {
  const matched = matchSeries(filled, ranker);
  const merger = new SampleMerger(filled, matched);
  const { memberStart, memberSet, memberIndex } = matched;
  const isAlone = (index: number): boolean => memberStart[index + 1] - memberStart[index] === 1;
  return {
    seriesCount: matched.count,
    labels: (index) => labelsOf(filled, matched, index),
    read(index, out) {
      const member = memberStart[index];
      if (isAlone(index)) filled[memberSet[member]].read(memberIndex[member], out);
      else merger.read(index, out);
    },
    readHistograms(index, out) {
      const member = memberStart[index];
      if (isAlone(index)) filled[memberSet[member]].readHistograms(memberIndex[member], out);
      else merger.readHistograms(index, out);
    },
  };
}

/**
 * The same, chunk by chunk: what overlaps nothing passes as its bytes are, what overlaps is encoded anew. Source: storage/merge.go
 * `NewCompactingChunkSeriesMerger`.
 */
export function mergeChunkSets(sets: readonly SourceSet[], ranker: LabelRanker): ChunkSeriesSet {
  const filled = sets.filter(({ seriesCount }) => seriesCount > 0);
  const matched = matchSeries(filled, ranker);
  const { memberStart, memberSet, memberIndex } = matched;
  return {
    seriesCount: matched.count,
    labels: (index) => labelsOf(filled, matched, index),
    forEachChunk(index, visit) {
      const members = Array.from({ length: memberStart[index + 1] - memberStart[index] }, (_, i) => memberStart[index] + i);
      const chunks = members.map((member) => filled[memberSet[member]].chunks(memberIndex[member]));
      for (const chunk of mergeChunks(chunks, mergedEncoding("xor"))) visit(chunk);
    },
  };
}

function labelsOf(
  sets: readonly SourceSet[],
  { memberStart, memberSet, memberIndex }: MatchedSeries,
  index: number,
): ReturnType<SeriesSet["labels"]> {
  const member = memberStart[index];
  return sets[memberSet[member]].labels(memberIndex[member]);
}
