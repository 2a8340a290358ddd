import type { SecureContext } from "node:tls";

/** How a collector is checked, and how we show ourselves. */
export interface CollectorTls {
  readonly rejectUnauthorized?: boolean | undefined;
  /** The name that the collector's certificate must hold. Default: the host's. */
  readonly servername?: string | undefined;
  readonly secureContext?: SecureContext | undefined;
}

/** Where spans go, and which. */
export interface TracingSettings {
  readonly protocol: "grpc" | "http";
  /** Host and port. */
  readonly endpoint: string;
  /** The share of new traces that is kept, from 0 to 1; whether one that another began is kept is told with it. */
  readonly samplingFraction: number;
  /** Absent: without TLS. */
  readonly tls?: CollectorTls | undefined;
  /** What each request has besides its own. */
  readonly headers: ReadonlyMap<string, string>;
  readonly compression: "gzip" | "none";
  /** How long sending a batch may take; 0 is OpenTelemetry's default of ten seconds. */
  readonly timeoutMs: number;
}

/** Who is traced. */
export interface TracedService {
  readonly name: string;
  readonly version: string;
}
