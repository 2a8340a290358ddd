import { goQuote } from "@ferula/durations";
import { compareLabels, compareUtf8, labelsOf, PromError, type Labels } from "@ferula/model";
import type { Router } from "express";
import { addRoute, createRoutes } from "../add-route.ts";
import { sendData, sendLongData } from "../answer/envelope.ts";
import { eachAs } from "../answer/go-json.ts";
import { goTime } from "../answer/go-time.ts";
import { labelMap } from "../answer/label-json.ts";
import { readParams } from "../params/params.ts";
import type { AlertmanagersPort, TargetsPort, TargetView } from "../ports.ts";

/** Who is scraped and who is told of alerts. */
export interface TargetRouteDeps {
  readonly targets: TargetsPort;
  readonly alertmanagers: AlertmanagersPort;
}

/** `targets`, `scrape_pools`, what is below them, and `alertmanagers`. */
export function targetRoutes({ targets, alertmanagers }: TargetRouteDeps): Router {
  const routes = createRoutes();

  addRoute(routes, "GET", "/scrape_pools", (_req, res) => sendData(res, { scrapePools: targets.pools().toSorted() }));

  addRoute(routes, "GET", "/scrape_pools/config", (req, res) => {
    const pool = readParams(req).get("scrapePool");
    if (pool === undefined) throw new PromError("bad_data", "no scrapePool parameter provided");
    const yaml = targets.poolConfig(pool);
    if (yaml === undefined) throw unknownPool(pool);
    sendData(res, { yaml });
  });

  addRoute(routes, "GET", "/targets/relabel_steps", (req, res) => {
    const params = readParams(req);
    const pool = params.get("scrapePool");
    if (pool === undefined) throw new PromError("bad_data", "no scrapePool parameter provided");
    const labels = readLabels(params.get("labels"));
    const steps = targets.relabelSteps(pool, labels);
    if (steps === undefined) throw unknownPool(pool);
    sendData(res, { steps: steps.map(({ rule, output, keep }) => ({ rule, output: labelMap(output), keep })) });
  });

  addRoute(routes, "GET", "/targets", async (req, res) => {
    const params = readParams(req);
    const state = (params.get("state") ?? "any").toLowerCase();
    const pool = params.get("scrapePool");
    const showsActive = state === "any" || state === "active";
    const showsDropped = state === "any" || state === "dropped";
    const active = showsActive ? ofPool(targets.active(), pool).toSorted(byPoolAndLabels) : [];
    const dropped = showsDropped ? ofPool(targets.dropped(), pool).toSorted((a, b) => compareUtf8(a.scrapePool, b.scrapePool)) : [];
    await sendLongData(res, {
      activeTargets: eachAs(active, targetJson),
      droppedTargets: eachAs(dropped, ({ discoveredLabels, scrapePool }) => ({
        discoveredLabels: labelMap(discoveredLabels),
        scrapePool,
      })),
      // All pools' counts, whichever pool is asked for, as upstream does.
      droppedTargetCounts: showsDropped ? targets.droppedCounts() : null,
    });
  });

  addRoute(routes, "GET", "/alertmanagers", (_req, res) => {
    const urls = (list: readonly string[]) => list.map((url) => ({ url }));
    sendData(res, { activeAlertmanagers: urls(alertmanagers.active()), droppedAlertmanagers: urls(alertmanagers.dropped()) });
  });

  return routes;
}

function unknownPool(pool: string): PromError {
  return new PromError("bad_data", `error retrieving scrape config: scrape pool ${goQuote(pool)} not found`);
}

/** A JSON object of texts. */
function readLabels(json: string | undefined): Labels {
  if (json === undefined) throw new PromError("bad_data", "no labels parameter provided");
  try {
    const value = JSON.parse(json) as unknown;
    if (value !== null && (typeof value !== "object" || Array.isArray(value))) throw unfit(value, "map[string]string");
    return labelsOf(Object.entries(value ?? {}).map(([name, text]) => [name, textOf(text)] as const));
  } catch (error) {
    throw new PromError("bad_data", `error parsing labels: ${(error as Error).message}`, { cause: error });
  }
}

/** Go reads null as no text, and half a surrogate pair as no character. */
function textOf(value: unknown): string {
  if (value === null) return "";
  if (typeof value !== "string") throw unfit(value, "string");
  return Buffer.from(value).toString();
}

/** In Go's words (encoding/json `UnmarshalTypeError`). */
function unfit(value: unknown, wanted: string): TypeError {
  const kind = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
  return new TypeError(`json: cannot unmarshal ${kind} into Go value of type ${wanted}`);
}

function ofPool<T extends { readonly scrapePool: string }>(all: readonly T[], pool: string | undefined): readonly T[] {
  return pool === undefined ? all : all.filter(({ scrapePool }) => scrapePool === pool);
}

/** Pool after pool by name, as upstream; in a pool by labels, so that the list does not change its order by itself. */
function byPoolAndLabels(a: TargetView, b: TargetView): number {
  return compareUtf8(a.scrapePool, b.scrapePool) || compareLabels(a.labels, b.labels);
}

function targetJson(target: TargetView): unknown {
  return {
    discoveredLabels: labelMap(target.discoveredLabels),
    labels: labelMap(target.labels),
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
