import type { HeadSelection } from "../read/head-selection.ts";
import type { SeriesSelection } from "@ferula/storage";
import type { PlainMatcher } from "./matchers.ts";
import type { NamedBlock } from "./open-blocks.ts";

/**
 * What a select found in the head, and in which blocks there may be more: these are searched by the thread that reads the selection. The
 * pin keeps the head's chunks and the blocks' files.
 */
export interface DbSelection extends SeriesSelection {
  readonly head: HeadSelection;
  /** Those with a part in the range of the select, by ascending beginning. Most selections have none. */
  readonly blocks: readonly NamedBlock[];
  /** Empty where there are no blocks. */
  readonly matchers: readonly PlainMatcher[];
}
