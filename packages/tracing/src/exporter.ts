import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { credentials, Metadata, type ChannelCredentials } from "@grpc/grpc-js";
import { ExportResultCode, type ExportResult } from "@opentelemetry/core";
import { OTLPTraceExporter as GrpcExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { OTLPTraceExporter as HttpExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { CompressionAlgorithm } from "@opentelemetry/otlp-exporter-base";
import type { SpanExporter } from "@opentelemetry/sdk-trace";
import type { CollectorTls, TracingSettings } from "./settings.ts";

/** OTLP's exporter of spans. */
export interface Exporter extends SpanExporter {
  /** Waits for no answer any more. */
  readonly giveUp: () => void;
}

/** OpenTelemetry's default (`OTEL_EXPORTER_OTLP_TRACES_TIMEOUT`). */
const DEFAULT_TIMEOUT_MS = 10_000;

/** Upstream's batches are given up after half a minute, whatever the exporter may take. */
const MAX_TIMEOUT_MS = 30_000;

const COMPRESSIONS = { gzip: CompressionAlgorithm.GZIP, none: CompressionAlgorithm.NONE } as const;

/**
 * Makes an exporter. What goes wrong is told to `onError` alone: a batch that can't be sent is lost, and no matter of who traced it.
 */
export function createExporter(settings: TracingSettings, onError: (reason: unknown) => void): Exporter {
  const { exporter, close } = settings.protocol === "grpc" ? grpcExporter(settings) : httpExporter(settings);
  const pending = new Set<(result: ExportResult) => void>();

  return {
    export(spans, onResult) {
      function answered({ code, error }: ExportResult): void {
        if (!pending.delete(answered)) return;
        if (code !== ExportResultCode.SUCCESS)
          onError(new Error(`cannot send ${spans.length} spans to ${settings.endpoint}: ${reasonOf(error)}`, { cause: error }));
        onResult({ code: ExportResultCode.SUCCESS });
      }
      pending.add(answered);
      exporter.export(spans, answered);
    },
    shutdown: () => exporter.shutdown(),
    giveUp() {
      for (const answered of [...pending])
        answered({ code: ExportResultCode.FAILED, error: new Error("the tracer provider was shut down") });
      close();
    },
  };
}

interface Connected {
  readonly exporter: SpanExporter;
  /** Closes what is open still. */
  readonly close: () => void;
}

function timeoutOf({ timeoutMs }: TracingSettings): number {
  return Math.min(timeoutMs || DEFAULT_TIMEOUT_MS, MAX_TIMEOUT_MS);
}

function httpExporter(settings: TracingSettings): Connected {
  const { endpoint, tls, headers, compression } = settings;
  const agent = tls === undefined ? new HttpAgent({ keepAlive: true }) : new HttpsAgent({ keepAlive: true, ...tls });
  const exporter = new HttpExporter({
    url: `${tls === undefined ? "http" : "https"}://${endpoint}/v1/traces`,
    headers: Object.fromEntries(headers),
    compression: COMPRESSIONS[compression],
    timeoutMillis: timeoutOf(settings),
    httpAgentOptions: () => agent,
  });
  return { exporter, close: () => agent.destroy() };
}

function grpcExporter(settings: TracingSettings): Connected {
  const { endpoint, tls, headers, compression } = settings;
  const metadata = new Metadata();
  for (const [name, value] of headers) metadata.set(name, value);
  const exporter = new GrpcExporter({
    // Of a plain one, too: a port that is the default of its scheme gets lost, and gRPC's own default is that of TLS.
    url: `https://${endpoint}`,
    credentials: tls === undefined ? credentials.createInsecure() : secureCredentials(tls),
    metadata,
    compression: COMPRESSIONS[compression],
    timeoutMillis: timeoutOf(settings),
  });
  return { exporter, close: () => {} };
}

/* oxlint-disable no-underscore-dangle -- Where another name than the host's is to be checked, a channel must be told, and the exporter has no
   option for that: the credentials, which each channel asks, tell it. */
function secureCredentials({ rejectUnauthorized = true, servername, secureContext }: CollectorTls): ChannelCredentials {
  if (secureContext === undefined) return credentials.createSsl(null, null, null, { rejectUnauthorized });
  const secure = credentials.createFromSecureContext(secureContext, { rejectUnauthorized });
  if (servername === undefined) return secure;
  const create = secure._createSecureConnector.bind(secure);
  secure._createSecureConnector = (target, options, call) =>
    create(target, { ...options, "grpc.ssl_target_name_override": servername }, call);
  return secure;
}
/* oxlint-enable no-underscore-dangle */

function reasonOf(error: Error | undefined): string {
  return error === undefined || error.message === "" ? "no reason given" : error.message;
}
