import { readFileSync } from "node:fs";
import { join } from "node:path";
import { escapeHtml } from "@ferula/http";
import { pagesFolder, SERVER_PAGES } from "@ferula/web-ui";
import express, { Router, type RequestHandler } from "express";
import { nameHandler } from "./http-metrics.ts";

/** Pages run no script but their own, load nothing from elsewhere and stand in no foreign frame. */
const PAGE_HEADERS = {
  "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
};

/** Where the pages are, and what they are called. */
export interface PageOptions {
  /** The path of the external URL, under which browsers find the pages, whatever the prefix of the routes; "" for none. */
  readonly externalPath: string;
  readonly title: string;
}

/** The server's pages: one document that all of them share, and its assets. `/` and `/graph` lead to the query page. */
export function pageRoutes({ externalPath, title }: PageOptions): Router {
  const routes = Router();
  const html = withTitle(readFileSync(join(pagesFolder, "index.html"), "utf8"), title);
  const page: RequestHandler = (_req, res) => {
    res.set(PAGE_HEADERS).set("Cache-Control", "no-cache").type("html").send(html);
  };
  for (const path of SERVER_PAGES) routes.get(path, page);
  routes.get("/", (_req, res) => res.redirect(302, `${externalPath}/query`));
  routes.get("/graph", (req, res) => {
    const search = req.originalUrl.indexOf("?");
    res.redirect(302, `${externalPath}/query${search < 0 ? "" : req.originalUrl.slice(search)}`);
  });
  routes.use("/assets", (_req, res, next) => {
    nameHandler(res, "/assets/*filepath");
    next();
  });
  // Their names change with their content.
  routes.use("/assets", express.static(join(pagesFolder, "assets"), { immutable: true, maxAge: "1y", index: false, redirect: false }));
  return routes;
}

/** The document with another title. */
export function withTitle(html: string, title: string): string {
  return html.replace(/(<title>)[^<]*(<\/title>)/, (_all, open: string, close: string) => open + escapeHtml(title) + close);
}
