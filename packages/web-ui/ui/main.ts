import "./style.css";
import { el, notice } from "./dom.ts";
import { alertsPage, rulesPage } from "./pages/alerts.ts";
import { queryPage } from "./pages/query.ts";
import { statusPage } from "./pages/status.ts";
import { targetsPage } from "./pages/targets.ts";

interface Page {
  readonly title: string;
  readonly render: () => HTMLElement | Promise<HTMLElement>;
  /** Pages that only show are drawn anew every so many milliseconds. */
  readonly refreshMs?: number;
}

const pages: Readonly<Record<string, Page>> = {
  query: { title: "Query", render: queryPage },
  alerts: { title: "Alerts", render: alertsPage, refreshMs: 5000 },
  targets: { title: "Targets", render: targetsPage, refreshMs: 5000 },
  rules: { title: "Rules", render: rulesPage, refreshMs: 15_000 },
  status: { title: "Status", render: statusPage },
};

const name = location.pathname.split("/").at(-1) ?? "";
const page = Object.hasOwn(pages, name) ? pages[name] : undefined;
const nav = document.querySelector("nav");
const main = document.querySelector("main");
nav?.append(
  ...Object.entries(pages).map(([path, { title }]) =>
    el("a", { href: `./${path}`, "aria-current": path === name ? "page" : undefined }, title),
  ),
);

/** As the server has it (`--web.page-title`). */
const siteTitle = document.title;

async function draw(): Promise<void> {
  if (page === undefined) return main?.replaceChildren(notice("error", `There is no page ${name}.`));
  document.title = `${page.title} · ${siteTitle}`;
  try {
    main?.replaceChildren(await page.render());
  } catch (error) {
    main?.replaceChildren(notice("error", error instanceof Error ? error.message : String(error)));
  }
}

await draw();
if (page?.refreshMs !== undefined) setInterval(() => document.hidden || void draw(), page.refreshMs);
