export { attachSharedMemory, createSharedMemory, MAXIMUM_BYTES, STATIC_DATA_BYTES, type SharedMemory } from "./shared-memory.ts";
export { type Column, grownCapacity, grownColumn } from "./grown-column.ts";
export { loadKernels, type KernelExports } from "./load.ts";
export { createRegions, type Region, type Regions } from "./regions.ts";
export { type WasmMemory } from "./webassembly.ts";
export { decodeXor } from "./xor-decode.ts";
export { parseDecimal } from "./parse-float.ts";
export { BODY_ENDED, diffLines, HAS_TIMESTAMP, LAYOUT_ENDED, LineDiff, MISMATCH, NO_ROW } from "./line-diff.ts";
export { JSON_FLOAT_BYTES, writeJsonFloat } from "./float-text.ts";
