/** The fields of a sample in chunks of floats. */
export const TIME = 0;
export const VALUE = 1;
/** How many there are. */
export const FLOAT_FIELDS = 2;
