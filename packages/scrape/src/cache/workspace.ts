import { setImmediate } from "node:timers/promises";
import { createSampleLine, type SampleLine } from "@ferula/exposition";
import { createRegions, LineDiff, loadKernels, type KernelExports, type Region, type Regions, type SharedMemory } from "@ferula/kernels";
import type { TimeSlice } from "@ferula/lifecycle";
import type { MessageRows } from "../messages/sample-rows.ts";
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

/** What a body is read with, from its first byte until its samples are stored. Nobody else uses it meanwhile. */
export interface Workspace {
  readonly shared: SharedMemory;
  readonly kernels: KernelExports;
  readonly regions: Regions;
  /** The address of the control block. */
  readonly control: number;
  /** Scratch space for the line that is being parsed. */
  readonly line: SampleLine;
  /** The lines, or the slots of a table, of the body that is being read that are new and have a series. */
  readonly added: RefList;
  /** Series that end: of the body before, when one is read, or of all that were live. */
  readonly ended: RefList;
  /** How long the body may be read before others get their turn. */
  readonly slice: TimeSlice;
  /** Rows with room for `capacity` samples; those that were in are kept. */
  readonly rows: (capacity: number) => SampleRows;
  /** Where readers with tables keep the samples of the body; made by the first that needs it. */
  messageRows: MessageRows | undefined;
}

/**
 * The workspaces of a process. Most bodies are read in one go, one after the other, and share the first. A body that takes longer goes on in
 * slices and keeps its own, so that others are read meanwhile, each on its schedule.
 */
export interface Workspaces {
  readonly shared: SharedMemory;
  readonly regions: Regions;
  /** Scratch space for lines that are parsed within one call. */
  readonly line: SampleLine;
  /** One that nobody uses; its slice begins. To be given back. */
  readonly take: () => Workspace;
  readonly give: (workspace: Workspace) => void;
  /** Waits for the next slice. In one turn of the event loop only one of all bodies gets one. */
  readonly pause: (workspace: Workspace) => Promise<void>;
}

/** Bytes a row: two doubles, a reference and two words of `undecided`. */
const ROW_BYTES = 28;

const SMALLEST_ROWS = 1024;

/** As long as a body is read in one turn of the event loop: a health check is answered within 100 ms. */
const SLICE_MS = 10;

/** A workspace that knows what it takes of the memory. */
interface OwnWorkspace extends Workspace {
  isTaken: boolean;
  /** Begins a slice. */
  readonly begin: () => void;
  /** Gives back what a large body needed. */
  readonly shrink: () => void;
}

/** Workspaces in `shared`, for the thread that owns it. */
export function createWorkspaces(shared: SharedMemory, sliceMs: number = SLICE_MS): Workspaces {
  const regions = createRegions(shared);
  const kernels = loadKernels(shared);
  const line = createSampleLine();
  const idle: OwnWorkspace[] = [];
  let lastTurn = Promise.resolve();

  function make(): OwnWorkspace {
    let rows = allocateRows(regions, SMALLEST_ROWS);
    let endMs = 0;
    const begin = (): void => void (endMs = performance.now() + sliceMs);
    // Kept for many bodies, most of which are read in some microseconds.
    const slice: TimeSlice = {
      isSpent: () => performance.now() >= endMs,
      async yield() {
        await setImmediate();
        begin();
      },
    };
    return {
      isTaken: false,
      begin,
      slice,
      shared,
      kernels,
      regions,
      control: shared.reserve(LineDiff.sizeBytes),
      line: createSampleLine(),
      added: new RefList(),
      ended: new RefList(),
      messageRows: undefined,
      rows(capacity) {
        if (capacity > rows.capacity) rows = growRows(shared, regions, rows, capacity);
        return rows;
      },
      shrink() {
        this.added.shrink();
        this.ended.shrink();
        this.messageRows = undefined;
        if (rows.capacity === SMALLEST_ROWS) return;
        regions.free(rows.region);
        rows = allocateRows(regions, SMALLEST_ROWS);
      },
    };
  }

  return {
    shared,
    regions,
    line,
    take() {
      const workspace = idle.pop() ?? make();
      workspace.isTaken = true;
      workspace.begin();
      return workspace;
    },
    give(workspace) {
      const own = workspace as OwnWorkspace;
      if (!own.isTaken) throw new Error("BUG: a workspace is given back that nobody has");
      own.isTaken = false;
      // Between scrapes no more is kept than what the largest body needs.
      if (idle.length > 0) own.shrink();
      idle.push(own);
    },
    pause({ slice }) {
      lastTurn = lastTurn.then(slice.yield);
      return lastTurn;
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
