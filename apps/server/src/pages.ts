import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pagesFolder, SERVER_PAGES } from "@ferula/web-ui";
import express, { Router, type RequestHandler } from "express";

/** Pages run no script but their own, load nothing from elsewhere and stand in no foreign frame. */
const PAGE_HEADERS = {
  "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
};

/** The server's pages: one document that all of them share, and its assets. `/` and `/graph` lead to the query page. */
export function pageRoutes(prefix: string): Router {
  const routes = Router();
  const html = readFileSync(join(pagesFolder, "index.html"), "utf8");
  const page: RequestHandler = (_req, res) => {
    res.set(PAGE_HEADERS).set("Cache-Control", "no-cache").type("html").send(html);
  };
  for (const path of SERVER_PAGES) routes.get(path, page);
  routes.get("/", (_req, res) => res.redirect(302, `${prefix}/query`));
  routes.get("/graph", (req, res) => {
    const search = req.originalUrl.indexOf("?");
    res.redirect(302, `${prefix}/query${search < 0 ? "" : req.originalUrl.slice(search)}`);
  });
  // Their names change with their content.
  routes.use("/assets", express.static(join(pagesFolder, "assets"), { immutable: true, maxAge: "1y", index: false, redirect: false }));
  return routes;
}
