import { createMatcher, labelPairs, matchesLabels, METRIC_NAME, type Labels, type MetricMetadata } from "@ferula/model";
import type { Queryable } from "@ferula/storage";
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
  readonly storage: Queryable;
  readonly lookbackMs: number;
  readonly nowMs: () => number;
}

/** `metadata` and `targets/metadata`. In both, a limit below 0 is none and 0 lists nothing, as in upstream. */
export function metadataRoutes({ metadata, targets, storage, lookbackMs, nowMs }: MetadataRouteDeps): Router {
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
    for (const { labels } of targets.active()) {
      if (rows.length >= limit) break;
      if (!matchesLabels(matchers, labels)) continue;
      const names = metricNames(labels);
      const target = labelMap(labels);
      for (const [name, entry] of known(metric)) {
        if (isAmong(names, name)) rows.push({ target, metric: metric === undefined ? name : undefined, ...targetEntryJson(entry) });
      }
    }
    sendData(res, rows);
  });

  function known(metric: string | undefined): readonly (readonly [string, MetricMetadata])[] {
    if (metric === undefined) return [...metadata.entries()];
    const entry = metadata.get(metric);
    return entry === undefined ? [] : [[metric, entry]];
  }

  /** What is known of a metric does not say by which targets it is exposed; their series of the last minutes do. */
  function metricNames(target: Labels): ReadonlySet<string> {
    const endMs = nowMs();
    const querier = storage.querier(endMs - lookbackMs, endMs);
    try {
      const matchers = labelPairs(target).map(([name, value]) => createMatcher("=", name, value));
      return new Set(querier.labelValues(METRIC_NAME, matchers, 0).values);
    } finally {
      querier.close();
    }
  }

  return routes;
}

/** The series that one metric may consist of, beside that of its own name (exposition formats). */
const SUFFIXES: readonly string[] = ["", "_bucket", "_count", "_sum", "_total", "_info"];

function isAmong(names: ReadonlySet<string>, metric: string): boolean {
  return SUFFIXES.some((suffix) => names.has(metric + suffix));
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
