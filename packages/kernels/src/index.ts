export { attachSharedMemory, createSharedMemory, MAXIMUM_PAGES, STATIC_DATA_BYTES, type SharedMemory } from "./shared-memory.ts";
export { loadKernels, type KernelExports } from "./load.ts";
