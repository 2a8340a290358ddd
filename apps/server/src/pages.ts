import { readFileSync } from "node:fs";
import { join } from "node:path";
import { escapeHtml } from "@ferula/http";
import { pagesFolder, SERVER_PAGES } from "@ferula/web-ui";
import express, { Router, type RequestHandler } from "express";
import { searchOf } from "./folder-files.ts";
import { nameHandler } from "./http-metrics.ts";
import { OWN_PAGE_HEADERS } from "./page-headers.ts";

/** Upstream's pages that are a part of another here: bookmarks of them lead there. */
export const MOVED_PAGES: Readonly<Record<string, string>> = {
  "/service-discovery": "/targets",
  "/tsdb-status": "/status",
  "/flags": "/status",
  "/config": "/status",
  "/alertmanager-discovery": "/status",
};

/** Where the pages are, and what they are called. */
export interface PageOptions {
  /** The path of the external URL, under which browsers find the pages, whatever the prefix of the routes; "" for none. */
  readonly externalPath: string;
  readonly title: string;
  /** The address of the consoles, "" while there are none. */
  readonly consolesLink: () => Promise<string>;
}

/** The server's pages: one document that all of them share, and its assets. `/` and `/graph` lead to the query page. */
export function pageRoutes({ externalPath, title, consolesLink }: PageOptions): Router {
  const routes = Router({ caseSensitive: true });
  const html = withTitle(readFileSync(join(pagesFolder, "index.html"), "utf8"), title);
  const page: RequestHandler = async (_req, res) => {
    const text = withConsoles(html, await consolesLink());
    res.set(OWN_PAGE_HEADERS).set("Cache-Control", "no-cache").type("html").send(text);
  };
  for (const path of SERVER_PAGES) routes.get(path, page);
  for (const [from, to] of Object.entries(MOVED_PAGES)) routes.get(from, (_req, res) => res.redirect(302, externalPath + to));
  routes.get("/", (_req, res) => res.redirect(302, `${externalPath}/query`));
  routes.get("/graph", (req, res) => {
    res.redirect(302, `${externalPath}/query${searchOf(req.originalUrl)}`);
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

/** The document with a link to the consoles behind those to the pages. */
export function withConsoles(html: string, link: string): string {
  return link === "" ? html : html.replace("</nav>", () => `</nav><nav><a href="${escapeHtml(link)}">Consoles</a></nav>`);
}
