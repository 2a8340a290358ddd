import { formatRfc3339 } from "@ferula/durations";
import { matchesLabels, PromError } from "@ferula/model";
import { parseMetricSelector } from "@ferula/promql-syntax";
import { Router } from "express";
import { sendData } from "../envelope.ts";
import { invalidParam, limitParam, readParams } from "../params.ts";
import type { AlertmanagersPort, MetadataPort, TargetsPort, TargetView } from "../ports.ts";
import { labelsJson } from "./labels.ts";

/** Go prints its zero time for what has not happened yet. */
export function goTime(timeMs: number): string {
  return timeMs === 0 ? "0001-01-01T00:00:00Z" : formatRfc3339(timeMs);
}

export interface TargetRouteDeps {
  readonly targets: TargetsPort;
  readonly alertmanagers: AlertmanagersPort;
  readonly metadata: MetadataPort;
}

/** `targets`, `scrape_pools`, `targets/metadata`, `metadata` and `alertmanagers`. */
export function targetRoutes({ targets, alertmanagers, metadata }: TargetRouteDeps): Router {
  const routes = Router();

  routes.get("/scrape_pools", (_req, res) => sendData(res, { scrapePools: targets.pools() }));

  routes.get("/scrape_pools/config", (req, res) => {
    const pool = readParams(req).get("scrapePool") ?? "";
    const yaml = targets.poolConfig(pool);
    if (yaml === undefined) throw new PromError("bad_data", `unable to find scrape pool ${JSON.stringify(pool)}`);
    sendData(res, { yaml });
  });

  routes.get("/targets", (req, res) => {
    const params = readParams(req);
    const state = (params.get("state") ?? "any").toLowerCase();
    const pool = params.get("scrapePool");
    const isWanted = ({ scrapePool }: { readonly scrapePool: string }): boolean => pool === undefined || scrapePool === pool;
    const shows = (wanted: string): boolean => state === wanted || (state !== "active" && state !== "dropped");
    sendData(res, {
      activeTargets: shows("active") ? targets.active().filter(isWanted).map(targetJson) : [],
      droppedTargets: shows("dropped")
        ? targets.dropped().filter(isWanted).map(({ discoveredLabels, scrapePool }) => ({ discoveredLabels: labelsJson(discoveredLabels), scrapePool }))
        : [],
      droppedTargetCounts: shows("dropped") ? Object.fromEntries([...targets.droppedCounts()].filter(([scrapePool]) => isWanted({ scrapePool }))) : null,
    });
  });

  routes.get("/targets/metadata", (req, res) => {
    const params = readParams(req);
    const text = params.get("match_target");
    const metric = params.get("metric");
    const limit = limitParam(params);
    let matchers: ReturnType<typeof parseMetricSelector> = [];
    try {
      if (text !== undefined) matchers = parseMetricSelector(text);
    } catch (error) {
      throw invalidParam("match_target", (error as Error).message);
    }
    const rows = targets
      .active()
      .filter(({ labels }) => matchesLabels(matchers, labels))
      .flatMap(({ labels }) => {
        const known = metric === undefined ? [...metadata.entries()] : ([[metric, metadata.get(metric)]] as const);
        return known.flatMap(([name, entry]) => (entry === undefined ? [] : [{ target: labelsJson(labels), ...(metric === undefined ? { metric: name } : {}), ...entry }]));
      });
    sendData(res, limit > 0 ? rows.slice(0, limit) : rows);
  });

  routes.get("/metadata", (req, res) => {
    const params = readParams(req);
    const metric = params.get("metric");
    const limit = limitParam(params);
    const json = Object.create(null) as Record<string, readonly unknown[]>;
    let count = 0;
    for (const [name, { type, help, unit }] of metadata.entries()) {
      if ((metric !== undefined && name !== metric) || (limit > 0 && count >= limit)) continue;
      json[name] = [{ type, help, unit }];
      count++;
    }
    sendData(res, json);
  });

  routes.get("/alertmanagers", (_req, res) => {
    sendData(res, { activeAlertmanagers: alertmanagers.active().map((url) => ({ url })), droppedAlertmanagers: alertmanagers.dropped().map((url) => ({ url })) });
  });
  return routes;
}

function targetJson(target: TargetView): unknown {
  return {
    discoveredLabels: labelsJson(target.discoveredLabels),
    labels: labelsJson(target.labels),
    scrapePool: target.scrapePool,
    scrapeUrl: target.scrapeUrl,
    globalUrl: target.globalUrl,
    lastError: target.lastError,
    lastScrape: goTime(target.lastScrapeMs),
    lastScrapeDuration: target.lastScrapeDurationSeconds,
    health: target.health,
    scrapeInterval: target.scrapeInterval,
    scrapeTimeout: target.scrapeTimeout,
  };
}
