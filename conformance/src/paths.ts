import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository. */
export const root: string = resolve(fileURLToPath(new URL("../..", import.meta.url)));

const beside = resolve(root, "../shared/conformance");

/** The folder with upstream's data files, which lies beside the repository; undefined where it doesn't. */
export const dataFolder: string | undefined = existsSync(beside) ? beside : undefined;

/** Our binaries, as `npm run build` stands them up. */
export function binary(name: string): string {
  return join(root, "node_modules", ".bin", name);
}
