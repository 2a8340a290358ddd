import { matchesLabels, type MetricMetadata } from "@ferula/model";
import type { Router } from "express";
import { addRoute, createRoutes } from "../add-route.ts";
import { sendData } from "../answer/envelope.ts";
import { labelMap } from "../answer/label-json.ts";
import { numberParam } from "../params/limit.ts";
import { namingParam, parseSelector } from "../params/matchers.ts";
import { readParams } from "../params/params.ts";
import type { MetadataPort, TargetsPort } from "../ports.ts";

/** What is known of metrics and targets. */
export interface MetadataRouteDeps {
  readonly metadata: MetadataPort;
  readonly targets: TargetsPort;
}

/**
 * `metadata` and `targets/metadata`. In both, a limit below 0 is none and 0 lists nothing, as in upstream; that of the second is looked at
 * between targets only, as there, too.
 */
export function metadataRoutes({ metadata, targets }: MetadataRouteDeps): Router {
  const routes = createRoutes();

  addRoute(routes, "GET", "/metadata", (req, res) => {
    const params = readParams(req);
    const limit = limitOf(numberParam(params, "limit"));
    // Read for its mistakes only: of each metric one entry is known.
    numberParam(params, "limit_per_metric");
    const rows = known(params.get("metric"));
    sendData(res, new Map(rows.slice(0, limit).map(([name, entry]) => [name, [entryJson(entry)]])));
  });

  addRoute(routes, "GET", "/targets/metadata", (req, res) => {
    const params = readParams(req);
    const limit = limitOf(numberParam(params, "limit"));
    const selector = params.get("match_target");
    const matchers = selector === undefined ? [] : namingParam("match_target", () => parseSelector(selector));
    const metric = params.get("metric");
    const rows: unknown[] = [];
    for (const { labels, metadata: told } of targets.active()) {
      if (rows.length >= limit) break;
      if (!matchesLabels(matchers, labels)) continue;
      const target = labelMap(labels);
      for (const [name, entry] of told()) {
        if (metric === undefined) rows.push({ target, metric: name, ...targetEntryJson(entry) });
        else if (name === metric) rows.push({ target, ...targetEntryJson(entry) });
      }
    }
    sendData(res, rows);
  });

  function known(metric: string | undefined): readonly (readonly [string, MetricMetadata])[] {
    if (metric === undefined) return [...metadata.entries()];
    const entry = metadata.get(metric);
    return entry === undefined ? [] : [[metric, entry]];
  }

  return routes;
}

function limitOf(given: number | undefined): number {
  return given === undefined || given < 0 ? Infinity : given;
}

/** The two routes differ by the order of the fields. */
function entryJson({ type, unit, help }: MetricMetadata): MetricMetadata {
  return { type, unit, help };
}

function targetEntryJson({ type, help, unit }: MetricMetadata): MetricMetadata {
  return { type, help, unit };
}
