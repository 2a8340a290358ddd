import { Router } from "express";
import { USER_PAGE_HEADERS } from "./page-headers.ts";

/** Where browsers look for the picture of a page that names none, such as a console. */
export const FAVICON_PATHS: readonly string[] = ["/favicon.svg", "/favicon.ico"];

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#414951"/><path d="M3.5 12V9m3 3V6.5m3 5.5V8m3 4V3.5" stroke="#e6522c" stroke-width="2" fill="none"/></svg>`;

/** Browsers go by the type, and take the drawing by the older name, too. */
export function faviconRoutes(): Router {
  const routes = Router({ caseSensitive: true });
  for (const path of FAVICON_PATHS) {
    routes.get(path, (_req, res) => {
      res.set(USER_PAGE_HEADERS).set("Cache-Control", "public, max-age=86400").type("image/svg+xml").send(SVG);
    });
  }
  return routes;
}
