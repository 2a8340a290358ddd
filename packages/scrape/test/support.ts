import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Registry } from "@ferula/client";
import { mappingField, readField, type Field } from "@ferula/config";
import type { TargetGroup } from "@ferula/discovery";
import { createHttpClient } from "@ferula/http";
import { createLogger } from "@ferula/logging";
import { createMatcher, createSampleColumns, fnv1a64, formatSeries, isStaleAt, labelsOf } from "@ferula/model";
import { eventually, fakeClock, memoryStorage, type FakeClock, type MemoryStorage } from "@ferula/test-kit";
import type { FailureLog } from "../src/failure-log.ts";
import type { SeriesRules } from "../src/cache/series-maker.ts";
import { startScrapeLoop, type ScrapeLoop } from "../src/loop/scrape-loop.ts";
import type { TargetHealth } from "../src/loop/scraper.ts";
import { createScrapeMetrics } from "../src/metrics.ts";
import type { ScrapePoolDeps } from "../src/pool.ts";
import { scrapeConfigShape, type ScrapeConfig } from "../src/scrape-config.ts";
import { defaultScrapeOptions } from "../src/scrape-options.ts";
import type { Target } from "../src/target/target.ts";
import { plainRules, workspaces } from "./cache/support.ts";

const toClose: (() => unknown)[] = [];

/** Call it in afterEach: closes what a test made, the last first. */
export async function cleanUp(): Promise<void> {
  for (let close = toClose.pop(); close !== undefined; close = toClose.pop()) await close();
}

export function afterTest(close: () => unknown): void {
  toClose.push(close);
}

export interface Exporter {
  readonly address: string;
  readonly server: Server;
  readonly requestCount: () => number;
}

/** A real target. `listener` may be a body in the text format. */
export async function exporter(listener: RequestListener | (() => string), listenOn: string | number = 0): Promise<Exporter> {
  let requestCount = 0;
  const server = createServer((req, res) => {
    requestCount++;
    if (listener.length === 0) res.setHeader("content-type", "text/plain; version=0.0.4").end((listener as () => string)());
    else (listener as RequestListener)(req, res);
  });
  await new Promise<void>((resolve) => {
    if (typeof listenOn === "string") server.listen(listenOn, resolve);
    else server.listen(listenOn, "127.0.0.1", resolve);
  });
  afterTest(async () => {
    const closed = new Promise((resolve) => {
      server.close(resolve);
    });
    server.closeAllConnections();
    await closed;
  });
  const address = typeof listenOn === "string" ? listenOn : `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { address, server, requestCount: () => requestCount };
}

/**
 * A job as a configuration writes it, every 15 s. A scrape may take all of its interval, so that a test that moves the clock on by one
 * interval sees a tick, wherever in the interval that is, but no deadline.
 */
export function job(yaml: string): ScrapeConfig {
  const result = readField(mappingField(scrapeConfigShape) as unknown as Field<ScrapeConfig>, yaml, "job.yml");
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  const { value } = result;
  const intervalMs = value.scrape_interval || 15_000;
  return { ...value, scrape_interval: intervalMs, scrape_timeout: value.scrape_timeout || intervalMs };
}

export interface World {
  readonly clock: FakeClock;
  readonly storage: MemoryStorage;
  readonly registry: Registry;
  readonly logs: string[];
  readonly deps: ScrapePoolDeps;
  /** `series value @seconds` by series, the seconds from START_MS; STALE for markers. */
  readonly samples: (name?: string) => string[];
  readonly metric: (name: string) => Promise<string[]>;
}

/** A multiple of every interval here. The clock of a test starts a millisecond later, so that the first tick is an interval away. */
export const START_MS = 1_767_225_600_000;

export function world(): World {
  const clock = fakeClock(START_MS + 1);
  const storage = memoryStorage();
  const registry = new Registry();
  const logs: string[] = [];
  const deps: ScrapePoolDeps = {
    appender: storage,
    workspaces,
    clock,
    logger: createLogger({ level: "debug", write: (line) => void logs.push(line) }),
    metrics: createScrapeMetrics(registry),
    options: defaultScrapeOptions,
    failureLogs: { at: () => undefined },
    seed: 0n,
    userAgent: "Test/1",
  };
  return {
    clock,
    storage,
    registry,
    logs,
    deps,
    samples(name) {
      const querier = storage.querier(-Infinity, Infinity);
      const set = querier.select(name === undefined ? [] : [createMatcher("=", "__name__", name)]);
      const out = createSampleColumns(16);
      const rows: string[] = [];
      for (let i = 0; i < set.seriesCount; i++) {
        set.read(i, out);
        const series = formatSeries(set.labels(i));
        for (let k = 0; k < out.length; k++)
          rows.push(`${series} ${isStaleAt(out, k) ? "STALE" : out.values[k]} @${(out.timestampsMs[k] - START_MS) / 1000}`);
      }
      return rows;
    },
    async metric(name) {
      const text = await registry.metrics();
      return text.split("\n").filter((line) => line.startsWith(name));
    },
  };
}

export function targetAt(address: string, more: Partial<Target> = {}): Target {
  return {
    key: address,
    labels: labelsOf({ job: "j" }),
    discoveredLabels: [],
    url: `http://${address}/metrics`,
    intervalMs: 15_000,
    timeoutMs: 10_000,
    socketPath: undefined,
    histograms: { native: false, classicToo: false, converted: false },
    ...more,
  };
}

/** A loop of which `tick` awaits the next scrape. */
export interface TestLoop extends ScrapeLoop {
  readonly tick: () => Promise<TargetHealth>;
}

export function startLoop(
  address: string,
  {
    yaml = "",
    rules = {},
    target = {},
    failureLog,
    world: at,
  }: { yaml?: string; rules?: Partial<SeriesRules>; target?: Partial<Target>; failureLog?: FailureLog; world: World },
): TestLoop {
  const client = createHttpClient(undefined, { userAgent: at.deps.userAgent });
  const config = job(`job_name: j\n${yaml}`);
  const histograms = {
    native: config.scrape_native_histograms ?? false,
    classicToo: config.always_scrape_classic_histograms ?? false,
    converted: config.convert_classic_histograms_to_nhcb ?? false,
  };
  const found = targetAt(address, { histograms, ...target });
  // This seed makes the offset 0.
  const seed = fnv1a64(new TextEncoder().encode(found.key));
  const loop = startScrapeLoop(
    found,
    config,
    { ...plainRules, targetLabels: found.labels, ...rules },
    { ...at.deps, client, seed, failureLog: () => failureLog },
  );
  afterTest(async () => {
    await loop.stop();
    await client.close();
  });
  return Object.assign(loop, {
    async tick() {
      const { lastScrapeMs } = loop.health();
      await at.clock.advance(found.intervalMs);
      return eventually(() => loop.health().lastScrapeMs > lastScrapeMs && loop.health());
    },
  });
}

/** A group of static targets, as discovery gives them. */
export function group(addresses: readonly string[], labels: Record<string, string> = {}): TargetGroup {
  return { source: "0", targets: addresses.map((address) => ["__address__", address]), labels: labelsOf(labels) };
}
