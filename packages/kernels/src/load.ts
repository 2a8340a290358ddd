import { readFileSync } from "node:fs";
import type { SharedMemory } from "./shared-memory.ts";
import { webAssembly, type WasmModule } from "./webassembly.ts";

/** What assembly/index.ts exports. Addresses and lengths are byte offsets into the shared memory. */
export interface KernelExports {
  readonly addressSpaceBytes: () => number;
  /** As `decodeXor`, to two columns of doubles; 8-byte aligned. Four rows behind the last may be overwritten. 4 to 6 ns a sample. */
  readonly xorDecode: DecodeFloats;
  /** The same for `decodeXor2`. */
  readonly xor2Decode: DecodeFloats;
  /**
   * Decodes the `count` chunks whose records, as segments of blocks have them, begin at the offsets behind `start` that are words at
   * `offsetsAddress`, to two columns as `xorDecode` does. -1 when one is not sound, is of no floats, or has more than 256 samples: who reads
   * them one by one is told what is wrong. `crcTablesAddress` is where `crc32cTables()` lie.
   */
  readonly decodeRun: (
    crcTablesAddress: number,
    start: number,
    end: number,
    offsetsAddress: number,
    count: number,
    timestampsAddress: number,
    valuesAddress: number,
  ) => number;
  /** The double nearest to the decimal text between two addresses, up to 19 digits and exponents of ±60; NaN is undecided. */
  readonly parseDecimal: (start: number, end: number) => number;
  /** As `diffLines`, by the same control block. About 15 ns for a line of 120 bytes. */
  readonly diffLines: (control: number) => number;
  /** As the twin of the same name, to memory: returns the address behind the text, of at most 32 bytes. 70 ns or less. */
  readonly writeJsonFloat: (value: number, outAddress: number) => number;
  /**
   * Writes the present steps of [from, to) as `[seconds,"value"]`, with commas between. `isFirst` is 1 when nothing of the series was
   * written yet. Stops where a point might not fit before `outEndAddress`; returns the address behind the last byte.
   */
  readonly writeJsonPoints: (
    startMs: number,
    stepMs: number,
    from: number,
    to: number,
    isFirst: number,
    valuesAddress: number,
    presentAddress: number,
    outAddress: number,
    outEndAddress: number,
  ) => number;
  /** The step from which the last `writeJsonPoints` is to be continued. */
  readonly pointsReached: () => number;
}

/** Decodes samples to two columns, and returns how many; see `KernelExports.xorDecode`. */
export type DecodeFloats = (address: number, end: number, sampleCount: number, timestampsAddress: number, valuesAddress: number) => number;

/** Compiled once a thread; build/ lies beside both src/ and dist/. */
let compiled: WasmModule | undefined;

/**
 * Instantiates the kernels over `shared`. The static data that the module writes to low memory holds constants only, so each thread
 * may instantiate it over the same memory at any time. Throws when `npm run build` has not made build/kernels.wasm.
 */
export function loadKernels(shared: SharedMemory): KernelExports {
  compiled ??= new webAssembly.Module(readFileSync(new URL("../build/kernels.wasm", import.meta.url)));
  const instance = new webAssembly.Instance(compiled, { env: { memory: shared.memory, abort: onAbort } });
  return instance.exports as unknown as KernelExports;
}

function onAbort(): never {
  throw new Error("BUG: a kernel aborted");
}
