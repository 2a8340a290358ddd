import type { Logger } from "@ferula/logging";
import type { Sdk } from "./open-telemetry.ts";
import type { TracedService, TracingSettings } from "./settings.ts";
import type { TracerInForce } from "./span.ts";

/** Tracing, which can be switched on and off while the service runs. Until it is on, nothing of OpenTelemetry's is loaded. */
export interface Tracing {
  readonly tracer: TracerInForce;
  /**
   * Begins to replace what is in force; undefined switches tracing off. What was traced before is still sent. Problems are logged: a
   * collector that can't be reached keeps nobody from work.
   */
  readonly apply: (settings: TracingSettings | undefined) => void;
  /** Switches tracing off for good. Settles once what was traced is sent, or after the limit. */
  readonly stop: () => Promise<void>;
}

/** What tracing works with. */
export interface TracingDeps {
  readonly service: TracedService;
  readonly logger: Logger;
  /** How long the last spans may take. Default: five seconds, as upstream waits (tracing/tracing.go `buildTracerProvider`). */
  readonly shutdownLimitMs?: number;
}

/** Tracing that is off. */
export function createTracing({ service, logger, shutdownLimitMs = 5000 }: TracingDeps): Tracing {
  let running: Sdk | undefined;
  let isStopped = false;
  /** The change that comes next: one that waits while another is made gives way to a later one. */
  let next: { readonly settings: TracingSettings | undefined } | undefined;
  let changing: Promise<void> | undefined;

  async function change(settings: TracingSettings | undefined): Promise<void> {
    const old = running;
    if (settings === undefined) {
      running = undefined;
      if (!isStopped) logger.info("Tracing provider uninstalled.");
    } else {
      await install(settings);
    }
    if (old !== undefined) await shutDown(old);
  }

  async function install(settings: TracingSettings): Promise<void> {
    try {
      const { startSdk } = await import("./open-telemetry.ts");
      running = startSdk(settings, service, {
        error: (reason) => logger.error("OpenTelemetry handler returned an error", { err: reason }),
        warn: (message) => logger.warn("OpenTelemetry warns", { reason: message }),
      });
      logger.info("Successfully installed a new tracer provider.");
    } catch (error) {
      running = undefined;
      logger.error("failed to install a new tracer provider", { err: error });
    }
  }

  async function shutDown(sdk: Sdk): Promise<void> {
    try {
      await sdk.shutDown(shutdownLimitMs);
    } catch (error) {
      logger.error("failed to shut down the tracer provider", { err: error });
    }
  }

  async function changeOn(): Promise<void> {
    while (next !== undefined) {
      const { settings } = next;
      next = undefined;
      await change(settings);
    }
    changing = undefined;
  }

  function enqueue(settings: TracingSettings | undefined): Promise<void> {
    next = { settings };
    return (changing ??= changeOn());
  }

  return {
    tracer: () => running,
    apply(settings) {
      if (!isStopped) void enqueue(settings);
    },
    async stop() {
      isStopped = true;
      await enqueue(undefined);
    },
  };
}
