import type { Matcher } from "@ferula/model";
import type { WorkerPool } from "@ferula/promql";
import type { LabelListing, LabelSelection, ListingSource } from "@ferula/storage";
import { releaseAll } from "../query/listing.ts";
import { listedFor, type SearchForm, writeSearch } from "./write-search.ts";

/** Where is searched, and for what. */
export interface SearchRequest {
  /** The label of which the values are searched. Left out: the names of labels are. */
  readonly ofLabel?: string | undefined;
  /** Both ends inclusive. */
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  /** What is searched is that of all series that one of these finds; without selectors, of every series. */
  readonly selectors: readonly (readonly Matcher[])[];
  readonly form: SearchForm;
  /** Its abort cancels the search. */
  readonly signal: AbortSignal;
}

/** Hands on what is found, a line of JSON each, in pieces of whole lines. Fails with PromError. */
export type Searcher = (request: SearchRequest, onLines: (lines: Uint8Array) => Promise<void> | void) => Promise<void>;

/** What a searcher is made of. */
export interface SearcherOptions {
  readonly pool: WorkerPool;
  readonly source: ListingSource;
  readonly timeoutMs: number;
}

/** What the request of a `WritingJob` is, where it is a search. */
export interface SearchTask {
  readonly task: "search";
  readonly form: SearchForm;
}

/** Steps of likening, each a few nanoseconds: what may be searched on this thread takes some milliseconds. */
const MOST_STEPS = 2_000_000;

/** Searches little on this thread, where that is done sooner than it would be handed over; a worker does the rest. */
export function createSearcher({ pool, source, timeoutMs }: SearcherOptions): Searcher {
  return async ({ ofLabel, minTimeMs, maxTimeMs, selectors, form, signal }, onLines) => {
    const pieces: Uint8Array[] = [];
    const wanted = selectors.length === 0 ? [[]] : selectors;
    const selections = await source.selectAllLabels(wanted.map((matchers) => ({ minTimeMs, maxTimeMs, matchers, ofLabel })));
    // What is selected once serves wherever it is read, so that it is kept while a worker is waited for.
    try {
      const light = listLight(source, selections, form);
      if (light === undefined) {
        const request: SearchTask = { task: "search", form };
        return await pool.write({ request, signal, timeoutMs, select: () => selections, release: () => undefined, onJson: onLines });
      }
      writeSearch(form, () => light, { onChunk: (bytes) => pieces.push(bytes), check: () => undefined });
    } finally {
      releaseAll(source, selections);
    }
    for (const bytes of pieces) await onLines(bytes);
  };
}

/** Undefined where a worker must read one of the selections, or search what is in them. */
function listLight(source: ListingSource, selections: readonly LabelSelection[], form: SearchForm): LabelListing[] | undefined {
  const { terms } = form.wanted;
  const termLength = terms.reduce((length, term) => length + term.length, 0);
  const listings: LabelListing[] = [];
  let steps = 0;
  for (const selection of selections) {
    const listing = source.listLight(selection, listedFor(form));
    if (listing === undefined) return undefined;
    listings.push(listing);
    // At worst, as of each text every character is likened to each of the term's, or of its own.
    if (terms.length > 0) for (const { length } of listing.values) steps += length * Math.max(length * terms.length, termLength);
    if (steps > MOST_STEPS) return undefined;
  }
  return listings;
}
