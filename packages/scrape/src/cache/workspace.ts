import { createSampleLine, type SampleLine } from "@ferula/exposition";
import { createRegions, LineDiff, loadKernels, type KernelExports, type Region, type Regions, type SharedMemory } from "@ferula/kernels";
import { RefList } from "./ref-list.ts";

/** Samples of the body that is being read, as columns in shared memory. Row i of each belongs together. */
export interface SampleRows {
  readonly region: Region;
  readonly capacity: number;
  /** Addresses of the columns. */
  readonly refs: number;
  readonly values: number;
  readonly timestamps: number;
  /** Two words a line that the kernel could not decide. */
  readonly undecided: number;
}

/**
 * What all targets of a process share to read bodies: reading is one synchronous call, so that one set of columns and one control block
 * do for all of them.
 */
export interface Workspace {
  readonly shared: SharedMemory;
  readonly kernels: KernelExports;
  readonly regions: Regions;
  /** The address of the control block. */
  readonly control: number;
  /** Scratch space for the line that is being parsed. */
  readonly line: SampleLine;
  /** The series of the body that is being read that no line of the last one is of; once for each line. */
  readonly added: RefList;
  /** Series that end: of the body before, when one is read, or of all that were live. */
  readonly ended: RefList;
  /** Rows with room for `capacity` samples; those that were in are kept. */
  readonly rows: (capacity: number) => SampleRows;
}

/** Bytes a row: two doubles, a reference and two words of `undecided`. */
const ROW_BYTES = 28;

const SMALLEST_ROWS = 1024;

/** A workspace in `shared`, for the thread that owns it. */
export function createWorkspace(shared: SharedMemory): Workspace {
  const regions = createRegions(shared);
  let rows = allocateRows(regions, SMALLEST_ROWS);
  return {
    shared,
    kernels: loadKernels(shared),
    regions,
    control: shared.reserve(LineDiff.sizeBytes),
    line: createSampleLine(),
    added: new RefList(),
    ended: new RefList(),
    rows(capacity) {
      if (capacity > rows.capacity) rows = growRows(shared, regions, rows, capacity);
      return rows;
    },
  };
}

function allocateRows(regions: Regions, capacity: number): SampleRows {
  const region = regions.allocate((capacity + 1) * ROW_BYTES);
  // An even count keeps every column aligned.
  const room = Math.floor(region.sizeBytes / ROW_BYTES) & ~1;
  const values = region.address;
  const timestamps = values + room * 8;
  const refs = timestamps + room * 8;
  return { region, capacity: room, values, timestamps, refs, undecided: refs + room * 4 };
}

function growRows(shared: SharedMemory, regions: Regions, old: SampleRows, capacity: number): SampleRows {
  const rows = allocateRows(regions, Math.max(capacity, old.capacity * 2));
  const { u8 } = shared;
  u8.copyWithin(rows.values, old.values, old.values + old.capacity * 8);
  u8.copyWithin(rows.timestamps, old.timestamps, old.timestamps + old.capacity * 8);
  u8.copyWithin(rows.refs, old.refs, old.refs + old.capacity * 4);
  u8.copyWithin(rows.undecided, old.undecided, old.undecided + old.capacity * 8);
  regions.free(old.region);
  return rows;
}
