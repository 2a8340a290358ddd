import type { LabelSelection, SeriesSelection } from "@ferula/storage";
import type { HeadSelection } from "../read/head-selection.ts";
import type { PlainMatcher } from "./matchers.ts";
import type { NamedBlock } from "./open-blocks.ts";

/** The part of a selection that is in blocks: these are searched by the thread that reads the selection. */
export interface SelectedBlocks {
  /** Those with a part in the range of the select, by ascending beginning. Most selections have none. */
  readonly blocks: readonly NamedBlock[];
  /** Empty where there are no blocks. */
  readonly matchers: readonly PlainMatcher[];
}

/**
 * What a select found in the head, and in which blocks there may be more. The pin keeps the head's chunks and the blocks' files.
 */
export interface DbSelection extends SeriesSelection, SelectedBlocks {
  readonly head: HeadSelection;
}

/** The same of label names or values. The pin keeps the head's symbols, too. */
export interface DbLabelSelection extends LabelSelection, SelectedBlocks {
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  /** The head's part, each once and in no order; another thread reads their texts where they are, in shared memory. */
  readonly symbols: Uint32Array;
  /** See `HeadSelection`. */
  readonly symbolGeneration: number;
}
