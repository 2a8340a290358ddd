import type { Matcher } from "@ferula/model";
import type { SelectedSeries } from "./selected-series.ts";

/** What a thread keeps of its blocks together. */
const CAPACITY_BYTES = 4 << 20;

/** Larger selections are not kept: reading their samples takes far longer than finding them. */
const MOST_BYTES = 512 << 10;

/**
 * What the last selections found in blocks: dashboards ask the same again and again, and of a block nothing changes. Each holds all chunks of
 * its series, whatever range was asked for. The one that was not asked for the longest makes room.
 */
export class SelectionCache {
  /** The least lately used first. */
  private readonly kept = new Map<string, SelectedSeries>();
  private readonly capacityBytes: number;
  private sizeBytes = 0;

  constructor(capacityBytes: number = CAPACITY_BYTES) {
    this.capacityBytes = capacityBytes;
  }

  /** Whether a selection of about so many bytes would be kept. */
  takes(sizeBytes: number): boolean {
    return sizeBytes <= Math.min(MOST_BYTES, this.capacityBytes);
  }

  /** What `matchers` found in a block, to be read only; undefined where it is not kept. */
  get(blockId: number, matchers: readonly Matcher[]): SelectedSeries | undefined {
    const key = keyOf(blockId, matchers);
    const selected = this.kept.get(key);
    if (selected === undefined) return undefined;
    this.kept.delete(key);
    this.kept.set(key, selected);
    return selected;
  }

  /** Keeps what `matchers` found in a block, unless it is too much. */
  put(blockId: number, matchers: readonly Matcher[], selected: SelectedSeries): void {
    if (!this.takes(selected.sizeBytes)) return;
    this.kept.set(keyOf(blockId, matchers), selected);
    this.sizeBytes += selected.sizeBytes;
    for (const [key, { sizeBytes }] of this.kept) {
      if (this.sizeBytes <= this.capacityBytes) break;
      this.kept.delete(key);
      this.sizeBytes -= sizeBytes;
    }
  }
}

function keyOf(blockId: number, matchers: readonly Matcher[]): string {
  return JSON.stringify([blockId, ...matchers.map(({ type, name, value }) => [type, name, value])]);
}
