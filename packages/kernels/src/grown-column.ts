/** A column of a table: elements of one kind, one for each row. */
export type Column = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

/** Up to this size a column is copied when it grows: small tables reserve nothing. */
const COPIED_BYTES = 1 << 16;

/** Address space for a column that has grown past that. Memory is only taken for what is written to. */
const RESERVED_BYTES = 2 ** 29;

/** Typed by TypeScript from ES2024 on. */
interface GrowableBuffer extends SharedArrayBuffer {
  readonly maxByteLength: number;
  readonly grow: (byteLength: number) => void;
}

const growableBuffer = SharedArrayBuffer as unknown as new (
  byteLength: number,
  options: { readonly maxByteLength: number },
) => GrowableBuffer;

/**
 * The column with `length` elements, those it has and zeros behind them. `column` is not to be used afterwards.
 *
 * A large column grows where it is: that takes microseconds, and never twice the memory, however many rows there are. Only a buffer that is
 * shared does that without making access slower, as it can't shrink: views of a fixed length stay as good as those of any buffer.
 */
export function grownColumn<T extends Column>(column: T, length: number): T {
  const of = column.constructor as new (buffer: ArrayBufferLike, byteOffset: number, length: number) => T;
  const byteLength = length * column.BYTES_PER_ELEMENT;
  const buffer = column.buffer as GrowableBuffer;
  if (buffer instanceof SharedArrayBuffer && byteLength <= buffer.maxByteLength) {
    if (byteLength > buffer.byteLength) buffer.grow(byteLength);
    return new of(buffer, 0, length);
  }
  const to = new of(byteLength <= COPIED_BYTES ? new ArrayBuffer(byteLength) : reserve(byteLength), 0, length);
  to.set(column);
  return to;
}

/** A table's next capacity: a quarter more, as pages that were not written to cost nothing, and growing costs little. */
export function grownCapacity(capacity: number): number {
  return capacity < 1 << 16 ? capacity * 2 : capacity + (capacity >>> 2);
}

/** Where so much address space is not to be had, what is twice as long as needed. */
function reserve(byteLength: number): SharedArrayBuffer {
  try {
    return new growableBuffer(byteLength, { maxByteLength: Math.max(RESERVED_BYTES, byteLength * 2) });
  } catch {
    return new growableBuffer(byteLength, { maxByteLength: byteLength * 2 });
  }
}
