import { readFileSync } from "node:fs";
import type { SharedMemory } from "./shared-memory.ts";

/** What assembly/index.ts exports. Addresses and lengths are byte offsets into the shared memory. */
export interface KernelExports {
  readonly addressSpaceBytes: () => number;
}

/** Compiled once a thread; build/ lies beside both src/ and dist/. */
let compiled: WebAssembly.Module | undefined;

/**
 * Instantiates the kernels over `shared`. The static data that the module writes to low memory holds constants only, so each thread
 * may instantiate it over the same memory at any time. Throws when `npm run build` has not made build/kernels.wasm.
 */
export function loadKernels(shared: SharedMemory): KernelExports {
  compiled ??= new WebAssembly.Module(readFileSync(new URL("../build/kernels.wasm", import.meta.url)));
  const instance = new WebAssembly.Instance(compiled, { env: { memory: shared.memory, abort: onAbort } });
  return instance.exports as unknown as KernelExports;
}

function onAbort(): never {
  throw new Error("BUG: a kernel aborted");
}
