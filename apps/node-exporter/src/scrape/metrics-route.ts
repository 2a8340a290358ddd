import type { Registry } from "@ferula/client";
import { formatGatherErrors, gatherFamilies, negotiate, writeFamilies, type MetricFamily } from "@ferula/exposition";
import type { Logger } from "@ferula/logging";
import type { Request, RequestHandler } from "express";
import { chooseCollectors, type CollectorChoice } from "./choose-collectors.ts";
import type { EnabledCollector } from "./enabled-collectors.ts";
import { runCollectors } from "./run-collectors.ts";
import type { ScrapeMetrics } from "./scrape-metrics.ts";

/** What the route needs. */
export interface MetricsRouteOptions {
  readonly enabled: readonly EnabledCollector[];
  /** Names of all collectors there are. */
  readonly knownNames: ReadonlySet<string>;
  /** Registries that are exposed whatever collectors a scrape asks for. */
  readonly registries: readonly Registry[];
  readonly metrics: ScrapeMetrics;
  readonly logger: Logger;
}

/** Answers a scrape with all that is sound; what is not costs no more than itself. */
export function metricsRoute({ enabled, knownNames, registries, metrics, logger }: MetricsRouteOptions): RequestHandler {
  return async (req, res) => {
    const chosen = chooseCollectors(enabled, knownNames, readChoice(req));
    const sources = await Promise.all<readonly MetricFamily[]>([
      ...registries.map((registry) => registry.collect()),
      runCollectors(chosen, logger),
    ]);
    const { families, errors } = gatherFamilies(sources);
    if (errors.length > 0) {
      metrics.errors.inc({ cause: "gathering" });
      logger.error("error gathering metrics", { err: formatGatherErrors(errors) });
    }
    const negotiated = negotiate(req.get("accept"));
    const body = writeFamilies(families, negotiated);
    res.set("Content-Type", negotiated.contentType);
    res.send(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
  };
}

/** Counts the answers to scrapes. One that asks for collectors that are not there is none, as in upstream. */
export function countScrapes({ requests, requestsInFlight }: ScrapeMetrics): RequestHandler {
  return (_req, res, next) => {
    requestsInFlight.inc();
    res.once("close", () => {
      requestsInFlight.dec();
      if (res.statusCode !== 400) requests.inc({ code: String(res.statusCode) });
    });
    next();
  };
}

function readChoice(req: Request): CollectorChoice {
  // Express reads the query anew at every access.
  const query = req.query as Readonly<Record<string, string | string[] | undefined>>;
  const list = (name: string): readonly string[] => [query[name] ?? []].flat();
  return { collect: list("collect[]"), exclude: list("exclude[]") };
}
