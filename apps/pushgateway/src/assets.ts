import { readFileSync } from "node:fs";
import type { RequestHandler } from "express";

/** A file of the pages. It is read once, at the start. */
export interface Asset {
  readonly path: string;
  readonly handler: RequestHandler;
}

/** Lies beside both src/ and dist/. */
const folder: URL = new URL("../assets/", import.meta.url);

/** The script and the style of the pages. */
export function loadAssets(): readonly Asset[] {
  return [load("pushgateway.css", "text/css"), load("pushgateway.js", "text/javascript")];
}

function load(name: string, contentType: string): Asset {
  const bytes = readFileSync(new URL(name, folder));
  return {
    path: `/static/${name}`,
    handler: (_req, res) => {
      // The address carries the version of the build.
      res.set({
        "Content-Type": `${contentType}; charset=utf-8`,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "public, max-age=86400",
      });
      res.send(bytes);
    },
  };
}
