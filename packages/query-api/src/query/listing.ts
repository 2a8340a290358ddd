import type { ListedKind, ListingOptions, WorkerPool } from "@ferula/promql";
import { writeLabels, writeSeries } from "@ferula/promql/server";
import type { Matcher } from "@ferula/model";
import type { ListingSource, SeriesSelection } from "@ferula/storage";

/** What is listed: the label sets of series, or names or values of labels. */
export interface ListingRequest {
  readonly kind: ListedKind;
  /** For "labels": the label of which the values are listed. Left out: the names are. */
  readonly ofLabel?: string;
  /** Both ends inclusive. */
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  /** What is listed is that of all series that one of these finds. "labels" without selectors are those of every series. */
  readonly selectors: readonly (readonly Matcher[])[];
  /** How many items there may be; 0 is no limit. */
  readonly limit: number;
  /** Its abort cancels the listing. */
  readonly signal: AbortSignal;
}

/** Hands the listing on as a JSON array, piece by piece, and resolves to whether the limit cut it. Fails with PromError. */
export type Lister = (request: ListingRequest, onJson: (bytes: Uint8Array) => Promise<void> | void) => Promise<boolean>;

/** What a lister is made of. */
export interface ListerOptions {
  readonly pool: WorkerPool;
  readonly source: ListingSource;
  readonly timeoutMs: number;
}

/** Makes what is small and in memory on this thread, where it is done sooner than it would be handed over; a worker makes the rest. */
export function createLister({ pool, source, timeoutMs }: ListerOptions): Lister {
  function select({ kind, ofLabel, minTimeMs, maxTimeMs, selectors }: ListingRequest): Promise<readonly SeriesSelection[]> {
    if (kind === "series") return source.selectAll(selectors.map((matchers) => ({ minTimeMs, maxTimeMs, matchers })));
    const wanted = selectors.length === 0 ? [[]] : selectors;
    return source.selectAllLabels(wanted.map((matchers) => ({ minTimeMs, maxTimeMs, matchers, ofLabel })));
  }

  return async (request, onJson) => {
    const { kind, limit, signal } = request;
    const pieces: Uint8Array[] = [];
    let isCut: boolean | undefined;
    const selections = await select(request);
    // What is selected once serves wherever it is read, so that it is kept while a worker is waited for.
    try {
      isCut = writeLight(source, selections, kind, { limit, onChunk: (bytes) => pieces.push(bytes), check: () => undefined });
      if (isCut === undefined) {
        return await pool.list({ kind, limit, signal, timeoutMs, select: () => selections, release: () => undefined, onJson });
      }
    } finally {
      releaseAll(source, selections);
    }
    for (const bytes of pieces) await onJson(bytes);
    return isCut;
  };
}

/** Undefined, and nothing written, where a worker must read one of the selections. */
function writeLight(
  source: ListingSource,
  selections: readonly SeriesSelection[],
  kind: ListedKind,
  options: ListingOptions,
): boolean | undefined {
  if (kind === "series") {
    const sets = allOf(selections, source.openLight);
    return sets === undefined ? undefined : writeSeries(sets, options);
  }
  const listings = allOf(selections, (selection) => source.listLight(selection, options.limit));
  return listings === undefined ? undefined : writeLabels(listings, options);
}

/** What `read` makes of all of them; undefined as soon as it makes nothing of one. */
function allOf<T>(selections: readonly SeriesSelection[], read: (selection: SeriesSelection) => T | undefined): T[] | undefined {
  const all: T[] = [];
  for (const selection of selections) {
    const one = read(selection);
    if (one === undefined) return undefined;
    all.push(one);
  }
  return all;
}

/** Lets go of all. */
export function releaseAll(source: Pick<ListingSource, "release">, selections: readonly SeriesSelection[]): void {
  for (const { pin } of selections) source.release(pin);
}
