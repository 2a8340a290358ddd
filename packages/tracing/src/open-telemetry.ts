import { diag, DiagLogLevel } from "@opentelemetry/api";
import { SDK_INFO } from "@opentelemetry/core";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler, TracerProvider } from "@opentelemetry/sdk-trace";
import { createExporter } from "./exporter.ts";
import type { TracedService, TracingSettings } from "./settings.ts";
import type { Tracer } from "./span.ts";
import { tracerOver } from "./spans.ts";

/*
 * The one door to OpenTelemetry's packages. It is only ever imported while the program runs: they take a tenth of a second to load, and
 * memory, which no service is to spend that isn't traced.
 */

/** OpenTelemetry at work. */
export interface Sdk extends Tracer {
  /** Sends what is left. Fails where that takes longer than `limitMs`, or can't be done; nothing more is sent then. */
  readonly shutDown: (limitMs: number) => Promise<void>;
}

/** Who hears of problems. */
export interface Complaints {
  readonly error: (reason: unknown) => void;
  readonly warn: (message: string) => void;
}

/** Upstream's is the runtime's description, too (tracing/tracing.go `buildTracerProvider`); the rest describes the library. */
function resourceAttributes({ name, version }: TracedService): Record<string, string> {
  return {
    "service.name": name,
    "service.version": version,
    "process.runtime.description": `Node.js ${process.version} ${process.platform}/${process.arch}`,
    "telemetry.sdk.name": SDK_INFO["telemetry.sdk.name"],
    "telemetry.sdk.language": SDK_INFO["telemetry.sdk.language"],
    "telemetry.sdk.version": SDK_INFO["telemetry.sdk.version"],
  };
}

/** Starts sending spans. Throws where the settings can't be used. */
export function startSdk(settings: TracingSettings, service: TracedService, complaints: Complaints): Sdk {
  diag.setLogger(diagnostics(complaints), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const exporter = createExporter(settings, complaints.error);
  const provider = new TracerProvider({
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(settings.samplingFraction) }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
    resource: resourceFromAttributes(resourceAttributes(service)),
  });
  return {
    ...tracerOver(provider.getTracer("")),
    async shutDown(limitMs) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`spans could not be sent within ${limitMs / 1000} s`)), limitMs);
      });
      try {
        await Promise.race([provider.shutdown(), late]);
      } finally {
        clearTimeout(timer);
        exporter.giveUp();
      }
    },
  };
}

function diagnostics({ error, warn }: Complaints): Parameters<typeof diag.setLogger>[0] {
  const ignore = (): void => {};
  return { error, warn, info: ignore, debug: ignore, verbose: ignore };
}
