import { buildInfo, collectProcessMetrics, Registry } from "@ferula/client";
import type { FlagShape, FlagValues, RunFlags, VersionInfo } from "@ferula/flags";
import { compress, createApp, landingPage } from "@ferula/http";
import type { Logger } from "@ferula/logging";
import type { Express, RequestHandler } from "express";
import type { CollectorDefinition } from "./collectors/collector.ts";
import { collectorsEnabledUpstream, isCollectorEnabled, type OwnFlags } from "./flags.ts";
import { createPaths } from "./paths.ts";
import type { EnabledCollector } from "./scrape/enabled-collectors.ts";
import { limitRequests } from "./scrape/limit-requests.ts";
import { countScrapes, metricsRoute } from "./scrape/metrics-route.ts";
import { createScrapeMetrics } from "./scrape/scrape-metrics.ts";

/** What an exporter is made of. */
export interface ExporterOptions {
  readonly flags: RunFlags<OwnFlags>;
  readonly collectors: readonly CollectorDefinition[];
  readonly version: VersionInfo;
  readonly logger: Logger;
}

/** An exporter that is ready to be listened with. */
export interface Exporter {
  readonly app: Express;
  /** Stops what measures the process itself. */
  readonly close: () => void;
}

/** Makes the enabled collectors and the routes. Throws when flags make no sense to a collector: `cannot create collector cpu: …`. */
export function createExporter({ flags, collectors, version, logger }: ExporterOptions): Exporter {
  const { values } = flags;
  const enabled = createCollectors(flags, collectors, logger);
  const own = new Registry();
  buildInfo("node_exporter", { version: version.version, revision: version.revision, branch: version.branch }, own);
  const metrics = createScrapeMetrics();
  const registries = [own];
  let close = (): void => undefined;
  if (!values["web.disable-exporter-metrics"]) {
    close = collectProcessMetrics(own);
    registries.push(metrics.registry);
  }
  const app = createApp();
  app.use(compress());
  const telemetryPath = values["web.telemetry-path"];
  const knownNames = new Set(collectors.map(({ name }) => name));
  for (const handler of [
    countScrapes(metrics),
    limitRequests(values["web.max-requests"]),
    metricsRoute({ enabled, knownNames, registries, metrics, logger }),
  ]) {
    app.use(atPath(telemetryPath, handler));
  }
  if (telemetryPath !== "/") {
    const page = landingPage({
      name: "Node Exporter",
      description: "Prometheus Node Exporter",
      version: `(version=${version.version}, branch=${version.branch}, revision=${version.revision})`,
      links: [{ address: telemetryPath, text: "Metrics" }],
    });
    app.use(atPath("/", page));
  }
  return { app, close };
}

function createCollectors(
  flags: RunFlags<OwnFlags>,
  collectors: readonly CollectorDefinition[],
  logger: Logger,
): readonly EnabledCollector[] {
  const { values, setByUser } = flags;
  const paths = createPaths({
    procfs: values["path.procfs"],
    sysfs: values["path.sysfs"],
    rootfs: values["path.rootfs"],
    udevData: values["path.udev.data"],
  });
  const enabled = collectors.filter((definition) => isCollectorEnabled(definition, flags));
  const enabledUpstream = collectorsEnabledUpstream(collectors, flags);
  logger.info("Enabled collectors");
  return enabled.map(({ name, create }) => {
    logger.info(name);
    try {
      // The command line was defined with the flags of all collectors, so their values are there.
      const collectorFlags = values as unknown as FlagValues<FlagShape>;
      const collector = create({
        flags: collectorFlags,
        setByUser,
        enabledUpstream,
        paths,
        logger: logger.with({ collector: name }),
      });
      return { name, collector };
    } catch (error) {
      throw new Error(`cannot create collector ${name}: ${(error as Error).message}`, { cause: error });
    }
  });
}

/** A route for exactly this path, whatever characters it holds: `/metrics/` is another one. */
function atPath(path: string, handler: RequestHandler): RequestHandler {
  return (req, res, next) => (req.path === path ? handler(req, res, next) : next());
}
