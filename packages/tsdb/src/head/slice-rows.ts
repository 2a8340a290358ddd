/**
 * So many rows are one call of a loop. V8 compiles a function for its next call; a loop that is long in its first call is compiled in
 * mid-flight instead, and that code, which knows nothing of what follows the loop, is thrown out of at every end from then on.
 */
export const SLICE_ROWS = 512;
