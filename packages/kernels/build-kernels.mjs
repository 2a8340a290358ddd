// Compiles assembly/index.ts to build/kernels.wasm. The module imports its memory; `src/shared-memory.ts` makes one that fits.
import { mkdirSync } from "node:fs";
import { main } from "assemblyscript/asc";

mkdirSync(new URL("./build", import.meta.url), { recursive: true });
const { error, stderr } = await main(
  [
    "assembly/index.ts",
    "--outFile=build/kernels.wasm",
    "-O3",
    "--runtime=stub",
    "--noAssert",
    "--importMemory",
    "--sharedMemory",
    "--enable=threads",
    "--enable=simd",
    "--initialMemory=64",
    "--maximumMemory=65536",
  ],
  { stdout: process.stdout, stderr: process.stderr },
);
if (error) {
  process.stderr.write(`${stderr?.toString() ?? ""}${error.message}\n`);
  process.exit(1);
}
