/** Clocks differ, but not by more than this (scrape/scrape.go `maxAheadTime`). */
export const MAX_AHEAD_MS = 600_000;

/** The byte that ends a line. */
export const NEWLINE = 10;

/** Puts a newline behind a body of text that ends without one, for which there is room; returns the size that it has then. */
export function endWithNewline(u8: Uint8Array, start: number, sizeBytes: number): number {
  const end = start + sizeBytes;
  if (u8[end - 1] === NEWLINE) return sizeBytes;
  u8[end] = NEWLINE;
  return sizeBytes + 1;
}
