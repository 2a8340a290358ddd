import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** A named case: `npm run bench -- <name> [options]`. */
export interface BenchCase {
  readonly name: string;
  readonly about: string;
  readonly run: (args: readonly string[]) => Promise<void>;
}

const root = resolve(fileURLToPath(new URL("../..", import.meta.url)));

/** One of our binaries, as `npm run build` stands it up. */
export function binary(name: string): string {
  return join(root, "node_modules", ".bin", name);
}

/** The path of a peer on PATH; undefined where there is none. Our own binaries, some of which have a peer's name, are passed over. */
export function peer(program: string): string | undefined {
  const own = join(root, "node_modules", ".bin");
  const folders = (process.env["PATH"] ?? "").split(":").filter((folder) => folder !== own);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
