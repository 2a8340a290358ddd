import type { HeadPart } from "../head/chunk-picker.ts";
import type { HeadSelection } from "../read/head-selection.ts";

/** What the head knows of some series, as typed arrays; entries with one index belong together. */
export interface HeadSeriesPage {
  /** The address of each series' label block. */
  readonly labelAddresses: Uint32Array;
  /** The reference that the log uses. */
  readonly walRefs: Float64Array;
  /** See `SymbolReader.enter`. */
  readonly symbolGeneration: number;
}

/** So many series are asked about at once. */
export const SERIES_A_PAGE = 16_384;

/** So many of the log's references are asked about at once. */
export const WAL_REFS_A_PAGE = 16_384;

/**
 * What the maintenance asks of the head. The head belongs to the main thread; a worker asks it by `SyncCaller` and stands still until it has
 * the answer. Each answer takes the main thread a few milliseconds at most. Series are not dropped while a job runs.
 */
export interface HeadSource {
  /** The references of all series, ascending. */
  readonly refs: () => Uint32Array;
  /** About the series `refs`, of which there are `SERIES_A_PAGE` at most. */
  readonly series: (refs: Uint32Array) => HeadSeriesPage;
  /** The chunks of `refs`, in the order given, that overlap `[minTimeMs, maxTimeMs]`, with details; the selection's pin is to be released. */
  readonly select: (part: HeadPart, refs: Uint32Array, minTimeMs: number, maxTimeMs: number) => HeadSelection;
  readonly release: (pin: number) => void;
  /**
   * Of the log's references `page * WAL_REFS_A_PAGE` and those that follow it: whether a checkpoint of what goes up to `segment` must keep
   * the series, as 1 or 0.
   */
  readonly keptWalRefs: (page: number, segment: number) => Uint8Array;
}

/** About the series `refs`, page by page. */
export function* seriesPages(head: HeadSource, refs: Uint32Array): Generator<HeadSeriesPage> {
  for (let start = 0; start < refs.length; start += SERIES_A_PAGE) yield head.series(refs.slice(start, start + SERIES_A_PAGE));
}
