import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository. */
export const root: string = resolve(fileURLToPath(new URL("../..", import.meta.url)));

/** The folder with upstream's data files; undefined where there is none. */
export const dataFolder: string | undefined = process.env["FERULA_CONFORMANCE_DATA"];

/** Our binaries, as `npm run build` stands them up. */
export function binary(name: string): string {
  return join(root, "node_modules", ".bin", name);
}
