import type { Matcher } from "@ferula/model";
import type { ChunkQuerier, LabelListing, Querier, SelectHints, SeriesSet } from "@ferula/storage";
import { selectBlockSeries } from "../block/block-series.ts";
import type { BlockReader } from "../block/open-block.ts";
import type { Head } from "../head/head.ts";
import { selectSeries } from "../head/select-series.ts";
import { takeSelection, type SelectionOptions } from "../head/take-selection.ts";
import type { HeadChunkReader } from "../head-chunks/head-chunk-reader.ts";
import type { HeadSelection } from "../read/head-selection.ts";
import { openHeadSelection, type HeadSeriesSet } from "../read/open-head-selection.ts";
import type { DbSelection } from "./db-selection.ts";
import { headLabelNames, headLabelValues } from "./head-listings.ts";
import { headSource } from "./head-source.ts";
import { plainMatchers } from "./matchers.ts";
import { mergeListings } from "./merge-listings.ts";
import { mergeChunkSets, mergeSets } from "./merge-sets.ts";
import type { SourceSet } from "./source-set.ts";

/** The blocks that are served, see db/block-set.ts. */
export interface QueriedBlocks {
  /** Those with a part in `[minTimeMs, maxTimeMs]`, by ascending beginning. */
  readonly blocksIn: (minTimeMs: number, maxTimeMs: number) => readonly BlockReader[];
  /** Keeps them open and in their place until the function that it returns is called. */
  readonly pin: (blocks: readonly BlockReader[]) => () => void;
}

/** What is queried. */
export interface QueriedParts {
  readonly head: Head;
  readonly blocks: QueriedBlocks;
  /** Of the thread that owns the head, as is what follows. */
  readonly decodeScratch: number;
  readonly headChunks: HeadChunkReader;
}

/**
 * The head and the blocks, queried as one. `querier` and `chunkQuerier` read on the thread that calls; `select` only notes what another
 * thread is to read, see `createSelectionReader`.
 */
export class DbQueries {
  private readonly parts: QueriedParts;
  /** How the blocks of a selection are let go, by its pin. Only of selections with blocks. */
  private readonly blockPins = new Map<number, () => void>();

  constructor(parts: QueriedParts) {
    this.parts = parts;
  }

  /** See storage's `SelectionSource`. */
  select(minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[], hints?: SelectHints): DbSelection {
    const { blocks } = this.parts;
    const head = selectFromHead(this.parts.head, minTimeMs, maxTimeMs, matchers, hints);
    const found = blocks.blocksIn(minTimeMs, maxTimeMs);
    // Fast path: most queries ask for what is in the head.
    if (found.length === 0) return { pin: head.pin, head, blocks: [], matchers: [] };
    this.blockPins.set(head.pin, blocks.pin(found));
    return { pin: head.pin, head, blocks: found.map(({ id, dir }) => ({ id, dir })), matchers: plainMatchers(matchers) };
  }

  /** See storage's `SelectionSource`. */
  release(pin: number): void {
    this.parts.head.slabAllocator.release(pin);
    this.blockPins.get(pin)?.();
    this.blockPins.delete(pin);
  }

  /** See storage's `Queryable`. */
  querier(minTimeMs: number, maxTimeMs: number): Querier {
    const opened = new OpenedParts(this.parts, minTimeMs, maxTimeMs);
    return {
      select: (matchers, hints) => opened.select(matchers, hints),
      labelNames: (matchers, limit) => opened.labelNames(matchers, limit),
      labelValues: (name, matchers, limit) => opened.labelValues(name, matchers, limit),
      close: () => opened.close(),
    };
  }

  /** See storage's `ChunkQueryable`. */
  chunkQuerier(minTimeMs: number, maxTimeMs: number): ChunkQuerier {
    const opened = new OpenedParts(this.parts, minTimeMs, maxTimeMs);
    return {
      select: (matchers) => mergeChunkSets(opened.sources(matchers, { withDetails: true })),
      close: () => opened.close(),
    };
  }
}

/** The head and the blocks in a range, as long as one querier is open. */
class OpenedParts {
  private readonly parts: QueriedParts;
  private readonly minTimeMs: number;
  private readonly maxTimeMs: number;
  private readonly blocks: readonly BlockReader[];
  private readonly unpinBlocks: () => void;
  private readonly pins: number[] = [];

  constructor(parts: QueriedParts, minTimeMs: number, maxTimeMs: number) {
    this.parts = parts;
    this.minTimeMs = minTimeMs;
    this.maxTimeMs = maxTimeMs;
    this.blocks = parts.blocks.blocksIn(minTimeMs, maxTimeMs);
    this.unpinBlocks = parts.blocks.pin(this.blocks);
  }

  select(matchers: readonly Matcher[], hints?: SelectHints): SeriesSet {
    if (this.blocks.length > 0) return mergeSets(this.sources(matchers, hints));
    return this.openHead(this.selectHead(matchers, hints));
  }

  sources(matchers: readonly Matcher[], options?: SelectionOptions): SourceSet[] {
    const { head } = this.parts;
    const selection = this.selectHead(matchers, options);
    return [
      headSource(head.shared, selection, this.openHead(selection), head.symbolReader),
      ...this.blocks.map((block) => selectBlockSeries(block, this.minTimeMs, this.maxTimeMs, matchers)),
    ];
  }

  labelNames(matchers: readonly Matcher[], limit: number): LabelListing {
    const { head } = this.parts;
    return this.merge(
      limit,
      (block) => block.labelNames(matchers, limit),
      () => headLabelNames(head, matchers, limit),
    );
  }

  labelValues(name: string, matchers: readonly Matcher[], limit: number): LabelListing {
    const { head } = this.parts;
    return this.merge(
      limit,
      (block) => block.labelValues(name, matchers, limit),
      () => headLabelValues(head, name, matchers, limit),
    );
  }

  close(): void {
    for (const pin of this.pins.splice(0)) this.parts.head.slabAllocator.release(pin);
    this.unpinBlocks();
  }

  private merge(limit: number, ofBlock: (block: Querier) => LabelListing, ofHead: () => LabelListing): LabelListing {
    const { minTimeMs, maxTimeMs } = this;
    const listings = this.blocks.map((block) => {
      const querier = block.querier(minTimeMs, maxTimeMs);
      try {
        return ofBlock(querier);
      } finally {
        querier.close();
      }
    });
    if (overlapsHead(this.parts.head, minTimeMs, maxTimeMs)) listings.push(ofHead());
    return mergeListings(listings, limit);
  }

  private selectHead(matchers: readonly Matcher[], options?: SelectionOptions): HeadSelection {
    const selection = selectFromHead(this.parts.head, this.minTimeMs, this.maxTimeMs, matchers, options);
    this.pins.push(selection.pin);
    return selection;
  }

  private openHead(selection: HeadSelection): HeadSeriesSet {
    const { head, decodeScratch, headChunks } = this.parts;
    return openHeadSelection(head.shared, selection, { decodeScratch, symbolReader: head.symbolReader, headChunks });
  }
}

function selectFromHead(
  head: Head,
  minTimeMs: number,
  maxTimeMs: number,
  matchers: readonly Matcher[],
  options?: SelectionOptions,
): HeadSelection {
  const refs = overlapsHead(head, minTimeMs, maxTimeMs) ? selectSeries(head, matchers) : new Uint32Array(0);
  return takeSelection(head, refs, minTimeMs, maxTimeMs, options);
}

function overlapsHead(head: Head, minTimeMs: number, maxTimeMs: number): boolean {
  const { outOfOrder } = head;
  if (minTimeMs <= head.maxTimeMs && maxTimeMs >= head.minTimeMs) return true;
  return minTimeMs <= outOfOrder.maxTimeMs && maxTimeMs >= outOfOrder.minTimeMs;
}
