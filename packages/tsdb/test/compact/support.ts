import type { Files } from "@ferula/files";
import { createMatcher } from "@ferula/model";
import { deleteFromBlock } from "../../src/block/delete-from-block.ts";
import type { BlockMeta } from "../../src/block/meta.ts";
import { openBlock, type BlockReader } from "../../src/block/open-block.ts";
import { writeBlock, type BlockRange, type WriteBlockOptions } from "../../src/block/write-block.ts";
import { NOW_MS, PARENT, readAll, sourceOf, type TestSeries } from "../block/support.ts";

export const HOUR_MS = 3_600_000;

/** The time of the k-th block of two hours. */
export function range2h(k: number): BlockRange {
  return { minTimeMs: 2 * k * HOUR_MS, maxTimeMs: 2 * (k + 1) * HOUR_MS };
}

/** Samples every ten minutes of a range, `offsetMs` behind its beginning; values are their times in seconds. */
export function every10min({ minTimeMs, maxTimeMs }: BlockRange, offsetMs = 0): [number, number][] {
  const samples: [number, number][] = [];
  for (let ms = minTimeMs + offsetMs; ms < maxTimeMs; ms += 600_000) samples.push([ms, ms / 1000]);
  return samples;
}

/** Writes a block into `PARENT` and returns its name. */
export function writeIn(
  files: Files,
  range: BlockRange,
  series: readonly TestSeries[],
  options: WriteBlockOptions = {},
  perChunk?: number,
): string {
  const meta = writeBlock(files, PARENT, range, sourceOf(series, perChunk), { nowMs: NOW_MS, ...options });
  if (meta === undefined) throw new Error("the block is empty");
  return meta.ulid;
}

/** Deletes the samples of the series with the label `a` of that value. */
export function deleteIn(files: Files, ulid: string, a: string, minTimeMs: number, maxTimeMs: number): void {
  const block = openBlock(files, `${PARENT}/${ulid}`);
  deleteFromBlock(files, block, minTimeMs, maxTimeMs, [createMatcher("=", "a", a)]);
  block.close();
}

/** What the block with this name holds. */
export function readIn(files: Files, ulid: string): [labels: string, samples: string][] {
  const block = openBlock(files, `${PARENT}/${ulid}`);
  try {
    return readAll(block);
  } finally {
    block.close();
  }
}

/** Every sample of all of the blocks as `labels ms:value`, sorted; one that is in two of them is there twice. */
export function samplesOf(blocks: readonly BlockReader[]): string[] {
  return blocks
    .flatMap((block) =>
      readAll(block).flatMap(([labels, samples]) =>
        samples
          .split(" ")
          .filter(Boolean)
          .map((one) => `${labels} ${one}`),
      ),
    )
    .sort();
}

/** The samples as `samplesOf` gives them. */
export function sampleTexts(series: readonly TestSeries[]): string[] {
  return series.flatMap(([{ a }, samples]) => samples.map(([ms, value]) => `{a="${a}"} ${ms}:${value}`)).sort();
}

/** A description of which only what matters is told. */
export function metaOf(
  of: Partial<BlockMeta["compaction"] & BlockMeta["stats"]> & { ulid: string; minTime: number; maxTime: number },
): BlockMeta {
  const {
    ulid,
    minTime,
    maxTime,
    numSeries = 1,
    numTombstones = 0,
    level = 1,
    parents = [],
    failed = false,
    deletable = false,
    hints = [],
  } = of;
  return {
    ulid,
    minTime,
    maxTime,
    stats: { numSamples: 1, numFloatSamples: 1, numHistogramSamples: 0, numSeries, numChunks: 1, numTombstones },
    compaction: { level, sources: of.sources ?? [ulid], deletable, parents, failed, hints },
  };
}
