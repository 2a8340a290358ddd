import { statSync } from "node:fs";

/** A text that changes when one of the files does, or is replaced, removed or made. "" as a path is no file. */
export function stampOf(paths: readonly string[]): string {
  return paths
    .filter((path) => path !== "")
    .map((path) => statSync(path, { throwIfNoEntry: false, bigint: true }))
    .map((stat) => (stat === undefined ? "none" : `${stat.mtimeNs}/${stat.ctimeNs}/${stat.size}/${stat.ino}`))
    .join();
}
