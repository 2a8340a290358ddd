/*
 * What becomes of a row of a batch in the check loop. The log and the encoder take the rows that are stored.
 */

/** Older than its series or than the head, or of no series. */
export const REJECTED = 0;
/** A new sample. */
export const STORED = 1;
/** The same sample again: it counts as appended and is not stored twice. */
export const REPEATED = 2;
