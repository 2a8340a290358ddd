import type { Labels } from "@ferula/model";
import type { ChunkSeriesSet, SeriesSelection, SeriesSet } from "@ferula/storage";

/** An answer that is to be made. Plain data: it is posted to another thread. */
export interface AnswerJob {
  readonly form: AnswerForm;
  /** In the order of the request. */
  readonly queries: readonly SelectedQuery[];
  /** By ascending name; series get those that they have no label of that name for. */
  readonly externalLabels: Labels;
}

/** Its form, with its limit: samples of one query, or bytes of a frame. */
export type AnswerForm =
  /** 0 is no limit. */
  { readonly kind: "samples"; readonly sampleLimit: number } | { readonly kind: "chunks"; readonly maxBytesInFrame: number };

/** A query and what was selected for it. */
export interface SelectedQuery {
  /** Made for chunks. Undefined: nothing is found. */
  readonly selection: SeriesSelection | undefined;
  /** The client wants to know which series there are, and none of their samples. */
  readonly isOfSeries: boolean;
}

/** Opens selections on the thread that makes the answer. Both sets of one selection have the same series in the same order, that of labels. */
export interface AnswerSources {
  readonly open: (selection: SeriesSelection) => SeriesSet;
  readonly openChunks: (selection: SeriesSelection) => ChunkSeriesSet;
}

/** Makes an answer step by step, so that one thread makes several. */
export interface AnswerMaker {
  /**
   * Goes on, at least by a little, until there is a piece of about `PIECE_BYTES` or `isSpent` tells that others wait. Throws PromError:
   * "bad_data" for a limit that is exceeded, "internal" where the storage can't be read.
   */
  readonly step: (isSpent: () => boolean) => AnswerStep;
}

/** What came of a step. */
export interface AnswerStep {
  /** The answer's next bytes, in a buffer of their own; may be none. */
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
  readonly isLast: boolean;
}

/** How large pieces are. */
export const PIECE_BYTES: number = 256 << 10;

/** How many series go by before the clock is looked at. */
export const SERIES_BETWEEN_LOOKS = 16;
