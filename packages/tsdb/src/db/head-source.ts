import type { HeadPart } from "../head/chunk-picker.ts";
import type { HeadSelection } from "../read/head-selection.ts";

/** Series of the head, as typed arrays in shared memory; entries with one index belong together. */
export interface HeadSeriesList {
  readonly refs: Uint32Array;
  /** The address of each series' label block. */
  readonly labelAddresses: Uint32Array;
  /** The reference that the log uses. */
  readonly walRefs: Float64Array;
  /** See `SymbolReader.enter`. */
  readonly symbolGeneration: number;
}

/** So many of the log's references are asked about at once. */
export const WAL_REFS_A_PAGE = 16_384;

/**
 * What the maintenance asks of the head. The head belongs to the main thread; a worker asks it by `SyncCaller` and stands still until it has
 * the answer. Each answer takes the main thread a few milliseconds at most. Series are not dropped while a job runs.
 */
export interface HeadSource {
  /** All series, or those of `refs`. */
  readonly series: (refs?: Uint32Array) => HeadSeriesList;
  /** The chunks of `refs`, in the order given, that overlap `[minTimeMs, maxTimeMs]`, with details; the selection's pin is to be released. */
  readonly select: (part: HeadPart, refs: Uint32Array, minTimeMs: number, maxTimeMs: number) => HeadSelection;
  readonly release: (pin: number) => void;
  /**
   * Of the log's references `page * WAL_REFS_A_PAGE` and those that follow it: whether a checkpoint of what goes up to `segment` must keep
   * the series, as 1 or 0.
   */
  readonly keptWalRefs: (page: number, segment: number) => Uint8Array;
}
