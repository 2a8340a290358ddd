import type { Response } from "express";
import { html, type Html } from "./html.ts";

/** A page's frame. */
export interface Page {
  readonly tab: "metrics" | "status";
  readonly title: string;
  readonly version: string;
  readonly content: Html;
}

/** Only files of the gateway itself may run or style anything, and only it may be asked for anything. */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Sends a page. */
export function sendPage(res: Response, page: Page): void {
  res.set({
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
  });
  res.type("html").send(pageHtml(page).html);
}

function pageHtml({ tab, title, version, content }: Page): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex,nofollow" />
        <title>${title}</title>
        <link rel="stylesheet" href="./static/pushgateway.css?v=${encodeURIComponent(version)}" />
        <script src="./static/pushgateway.js?v=${encodeURIComponent(version)}" defer></script>
      </head>
      <body>
        <header>
          <h1>Pushgateway</h1>
          <nav>${link("./", "Metrics", tab === "metrics")}${link("./status", "Status", tab === "status")}</nav>
        </header>
        <main>${content}</main>
      </body>
    </html> `;
}

function link(address: string, text: string, isCurrent: boolean): Html {
  return isCurrent ? html`<a href="${address}" aria-current="page">${text}</a>` : html`<a href="${address}">${text}</a>`;
}
