import { binary, peer, print } from "./bench.ts";

/** Ours and, where it is on PATH, Debian's prometheus, by the names that are printed. */
export function bothServers(): Readonly<Record<string, string>> {
  const debians = peer("prometheus");
  return { ours: binary("prometheus"), ...(debians === undefined ? {} : { "Debian's": debians }) };
}

/** Prints the first of the figures over the second, or that there is no second. */
export function printRatio(what: string, figures: readonly number[]): void {
  const [ours, debians] = figures;
  if (debians === undefined) print("  no ratio: there is no prometheus of Debian's on PATH");
  else print(`  ratio    ours / Debian's: ${what} ${(ours / debians).toFixed(2)}`);
}
