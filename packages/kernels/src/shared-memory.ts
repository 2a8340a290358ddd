import { webAssembly, type WasmMemory } from "./webassembly.ts";

/**
 * The one memory of a process: WebAssembly memory that the main thread and its workers share.
 *
 * Everything that grows with series or samples lives here and not on the JavaScript heap: symbols, label sets, chunks. An
 * address is a byte offset into it and fits 32 bits. Only the main thread reserves; workers read.
 */
export interface SharedMemory {
  readonly memory: WasmMemory;
  /** Views over the whole memory. Growth replaces them: read them from here each time, never keep one across a `reserve`. */
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  readonly f64: Float64Array;
  readonly view: DataView;
  /** Bytes handed out so far, static data included. */
  readonly usedBytes: number;
  /** Hands out `sizeBytes` zeroed bytes at an address that is a multiple of 16. They are never given back. Throws when 4 GiB are used up. */
  readonly reserve: (sizeBytes: number) => number;
  /** Takes the views anew. A worker calls it before it reads addresses that it got in a message. */
  readonly refresh: () => void;
}

const PAGE_BYTES = 65_536;

/** Low memory is left to the kernels' static data (tables of powers of ten, digits). */
export const STATIC_DATA_BYTES: number = 1 << 20;

/** Memory grows in steps of 8 MiB: each growth makes every thread take its views anew. */
const GROWTH_PAGES = 128;

/** WebAssembly's own limit of 4 GiB. Address space is reserved for it, pages are only committed as they are used. */
const MAXIMUM_PAGES = 65_536;

/** As many bytes as a shared memory can ever have: 4 GiB. */
export const MAXIMUM_BYTES: number = MAXIMUM_PAGES * PAGE_BYTES;

const INITIAL_PAGES = 64;

/** Makes a new memory; what `reserve` hands out starts above the static data. */
export function createSharedMemory(): SharedMemory {
  const memory = new webAssembly.Memory({ initial: INITIAL_PAGES, maximum: MAXIMUM_PAGES, shared: true });
  return over(memory, STATIC_DATA_BYTES);
}

/** A worker's view of the memory that the main thread made. It cannot reserve. */
export function attachSharedMemory(memory: WasmMemory): SharedMemory {
  return over(memory, undefined);
}

function over(memory: WasmMemory, firstFree: number | undefined): SharedMemory {
  let top = firstFree ?? 0;
  let u8 = new Uint8Array(memory.buffer);
  let u16 = new Uint16Array(memory.buffer);
  let u32 = new Uint32Array(memory.buffer);
  let f64 = new Float64Array(memory.buffer);
  let view = new DataView(memory.buffer);

  function refresh(): void {
    if (memory.buffer.byteLength === u8.byteLength) return;
    u8 = new Uint8Array(memory.buffer);
    u16 = new Uint16Array(memory.buffer);
    u32 = new Uint32Array(memory.buffer);
    f64 = new Float64Array(memory.buffer);
    view = new DataView(memory.buffer);
  }

  function reserve(sizeBytes: number): number {
    if (firstFree === undefined) throw new Error("BUG: only the thread that made the shared memory may reserve");
    const address = top;
    const end = Math.ceil((address + sizeBytes) / 16) * 16;
    // Sixteen spare bytes: kernels may read a vector past the last byte.
    const missingPages = Math.ceil((end + 16) / PAGE_BYTES) - memory.buffer.byteLength / PAGE_BYTES;
    if (missingPages > 0) grow(missingPages, sizeBytes);
    top = end;
    return address;
  }

  function grow(missingPages: number, sizeBytes: number): void {
    const pages = memory.buffer.byteLength / PAGE_BYTES;
    if (pages + missingPages > MAXIMUM_PAGES) {
      throw new RangeError(`cannot reserve ${sizeBytes} bytes of shared memory: ${top} of ${MAXIMUM_BYTES} are in use`);
    }
    memory.grow(Math.min(Math.max(missingPages, GROWTH_PAGES), MAXIMUM_PAGES - pages));
    refresh();
  }

  return {
    memory,
    get u8() {
      return u8;
    },
    get u16() {
      return u16;
    },
    get u32() {
      return u32;
    },
    get f64() {
      return f64;
    },
    get view() {
      return view;
    },
    get usedBytes() {
      return top;
    },
    reserve,
    refresh,
  };
}
