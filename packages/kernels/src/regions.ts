import type { SharedMemory } from "./shared-memory.ts";

/** A piece of shared memory that can be given back. */
export interface Region {
  readonly address: number;
  /** At least as many as were asked for. */
  readonly sizeBytes: number;
}

/** Pieces of shared memory that come and go, such as the bodies of scrapes. What was given back is handed out again, not zeroed. */
export interface Regions {
  readonly allocate: (sizeBytes: number) => Region;
  readonly free: (region: Region) => void;
}

const SMALLEST_BYTES = 1024;

/** Sizes are rounded up to one of eight steps between two powers of two: at most an eighth is lost, and few kinds of pieces lie about. */
function roundedSize(sizeBytes: number): number {
  const wanted = Math.max(SMALLEST_BYTES, sizeBytes);
  const step = 2 ** Math.max(0, Math.floor(Math.log2(wanted)) - 3);
  return Math.ceil(wanted / step) * step;
}

/** An allocator over `shared` for the thread that owns it. */
export function createRegions(shared: SharedMemory): Regions {
  const free = new Map<number, number[]>();
  return {
    allocate(sizeBytes) {
      const rounded = roundedSize(sizeBytes);
      return { address: free.get(rounded)?.pop() ?? shared.reserve(rounded), sizeBytes: rounded };
    },
    free({ address, sizeBytes }) {
      const alike = free.get(sizeBytes);
      if (alike === undefined) free.set(sizeBytes, [address]);
      else alike.push(address);
    },
  };
}
