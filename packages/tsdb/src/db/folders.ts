/** The folders in that of a database, with upstream's names. */
export const WAL_FOLDER = "wal";
/** The log of samples out of order. */
export const WBL_FOLDER = "wbl";
/** Finished chunks of the head. */
export const HEAD_CHUNKS_FOLDER = "chunks_head";
