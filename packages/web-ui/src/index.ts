import { fileURLToPath } from "node:url";

/**
 * The folder with the built pages: `index.html`, which every page of `SERVER_PAGES` answers with, and `assets/`. It lies beside both
 * src/ and dist/; `npm run build` fills it.
 */
export const pagesFolder: string = fileURLToPath(new URL("../build/", import.meta.url));

/** The paths of the server's pages, below its route prefix. */
export const SERVER_PAGES: readonly string[] = ["/query", "/alerts", "/targets", "/rules", "/status"];
