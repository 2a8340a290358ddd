import { createChunkReader } from "@ferula/chunks";
import type { Matcher } from "@ferula/model";
import type { ChunkQuerier, LabelListing, LabelRequest, Querier, SelectHints, SelectRequest, SeriesSet } from "@ferula/storage";
import { selectBlockSeries } from "../block/block-series.ts";
import type { BlockReader } from "../block/open-block.ts";
import type { Head } from "../head/head.ts";
import { selectSeries } from "../head/select-series.ts";
import { takeSelection, type SelectionOptions } from "../head/take-selection.ts";
import type { HeadChunkReader } from "../head-chunks/head-chunk-reader.ts";
import { samplesToDecode, type HeadSelection } from "../read/head-selection.ts";
import { openHeadSelection, type HeadSeriesSet } from "../read/open-head-selection.ts";
import type { Steps } from "../steps.ts";
import type { DbLabelSelection, DbSelection, SelectedBlocks } from "./db-selection.ts";
import { allNames, allValues, headLabelNames, headLabelValues, listSymbols, namesOfSeries, valuesOfSeries } from "./head-listings.ts";
import { headSource } from "./head-source.ts";
import { plainMatchers } from "./matchers.ts";
import { listInBlocks, mergeListings } from "./merge-listings.ts";
import { mergeChunkSets, mergeSets, mergeSetsWithStarts } from "./merge-sets.ts";
import { LabelRanker } from "./rank-labels.ts";
import { findSteps, overlapsHead, takeSteps, type Wanted } from "./select-steps.ts";
import type { SourceSet } from "./source-set.ts";
import { Turns } from "./turns.ts";

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

/** What is read or sorted at most on the thread of the head, where it takes a few milliseconds: series, names or values. */
const MOST_LIGHT = 4096;

/**
 * The head and the blocks, queried as one. `querier` and `chunkQuerier` read on the thread that calls; `select` only notes what another
 * thread is to read, see `createSelectionReader`.
 */
export class DbQueries {
  private readonly parts: QueriedParts;
  /** How the blocks of a selection are let go, by its pin. Only of selections with blocks. */
  private readonly blockPins = new Map<number, () => void>();
  private readonly ranker = new LabelRanker();
  private readonly turns: Turns;

  /** `turns` are shared by all that is selected in slices. */
  constructor(parts: QueriedParts, turns: Turns = new Turns()) {
    this.parts = parts;
    this.turns = turns;
  }

  /** See storage's `SelectionSource`. */
  select(minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[], hints?: SelectionOptions): DbSelection {
    const head = selectFromHead(this.parts.head, minTimeMs, maxTimeMs, matchers, hints);
    return { pin: head.pin, head, ...this.pinBlocks(head.pin, minTimeMs, maxTimeMs, matchers) };
  }

  /** The same for `SelectionReader.openChunks`. */
  selectChunks(minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[]): DbSelection {
    return this.select(minTimeMs, maxTimeMs, matchers, { withDetails: true });
  }

  /** See storage's `ListingSource`. */
  selectLabels(minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[], ofLabel?: string): DbLabelSelection {
    const { head } = this.parts;
    const symbols = overlapsHead(head, minTimeMs, maxTimeMs) ? labelSymbols(head, matchers, ofLabel) : new Uint32Array(0);
    const pin = head.slabAllocator.pin();
    return {
      pin,
      minTimeMs,
      maxTimeMs,
      symbols,
      symbolGeneration: head.symbolGeneration,
      ...(ofLabel === undefined ? {} : { ofLabel }),
      ...this.pinBlocks(pin, minTimeMs, maxTimeMs, matchers),
    };
  }

  /** See storage's `ListingSource`. */
  selectAll(wanted: readonly SelectRequest[]): Promise<readonly DbSelection[]> {
    return this.turns.run(this.selectSteps(wanted));
  }

  /** See storage's `ListingSource`. */
  selectAllLabels(wanted: readonly LabelRequest[]): Promise<readonly DbLabelSelection[]> {
    return this.turns.run(this.labelSteps(wanted));
  }

  private *selectSteps(wanted: readonly SelectRequest[]): Steps<readonly DbSelection[]> {
    const blocks: SelectedBlocks[] = [];
    const heads = yield* takeSteps(this.parts.head, wanted, {
      begun: (pin, i) => blocks.push(this.pinBlocks(pin, wanted[i].minTimeMs, wanted[i].maxTimeMs, wanted[i].matchers)),
      release: (pin) => this.release(pin),
    });
    return heads.map((head, i) => ({ pin: head.pin, head, ...blocks[i] }));
  }

  private *labelSteps(wanted: readonly LabelRequest[]): Steps<readonly DbLabelSelection[]> {
    const { head } = this.parts;
    const withMatchers = wanted.map((one) => (one.matchers.length === 0 ? NO_RANGE : one));
    // The series that are found, and their labels, are kept from others by the pins.
    const begun = yield* findSteps(head, withMatchers, (refs) =>
      wanted.map((one, i) => {
        const pin = head.slabAllocator.pin();
        return { pin, refs: refs[i], ...this.pinBlocks(pin, one.minTimeMs, one.maxTimeMs, one.matchers) };
      }),
    );
    try {
      const selections: DbLabelSelection[] = [];
      for (let i = 0; i < wanted.length; i++) {
        const { minTimeMs, maxTimeMs, ofLabel } = wanted[i];
        const { refs, ...kept } = begun[i];
        const symbols = yield* labelSymbolSteps(head, wanted[i], refs);
        const of = ofLabel === undefined ? {} : { ofLabel };
        selections.push({ minTimeMs, maxTimeMs, symbols, symbolGeneration: head.symbolGeneration, ...of, ...kept });
      }
      return selections;
    } catch (error) {
      for (const { pin } of begun) this.release(pin);
      throw error;
    }
  }

  /** See storage's `ListingSource`. */
  openLight({ head, blocks }: DbSelection, mostSamples: number = Infinity): SeriesSet | undefined {
    // With details, when counters began is asked for, chunk by chunk.
    if (blocks.length > 0 || head.seriesCount > MOST_LIGHT || head.details !== undefined) return undefined;
    if (mostSamples < Infinity && samplesToDecode(head) > mostSamples) return undefined;
    return openHere(this.parts, head);
  }

  /** See storage's `ListingSource`. */
  listLight({ symbols, blocks }: DbLabelSelection, limit: number): LabelListing | undefined {
    return blocks.length > 0 || symbols.length > MOST_LIGHT ? undefined : listSymbols(this.parts.head, symbols, limit);
  }

  /** See storage's `SelectionSource`. */
  release(pin: number): void {
    this.parts.head.slabAllocator.release(pin);
    this.blockPins.get(pin)?.();
    this.blockPins.delete(pin);
  }

  /** The blocks with a part in the range, kept until `pin` is released. */
  private pinBlocks(pin: number, minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[]): SelectedBlocks {
    const { blocks } = this.parts;
    const found = blocks.blocksIn(minTimeMs, maxTimeMs);
    // Fast path: most queries ask for what is in the head.
    if (found.length === 0) return NO_BLOCKS;
    this.blockPins.set(pin, blocks.pin(found));
    return { blocks: found.map(({ id, dir }) => ({ id, dir })), matchers: plainMatchers(matchers) };
  }

  /** See storage's `Queryable`. */
  querier(minTimeMs: number, maxTimeMs: number): Querier {
    const opened = new OpenedParts(this.parts, this.ranker, minTimeMs, maxTimeMs);
    return {
      select: (matchers, hints) => opened.select(matchers, hints),
      labelNames: (matchers, limit) => opened.labelNames(matchers, limit),
      labelValues: (name, matchers, limit) => opened.labelValues(name, matchers, limit),
      close: () => opened.close(),
    };
  }

  /** See storage's `ChunkQueryable`. */
  chunkQuerier(minTimeMs: number, maxTimeMs: number): ChunkQuerier {
    const opened = new OpenedParts(this.parts, this.ranker, minTimeMs, maxTimeMs);
    return {
      select: (matchers) => mergeChunkSets(opened.sources(matchers, { withDetails: true }), this.ranker),
      close: () => opened.close(),
    };
  }
}

/** The head and the blocks in a range, as long as one querier is open. */
class OpenedParts {
  private readonly parts: QueriedParts;
  private readonly ranker: LabelRanker;
  private readonly minTimeMs: number;
  private readonly maxTimeMs: number;
  private readonly blocks: readonly BlockReader[];
  private readonly unpinBlocks: () => void;
  private readonly pins: number[] = [];

  constructor(parts: QueriedParts, ranker: LabelRanker, minTimeMs: number, maxTimeMs: number) {
    this.parts = parts;
    this.ranker = ranker;
    this.minTimeMs = minTimeMs;
    this.maxTimeMs = maxTimeMs;
    this.blocks = parts.blocks.blocksIn(minTimeMs, maxTimeMs);
    this.unpinBlocks = parts.blocks.pin(this.blocks);
  }

  select(matchers: readonly Matcher[], hints?: SelectHints): SeriesSet {
    if (hints?.withStarts === true) return mergeSetsWithStarts(this.sources(matchers, hints), this.ranker);
    if (this.blocks.length > 0) return mergeSets(this.sources(matchers, hints), this.ranker);
    return openHere(this.parts, this.selectHead(matchers, hints));
  }

  sources(matchers: readonly Matcher[], options?: SelectionOptions): SourceSet[] {
    const { head, decodeScratch } = this.parts;
    const selection = this.selectHead(matchers, options);
    const { readBytes, readRun } = createChunkReader(head.shared, decodeScratch);
    return [
      headSource(selection, openHere(this.parts, selection), head.symbolReader),
      ...this.blocks.map((block) => selectBlockSeries(block, this.minTimeMs, this.maxTimeMs, matchers, { readBytes, readRun })),
    ];
  }

  labelNames(matchers: readonly Matcher[], limit: number): LabelListing {
    const { head } = this.parts;
    return this.merge(
      limit,
      (block) => block.labelNames(matchers, limit),
      () => listSymbols(head, headLabelNames(head, matchers), limit),
    );
  }

  labelValues(name: string, matchers: readonly Matcher[], limit: number): LabelListing {
    const { head } = this.parts;
    return this.merge(
      limit,
      (block) => block.labelValues(name, matchers, limit),
      () => listSymbols(head, headLabelValues(head, name, matchers), limit),
    );
  }

  close(): void {
    for (const pin of this.pins.splice(0)) this.parts.head.slabAllocator.release(pin);
    this.unpinBlocks();
  }

  private merge(limit: number, ofBlock: (block: Querier) => LabelListing, ofHead: () => LabelListing): LabelListing {
    const { minTimeMs, maxTimeMs } = this;
    const listings = listInBlocks(this.blocks, minTimeMs, maxTimeMs, ofBlock);
    if (overlapsHead(this.parts.head, minTimeMs, maxTimeMs)) listings.push(ofHead());
    return mergeListings(listings, limit);
  }

  private selectHead(matchers: readonly Matcher[], options?: SelectionOptions): HeadSelection {
    const selection = selectFromHead(this.parts.head, this.minTimeMs, this.maxTimeMs, matchers, options);
    this.pins.push(selection.pin);
    return selection;
  }
}

const NO_BLOCKS: SelectedBlocks = { blocks: [], matchers: [] };

/** Where all labels are listed, no series need be found. */
const NO_RANGE: Wanted = { minTimeMs: Infinity, maxTimeMs: -Infinity, matchers: [] };

/** The symbols of what is listed, in steps. `refs` are the series that match, where there are matchers. */
function* labelSymbolSteps(head: Head, { minTimeMs, maxTimeMs, matchers, ofLabel }: LabelRequest, refs: Uint32Array): Steps<Uint32Array> {
  if (!overlapsHead(head, minTimeMs, maxTimeMs)) return new Uint32Array(0);
  if (matchers.length === 0) return ofLabel === undefined ? allNames(head) : allValues(head, ofLabel);
  return ofLabel === undefined ? yield* namesOfSeries(head, refs) : yield* valuesOfSeries(head, refs, ofLabel);
}

/** Opens a selection of the head on its own thread. */
function openHere({ head, decodeScratch, headChunks }: QueriedParts, selection: HeadSelection): HeadSeriesSet {
  return openHeadSelection(head.shared, selection, { decodeScratch, symbolReader: head.symbolReader, headChunks });
}

function labelSymbols(head: Head, matchers: readonly Matcher[], ofLabel: string | undefined): Uint32Array {
  return ofLabel === undefined ? headLabelNames(head, matchers) : headLabelValues(head, ofLabel, matchers);
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
