import { call, type Target } from "../api.ts";
import { el, pills, table } from "../dom.ts";
import { ago } from "../units.ts";

/** Every scrape pool with its targets: what is up, what is down, and why. */
export async function targetsPage(): Promise<HTMLElement> {
  const { data } = await call<{ activeTargets: readonly Target[] }>("targets");
  const pools = new Map<string, Target[]>();
  for (const target of data.activeTargets) pools.set(target.scrapePool, [...(pools.get(target.scrapePool) ?? []), target]);
  return el(
    "div",
    {},
    ...[...pools].map(([pool, targets]) => poolCard(pool, targets)),
    pools.size === 0 ? el("p", { class: "hint" }, "There are no targets.") : undefined,
  );
}

function poolCard(pool: string, targets: readonly Target[]): HTMLElement {
  const up = targets.filter(({ health }) => health === "up").length;
  return el(
    "article",
    { class: `card ${up === targets.length ? "good" : "bad"}` },
    el("h2", {}, pool, el("small", {}, `${up} of ${targets.length} up`)),
    table(
      ["Endpoint", "Labels", "Last scrape", "State"],
      targets.map((target) => [
        el("a", { href: target.scrapeUrl }, target.scrapeUrl),
        pills(target.labels),
        `${ago(target.lastScrape)}, ${(target.lastScrapeDuration * 1000).toFixed(1)} ms`,
        el(
          "span",
          {},
          el("span", { class: `badge ${target.health}` }, target.health),
          target.lastError === "" ? undefined : el("span", { class: "reason" }, target.lastError),
        ),
      ]),
    ),
  );
}
