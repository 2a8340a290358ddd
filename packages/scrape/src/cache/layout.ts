import { type Region, type Regions, type SharedMemory } from "@ferula/kernels";

/** What is known of the lines of one body, as columns in shared memory (see `LineDiff` of @ferula/kernels). */
export interface Layout {
  readonly region: Region;
  /** For how many lines there is room. */
  readonly capacity: number;
  /** Addresses of the columns. */
  readonly starts: number;
  readonly keyLengths: number;
  readonly lineLengths: number;
  readonly refs: number;
  readonly values: number;
}

/** A body that was read, and what is known of its lines. */
export interface ReadBody {
  readonly region: Region;
  /** With the newline that was made up where it had none at its end. */
  readonly sizeBytes: number;
  readonly layout: Layout;
  readonly lineCount: number;
}

/** Bytes a line: four columns of 32 bits and one of 64. */
const LINE_BYTES = 24;

const WORD_COLUMNS = ["starts", "keyLengths", "lineLengths", "refs"] as const;

/** Room for `capacity` lines at least. */
export function allocateLayout(regions: Regions, capacity: number): Layout {
  const region = regions.allocate((capacity + 1) * LINE_BYTES);
  // An even count keeps the doubles, which come first, and all that follows aligned.
  const room = Math.floor(region.sizeBytes / LINE_BYTES) & ~1;
  const values = region.address;
  const starts = values + room * 8;
  return {
    region,
    capacity: room,
    values,
    starts,
    keyLengths: starts + room * 4,
    lineLengths: starts + room * 8,
    refs: starts + room * 12,
  };
}

/** A larger layout with the first `count` lines of `layout`, which is given back. */
export function growLayout(shared: SharedMemory, regions: Regions, layout: Layout, count: number, capacity: number): Layout {
  const grown = allocateLayout(regions, Math.max(capacity, layout.capacity * 2));
  const { u8 } = shared;
  u8.copyWithin(grown.values, layout.values, layout.values + count * 8);
  for (const column of WORD_COLUMNS) u8.copyWithin(grown[column], layout[column], layout[column] + count * 4);
  regions.free(layout.region);
  return grown;
}
