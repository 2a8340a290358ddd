import { afterEach } from "@jest/globals";
import { createLogger } from "@ferula/logging";
import { startCollector, type Collector, type CollectorOptions } from "@ferula/test-collector";
import { createTracing, type Tracing, type TracingSettings } from "../src/index.ts";

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
});

/** A collector that ends with the test. */
export async function collect(options: CollectorOptions): Promise<Collector> {
  const collector = await startCollector(options);
  cleanups.push(collector.close);
  return collector;
}

/** Settings that keep every trace, sent to `endpoint` without TLS. */
export function settingsFor(endpoint: string, changes: Partial<TracingSettings> = {}): TracingSettings {
  return { protocol: "http", endpoint, samplingFraction: 1, headers: new Map(), compression: "none", timeoutMs: 0, ...changes };
}

/** Tracing, and what it logs. */
export interface TestedTracing extends Tracing {
  readonly lines: readonly string[];
  /** Settles once a line has `text`. */
  readonly logged: (text: string) => Promise<void>;
}

/** Tracing that is switched off with the test. Its last spans may take `shutdownLimitMs`. */
export function startTracing(shutdownLimitMs = 5000): TestedTracing {
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const logger = createLogger({
    write(line) {
      lines.push(line);
      for (const look of waiting) look();
    },
  });
  const tracing = createTracing({ service: { name: "prometheus", version: "1.2.3" }, logger, shutdownLimitMs });
  cleanups.push(tracing.stop);
  return {
    ...tracing,
    lines,
    logged: (text) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!lines.some((line) => line.includes(text))) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

/** Tracing that is on. */
export async function startedTracing(settings: TracingSettings, shutdownLimitMs?: number): Promise<TestedTracing> {
  const tracing = startTracing(shutdownLimitMs);
  tracing.apply(settings);
  await tracing.logged("Successfully installed a new tracer provider.");
  return tracing;
}
