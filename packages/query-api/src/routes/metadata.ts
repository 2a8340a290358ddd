import { matchesLabels, type MetricMetadata } from "@ferula/model";
import type { Router } from "express";
import { addRoute, createRoutes } from "../add-route.ts";
import { sendLongData } from "../answer/envelope.ts";
import { labelMap } from "../answer/label-json.ts";
import { numberParam } from "../params/limit.ts";
import { namingParam, parseSelector } from "../params/matchers.ts";
import { readParams } from "../params/params.ts";
import type { TargetsPort } from "../ports.ts";
import { inTurns } from "./in-turns.ts";

/** What is known of targets. */
export interface MetadataRouteDeps {
  readonly targets: Pick<TargetsPort, "active">;
}

/** What targets say of a metric, each thing once; by a key of all its parts. */
type Said = Map<string, MetricMetadata>;

/**
 * `metadata` and `targets/metadata`: what the targets say that are scraped now. In both, a limit below 0 is none and 0 lists nothing, as in
 * upstream; that of the second is looked at between targets only, as there, too. A limit per metric of 0 is none.
 */
export function metadataRoutes({ targets }: MetadataRouteDeps): Router {
  const routes = createRoutes();

  addRoute(routes, "GET", "/metadata", async (req, res) => {
    const params = readParams(req);
    const limit = limitOf(numberParam(params, "limit"));
    const limitPerMetric = limitOf(numberParam(params, "limit_per_metric") || undefined);
    const rows = [...(await said(params.get("metric"), limitPerMetric))].slice(0, limit);
    await sendLongData(res, new Map(rows.map(([name, entries]) => [name, [...entries.values()].map(entryJson)])));
  });

  addRoute(routes, "GET", "/targets/metadata", async (req, res) => {
    const params = readParams(req);
    const limit = limitOf(numberParam(params, "limit"));
    const selector = params.get("match_target");
    const matchers = selector === undefined ? [] : namingParam("match_target", () => parseSelector(selector));
    const metric = params.get("metric");
    const rows: unknown[] = [];
    for await (const { labels, metadata: told } of inTurns(targets.active())) {
      if (rows.length >= limit) break;
      if (!matchesLabels(matchers, labels)) continue;
      const target = labelMap(labels);
      for (const [name, entry] of told()) {
        if (metric === undefined) rows.push({ target, metric: name, ...targetEntryJson(entry) });
        else if (name === metric) rows.push({ target, ...targetEntryJson(entry) });
      }
    }
    await sendLongData(res, rows);
  });

  /** By metric, or of `metric` alone. */
  async function said(metric: string | undefined, limitPerMetric: number): Promise<ReadonlyMap<string, Said>> {
    const byMetric = new Map<string, Said>();
    for await (const { metadata: told } of inTurns(targets.active())) {
      for (const [name, entry] of told()) {
        if (metric !== undefined && name !== metric) continue;
        let entries = byMetric.get(name);
        if (entries === undefined) byMetric.set(name, (entries = new Map()));
        if (entries.size < limitPerMetric) entries.set(keyOf(entry), entry);
      }
    }
    return byMetric;
  }

  return routes;
}

function limitOf(given: number | undefined): number {
  return given === undefined || given < 0 ? Infinity : given;
}

function keyOf({ type, unit, help }: MetricMetadata): string {
  return `${type}\n${unit}\n${help}`;
}

/** The two routes differ by the order of the fields. */
function entryJson({ type, unit, help }: MetricMetadata): MetricMetadata {
  return { type, unit, help };
}

function targetEntryJson({ type, help, unit }: MetricMetadata): MetricMetadata {
  return { type, help, unit };
}
