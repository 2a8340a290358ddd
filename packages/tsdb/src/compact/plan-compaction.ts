import type { BlockMeta } from "../block/meta.ts";
import { COMPACTION_HINTS } from "./hints.ts";

/** By what blocks are chosen. */
export interface PlanOptions {
  /** See `blockRangesMs`; at least one. */
  readonly rangesMs: readonly number[];
  /** A block that must not be touched yet, because it is still being copied elsewhere, say; nor is any made after it. Default: none. */
  readonly isHeldBack?: (meta: BlockMeta) => boolean;
  /** Whether blocks that overlap are planned. Default: true. */
  readonly mergesOverlaps?: boolean;
  /**
   * Where the blocks of samples in order end. Blocks of samples out of order that end later are planned among themselves: a block of both kinds
   * would tell the next start that it holds all samples in order up to its end, and those that are in the log alone would not be read. Default:
   * Infinity, as upstream has it.
   */
  readonly inOrderEndMs?: number;
}

/** A larger share of series with something deleted is worth writing a block anew. */
const TOMBSTONE_SHARE = 0.05;

/** Blocks of a part of the head's series keep their hint only among their like. */
const partialHints: readonly string[] = [COMPACTION_HINTS.staleSeries, COMPACTION_HINTS.selectedSeries];

/** Classes of blocks don't mix; the regular one comes first. */
const classes: readonly (string | undefined)[] = [undefined, COMPACTION_HINTS.outOfOrder, ...partialHints];

/**
 * The blocks that are to become one, by ascending time, or none. First those that overlap; then those that fill an aligned range of the
 * next length, or lie in one that is past; last a single block of which enough was deleted. The newest block is left alone unless it
 * overlaps, and so are ranges with a block that failed. Source: tsdb/compact.go `LeveledCompactor.plan`.
 */
export function planCompaction(
  metas: readonly BlockMeta[],
  { rangesMs, isHeldBack = () => false, mergesOverlaps = true, inOrderEndMs = Infinity }: PlanOptions,
): readonly BlockMeta[] {
  const byAge = [...metas].sort((a, b) => (a.ulid < b.ulid ? -1 : 1));
  const heldBack = byAge.findIndex(isHeldBack);
  const candidates = heldBack < 0 ? byAge : byAge.slice(0, heldBack);
  for (const one of classes) {
    const plan = planClass(
      candidates.filter((meta) => classOf(meta, inOrderEndMs) === one),
      rangesMs,
      mergesOverlaps,
    );
    if (plan.length > 0) return plan;
  }
  return [];
}

/** Whether a block begins before one that begins earlier has ended; `metas` ascend by time. */
export function haveOverlap(metas: readonly BlockMeta[]): boolean {
  return selectOverlapping(metas).length > 0;
}

function classOf({ maxTime, compaction: { hints } }: BlockMeta, inOrderEndMs: number): string | undefined {
  const partial = partialHints.find((hint) => hints.includes(hint));
  if (partial !== undefined || maxTime <= inOrderEndMs) return partial;
  return hints.find((hint) => hint === COMPACTION_HINTS.outOfOrder);
}

function planClass(metas: readonly BlockMeta[], rangesMs: readonly number[], mergesOverlaps: boolean): readonly BlockMeta[] {
  const byTime = [...metas].sort((a, b) => a.minTime - b.minTime);
  const overlapping = mergesOverlaps ? selectOverlapping(byTime) : [];
  if (overlapping.length > 0) return overlapping;
  // Who copies new blocks elsewhere piece by piece has the length of one to do so before the piece is replaced.
  const settled = byTime.slice(0, -1);
  const full = selectRange(settled, rangesMs);
  return full.length > 0 ? full : selectDeleted(settled, rangesMs);
}

/** The first run of blocks each of which begins before all ahead of it have ended. */
function selectOverlapping(byTime: readonly BlockMeta[]): readonly BlockMeta[] {
  let endMs = -Infinity;
  let first = -1;
  for (let i = 0; i < byTime.length; i++) {
    const { minTime, maxTime } = byTime[i];
    if (minTime < endMs) {
      if (first < 0) first = i - 1;
    } else if (first >= 0) {
      return byTime.slice(first, i);
    }
    endMs = Math.max(endMs, maxTime);
  }
  return first < 0 ? [] : byTime.slice(first);
}

/** Several blocks within one aligned range that they fill, or behind which there is a newer block already. */
function selectRange(byTime: readonly BlockMeta[], rangesMs: readonly number[]): readonly BlockMeta[] {
  const newestStartMs = byTime.at(-1)?.minTime ?? -Infinity;
  for (const rangeMs of rangesMs.slice(1)) {
    for (const group of groupByRange(byTime, rangeMs)) {
      if (group.length < 2 || group.some(({ compaction }) => compaction.failed)) continue;
      const endMs = group[group.length - 1].maxTime;
      if (endMs - group[0].minTime === rangeMs || endMs <= newestStartMs) return group;
    }
  }
  return [];
}

/** The blocks of each range `[k * rangeMs, (k + 1) * rangeMs)`; those that don't fit into one are left out. */
function groupByRange(byTime: readonly BlockMeta[], rangeMs: number): BlockMeta[][] {
  const groups: BlockMeta[][] = [];
  for (let i = 0; i < byTime.length;) {
    const rangeEndMs = (Math.floor(byTime[i].minTime / rangeMs) + 1) * rangeMs;
    const group: BlockMeta[] = [];
    while (i < byTime.length && byTime[i].maxTime <= rangeEndMs) group.push(byTime[i++]);
    if (group.length > 0) groups.push(group);
    else i++;
  }
  return groups;
}

/** The newest block that is long enough and has enough deleted. One that is shorter ends the search, unless all of it may be gone. */
function selectDeleted(byTime: readonly BlockMeta[], rangesMs: readonly number[]): readonly BlockMeta[] {
  const longEnoughMs = rangesMs[Math.floor(rangesMs.length / 2)];
  for (const meta of byTime.toReversed()) {
    const { numTombstones, numSeries } = meta.stats;
    if (meta.maxTime - meta.minTime < longEnoughMs) return numTombstones > 0 && numTombstones >= numSeries ? [meta] : [];
    if (numTombstones / (numSeries + 1) > TOMBSTONE_SHARE) return [meta];
  }
  return [];
}
