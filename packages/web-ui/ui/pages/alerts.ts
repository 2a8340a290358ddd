import { call, type Rule, type RuleGroup } from "../api.ts";
import { el, notice, pills, table } from "../dom.ts";
import { ago, formatSeconds } from "../units.ts";

const RANK = { firing: 0, pending: 1, inactive: 2 } as const;

/** Alerting rules, those that fire first. */
export async function alertsPage(): Promise<HTMLElement> {
  const { data } = await call<{ groups: readonly RuleGroup[] }>("rules");
  const rules = data.groups.flatMap((group) => group.rules).filter(({ type }) => type === "alerting");
  const ranked = rules.toSorted((a, b) => RANK[a.state ?? "inactive"] - RANK[b.state ?? "inactive"]);
  return el(
    "div",
    {},
    ...ranked.map(alertCard),
    ranked.length === 0 ? el("p", { class: "hint" }, "There are no alerting rules.") : undefined,
  );
}

function alertCard({ name, query, duration = 0, state = "inactive", alerts = [], lastError }: Rule): HTMLElement {
  return el(
    "article",
    { class: `card ${state}` },
    el("h2", {}, name, el("span", { class: `badge ${state}` }, state)),
    el(
      "p",
      {},
      el("a", { href: queryAddress(query) }, el("code", {}, query)),
      duration > 0 ? ` for ${formatSeconds(duration)}` : undefined,
    ),
    lastError ? notice("error", lastError) : undefined,
    alerts.length === 0
      ? undefined
      : table(
          ["Labels", "State", "Since", "Value", "Summary"],
          alerts.map((alert) => [
            pills(alert.labels),
            el("span", { class: `badge ${alert.state}` }, alert.state),
            ago(alert.activeAt),
            alert.value,
            alert.annotations["summary"] ?? "",
          ]),
        ),
  );
}

/** The rules, by group. */
export async function rulesPage(): Promise<HTMLElement> {
  const { data } = await call<{ groups: readonly RuleGroup[] }>("rules");
  return el(
    "div",
    {},
    ...data.groups.map((group) =>
      el(
        "article",
        { class: "card" },
        el("h2", {}, group.name, el("small", {}, `${group.file} · every ${formatSeconds(group.interval)}`)),
        table(
          ["Rule", "Expression", "Health"],
          group.rules.map((rule) => [
            rule.name,
            el("a", { href: queryAddress(rule.query) }, el("code", {}, rule.query)),
            el(
              "span",
              {},
              el("span", { class: `badge ${rule.health === "ok" ? "up" : "down"}` }, rule.health),
              rule.lastError ? el("span", { class: "reason" }, rule.lastError) : undefined,
            ),
          ]),
        ),
      ),
    ),
    data.groups.length === 0 ? el("p", { class: "hint" }, "There are no rules.") : undefined,
  );
}

function queryAddress(expr: string): string {
  return `./query?${new URLSearchParams({ "g0.expr": expr, "g0.tab": "table" })}`;
}
