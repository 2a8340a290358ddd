import { hostname } from "node:os";
import type { Registry } from "@ferula/client";
import { createDiscoveryManager } from "@ferula/discovery";
import { systemClock } from "@ferula/durations";
import type { SharedMemory } from "@ferula/kernels";
import { nodeFiles } from "@ferula/files";
import type { ClosingStack } from "@ferula/lifecycle";
import type { Logger } from "@ferula/logging";
import { fnv1a64, formatLabels, type Labels } from "@ferula/model";
import { createNotifier, sectionName, type Notifier } from "@ferula/notifier";
import { instantParams } from "@ferula/promql";
import {
  createQueryLog,
  createQueryService,
  defaultWorkerCount,
  openActiveQueries,
  startQueryPool,
  type ParseOptions,
  type QueryOrigin,
  type QueryService,
} from "@ferula/query-api";
import { createRuleManager, type RuleManager } from "@ferula/rules";
import { createScrapeManager, createScrapeMetrics, createWorkspaces, type ScrapeManager, type ScrapeOptions } from "@ferula/scrape";
import { externalLabels } from "@ferula/server-config";
import type { Span, Tracing } from "@ferula/tracing";
import type { Db } from "@ferula/tsdb";
import type { ConfiguredPart } from "./configuration.ts";
import {
  evaluatesRulesConcurrently,
  makesUpStarts,
  readEvaluationFeatures,
  readStorageFeatures,
  takesStartTimestamps,
} from "./enabled-features.ts";
import { failureLogOpener } from "./failure-log.ts";
import type { LoadedConfig } from "./load-config.ts";
import { storageConfigurer } from "./open-storage.ts";
import type { Settings } from "./settings.ts";
import { tracingConfigurer } from "./tracing.ts";
import { versionInfo } from "./version.ts";

const USER_AGENT = `Prometheus/${versionInfo.version}`;
const clock = systemClock;

/** What parts are made of. */
export interface PartDeps {
  readonly settings: Settings;
  readonly syntax: ParseOptions;
  readonly db: Db;
  readonly shared: SharedMemory;
  readonly registry: Registry;
  readonly logger: Logger;
  readonly tracing: Tracing;
  /** The configuration of the start: it is not applied here. */
  readonly initial: LoadedConfig;
  /** Is given each part as it is made. */
  readonly opened: ClosingStack;
}

/** The parts of a server; they rest until they are configured. */
export interface Parts {
  readonly queries: QueryService;
  readonly evaluate: Evaluate;
  /** Threads that evaluate queries. */
  readonly workerCount: number;
  readonly notifier: Notifier;
  readonly rules: RuleManager;
  readonly scrape: ScrapeManager;
  /** Those of the configuration in force. */
  readonly externalLabels: () => Labels;
  readonly configured: readonly ConfiguredPart[];
}

/** Evaluates an expression at a time, for templates and rules: it must give a vector or a scalar. Fails with PromError. */
export type Evaluate = (
  expr: string,
  evalTimeMs: number,
  signal: AbortSignal,
  origin: QueryOrigin,
  span?: Span,
) => ReturnType<QueryService["vector"]>;

/** Makes the parts in the direction opposite to that of data, so that the stack closes them along it: samples first, alerts last. */
export function startParts(deps: PartDeps): Parts {
  const { settings, db, registry, opened, initial } = deps;
  let labels = labelsOf(initial);
  const { queries, workerCount } = startQueries(deps);
  const notifier = startNotifier(deps);
  const externalLabelsInForce = (): Labels => labels;
  const evaluate = evaluator(deps, queries);
  const rules = startRules(deps, { queries, evaluate, notifier, externalLabels: externalLabelsInForce });
  const features = readStorageFeatures(settings.values["enable-feature"]);
  const scrape = createScrapeManager({
    appender: db,
    exemplars: features.exemplarStorage ? db.appendExemplars : undefined,
    options: scrapeOptions(settings),
    openFailureLog: failureLogOpener({ files: nodeFiles, nowMs: clock.nowMs, logger: deps.logger.with({ component: "scrape" }) }),
    workspaces: createWorkspaces(deps.shared),
    clock,
    logger: deps.logger.with({ component: "scrape" }),
    metrics: createScrapeMetrics(registry),
    // The host and its external labels: two servers of a pair ask a target at different times.
    seed: fnv1a64(new TextEncoder().encode(hostname() + formatLabels(labels))),
    userAgent: USER_AGENT,
    tracer: deps.tracing.tracer,
  });
  // Both end together: neither waits for what the other's last scrapes or evaluations take.
  opened.add(() => Promise.all([scrape.stop(), rules.stop()]));
  const throttleMs = settings.values["scrape.discovery-reload-interval"];
  const discovery = { clock, registry, throttleMs, userAgent: USER_AGENT, logger: deps.logger.with({ component: "discovery" }) };
  const scrapeDiscovery = createDiscoveryManager({ ...discovery, name: "scrape", onUpdate: scrape.sync });
  const notifyDiscovery = createDiscoveryManager({ ...discovery, name: "notify", onUpdate: notifier.sync });
  opened.add(() => Promise.all([scrapeDiscovery.stop(), notifyDiscovery.stop()]));

  const logger = deps.logger.with({ component: "tsdb" });
  const configureStorage = storageConfigurer({ db, values: settings.values, initial: initial.config, logger });
  const configureTracing = tracingConfigurer(deps.tracing);
  const configured: readonly ConfiguredPart[] = [
    { name: "db_storage", apply: ({ config }) => configureStorage(config) },
    { name: "external_labels", apply: (loaded) => void (labels = labelsOf(loaded)) },
    {
      name: "query_engine",
      apply: ({ config: { global } }) => queries.configure({ subqueryStepMs: global.evaluation_interval, logFile: global.query_log_file }),
    },
    { name: "scrape", apply: ({ config }) => scrape.apply(config.jobs) },
    { name: "scrape_sd", apply: ({ config }) => scrapeDiscovery.apply(new Map(config.jobs.map((job) => [job.job_name, job]))) },
    { name: "notify", apply: ({ config }) => notifier.apply(config.alerting, labels) },
    {
      name: "notify_sd",
      apply: ({ config }) => notifyDiscovery.apply(new Map(config.alerting.alertmanagers.map((section, i) => [sectionName(i), section]))),
    },
    {
      name: "rules",
      apply: ({ config: { global }, ruleFiles }) =>
        rules.apply(ruleFiles, { intervalMs: global.evaluation_interval, queryOffsetMs: global.rule_query_offset }),
    },
    { name: "tracing", apply: ({ config }) => configureTracing(config.tracing) },
  ];
  return { queries, evaluate, workerCount, notifier, rules, scrape, externalLabels: externalLabelsInForce, configured };
}

function labelsOf({ config }: LoadedConfig): Labels {
  return externalLabels(config.global);
}

function scrapeOptions({ values }: Settings): ScrapeOptions {
  return {
    alignsTimestamps: values["scrape.adjust-timestamps"],
    timestampToleranceMs: values["scrape.timestamp-tolerance"],
    bodyCeilingBytes: values["scrape.body-size-ceiling"],
    typeAndUnitLabels: readEvaluationFeatures(values["enable-feature"]).typeAndUnitLabels ?? false,
    takesStartTimestamps: takesStartTimestamps(values["enable-feature"]),
    makesUpStarts: makesUpStarts(values["enable-feature"]),
  };
}

function startQueries({ settings, db, shared, registry, logger, opened }: PartDeps): Pick<Parts, "queries" | "workerCount"> {
  const { values } = settings;
  const maxConcurrency = values["query.max-concurrency"];
  const workerCount = Math.min(values["query.workers"] || defaultWorkerCount(), maxConcurrency);
  const dir = values["storage.tsdb.path"];
  const files = { files: nodeFiles, nowMs: clock.nowMs };
  const queries = createQueryService({
    active: openActiveQueries({ ...files, dir, maxConcurrency, logger: logger.with({ component: "activeQueryTracker" }) }),
    log: createQueryLog({ ...files, logger: logger.with({ component: "query engine" }) }),
    pool: startQueryPool({ shared, dir, workerCount, reserveDecodeScratch: db.reserveDecodeScratch }),
    source: db,
    maxSamples: values["query.max-samples"],
    timeoutMs: values["query.timeout"],
    maxConcurrency,
    registry,
  });
  opened.add(queries.close);
  return { queries, workerCount };
}

function startNotifier({ settings: { values }, registry, logger, tracing, opened }: PartDeps): Notifier {
  const notifier = createNotifier({
    queueCapacity: values["alertmanager.notification-queue-capacity"],
    batchSize: values["alertmanager.notification-batch-size"],
    drainOnShutdown: values["alertmanager.drain-notification-queue-on-shutdown"],
    userAgent: USER_AGENT,
    logger: logger.with({ component: "notifier" }),
    registry,
    tracer: tracing.tracer,
  });
  opened.add(notifier.stop);
  return notifier;
}

function evaluator({ settings: { values }, syntax }: PartDeps, queries: QueryService): Evaluate {
  const { perStepStats: _ofTheApi, ...evaluation } = readEvaluationFeatures(values["enable-feature"]);
  const form = { ...evaluation, lookbackMs: values["query.lookback-delta"], syntax };
  return (expr, evalTimeMs, signal, origin, span) => queries.vector(expr, instantParams(evalTimeMs, form), signal, origin, span);
}

interface RuleParts extends Pick<Parts, "queries" | "evaluate" | "notifier"> {
  readonly externalLabels: () => Labels;
}

function startRules(
  { settings, syntax, db, registry, logger, tracing }: PartDeps,
  { queries, evaluate, notifier, externalLabels: labels }: RuleParts,
): RuleManager {
  const { values, externalUrl } = settings;
  return createRuleManager({
    query: (expr, evalTimeMs, signal, ruleGroup, span) => evaluate(expr, evalTimeMs, signal, { ruleGroup }, span),
    tracer: tracing.tracer,
    syntax,
    appender: db,
    sendAlerts: notifier.send,
    clock,
    logger: logger.with({ component: "rules" }),
    externalUrl,
    externalLabels: labels,
    resendDelayMs: values["rules.alert.resend-delay"],
    maxConcurrentEvals: evaluatesRulesConcurrently(values["enable-feature"]) ? values["rules.max-concurrent-evals"] : undefined,
    registry,
    storedState: {
      newest: queries.newest,
      outageToleranceMs: values["rules.alert.for-outage-tolerance"],
      gracePeriodMs: values["rules.alert.for-grace-period"],
    },
  });
}
