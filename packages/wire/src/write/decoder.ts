/** A message on its way into columns. */
export interface WriteDecoder {
  /**
   * Reads on, about a millisecond's worth, and returns whether there is more: who decodes a large message on a thread that others wait for
   * gives way in between. Throws WireError; the columns are worthless then.
   */
  readonly readOn: () => boolean;
}

/** So many bytes are read at once. */
export const STEP_BYTES = 65_536;
