import { compareUtf8, type Matcher } from "@ferula/model";
import type { LabelListing, Querier } from "@ferula/storage";
import { NO_SERIES, type SourceSet } from "../query/source-set.ts";
import { selectBlockSeries } from "./block-series.ts";
import type { ChunkSegments } from "./chunk-reader.ts";
import type { IndexReader } from "./index-reader.ts";
import { selectPostings } from "./select-postings.ts";
import type { SelectionCache } from "./selection-cache.ts";
import { createSeriesEntry } from "./series-entry.ts";
import type { Tombstones } from "./tombstones.ts";

/** What reading a block needs. */
export interface BlockParts {
  readonly id: number;
  readonly dir: string;
  readonly index: IndexReader;
  readonly chunks: ChunkSegments;
  readonly tombstones: Tombstones;
  /** Where what was found is kept; left out, nothing is. */
  readonly selections?: SelectionCache | undefined;
}

const NOTHING: LabelListing = { values: [], truncated: false };

/** Reads one block; its series come in the order of their labels. */
export interface BlockQuerier extends Querier {
  readonly select: (matchers: readonly Matcher[]) => SourceSet;
}

/**
 * Reads one block, without what its tombstones delete. `isWithin` says whether the block has a part in the range at all; `release` is called
 * at `close`.
 */
export function blockQuerier(
  parts: BlockParts,
  minTimeMs: number,
  maxTimeMs: number,
  isWithin: boolean,
  release: () => void,
): BlockQuerier {
  const { index } = parts;
  let isOpen = true;
  return {
    select: (matchers) => (isWithin ? selectBlockSeries(parts, minTimeMs, maxTimeMs, matchers) : NO_SERIES),
    labelNames: (matchers, limit) =>
      isWithin ? listing(matchers.length === 0 ? index.labelNames : namesOf(index, selectPostings(index, matchers)), limit) : NOTHING,
    labelValues(name, matchers, limit) {
      if (!isWithin) return NOTHING;
      const others = matchers.filter((matcher) => matcher.name !== name);
      const own = matchers.filter((matcher) => matcher.name === name);
      // Matchers of the label itself are asked about its values; only those of others need the series.
      return others.length === 0
        ? allValues(index, name, own, limit)
        : listing(valuesOf(index, selectPostings(index, matchers), name), limit);
    },
    close() {
      if (isOpen) release();
      isOpen = false;
    },
  };
}

function namesOf(index: IndexReader, refs: Uint32Array): string[] {
  const found = new Set<number>();
  const entry = createSeriesEntry();
  for (const ref of refs) {
    index.readSeries(ref, entry);
    for (let i = 0; i < 2 * entry.labelCount; i += 2) found.add(entry.labelSymbols[i]);
  }
  return textsOf(index, found);
}

function valuesOf(index: IndexReader, refs: Uint32Array, name: string): string[] {
  const found = new Set<number>();
  const entry = createSeriesEntry();
  for (const ref of refs) {
    index.readSeries(ref, entry);
    for (let i = 0; i < 2 * entry.labelCount; i += 2) {
      if (index.symbols.text(entry.labelSymbols[i]) === name) found.add(entry.labelSymbols[i + 1]);
    }
  }
  return textsOf(index, found);
}

function textsOf(index: IndexReader, symbols: ReadonlySet<number>): string[] {
  return Array.from(symbols, index.symbols.text).sort(compareUtf8);
}

/** Stops reading where the limit is reached. */
function allValues(index: IndexReader, name: string, matchers: readonly Matcher[], limit: number): LabelListing {
  const values: string[] = [];
  let truncated = false;
  index.forEachValue(name, "", (value) => {
    if (value === "" || !matchers.every((matcher) => matcher.matches(value))) return true;
    truncated = limit > 0 && values.length === limit;
    if (!truncated) values.push(value);
    return !truncated;
  });
  return { values, truncated };
}

function listing(values: readonly string[], limit: number): LabelListing {
  const truncated = limit > 0 && values.length > limit;
  return { values: truncated ? values.slice(0, limit) : values, truncated };
}
