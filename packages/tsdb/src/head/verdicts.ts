/*
 * What becomes of a row of a batch in the check loop. The log and the encoder take the rows that are stored.
 */

/** No float at all: a stale marker that ends a series of histograms. */
export const NO_FLOAT = 0;
/** A new sample. */
export const STORED = 1;
/** The same sample again: it counts as appended and is not stored twice. */
export const REPEATED = 2;
/** Not the newest of its series, but within the window in which samples out of order are taken. They have their own log and chunks. */
export const LATE = 3;
/** Not taken, for the reason that storage's `AppendOutcome` has a field of. */
export const OUT_OF_ORDER = 4;
export const DUPLICATE = 5;
export const OUT_OF_BOUNDS = 6;
export const TOO_OLD = 7;
/** A histogram that contradicts itself. */
export const INVALID = 8;
