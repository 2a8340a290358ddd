import type { Gauge } from "@ferula/client";

/** When one request of a probe got where, in milliseconds of `performance.now()`; what it did not reach is undefined. */
export interface Trace {
  readonly isTls: boolean;
  /** From here the host's address was looked for, and at `resolvedMs` it was there. */
  startMs?: number;
  resolvedMs?: number;
  connectedMs?: number;
  /** The end of the handshake of TLS. */
  securedMs?: number;
  respondedMs?: number;
  /** The body was read, or as much of it as there was; redirects that are followed have no end. */
  endMs?: number;
}

/** The gauge `probe_http_duration_seconds`. */
export type PhaseGauge = Gauge<"phase">;

/**
 * Adds up what each request took, by phase. The first one's address was looked for before; its seconds are in `resolve` already. A phase
 * that a request did not get through counts nothing.
 */
export function addPhases(traces: readonly Trace[], gauge: PhaseGauge): void {
  traces.forEach((trace, i) => {
    const add = (phase: string, fromMs: number | undefined, toMs: number | undefined): void => {
      if (fromMs !== undefined && toMs !== undefined) gauge.inc({ phase }, (toMs - fromMs) / 1000);
    };
    const { startMs, resolvedMs, connectedMs, securedMs, respondedMs, endMs, isTls } = trace;
    if (i > 0) add("resolve", startMs, resolvedMs);
    const readyMs = isTls ? securedMs : connectedMs;
    // A connection whose handshake failed was of no use, and upstream counts none of it.
    if (readyMs === undefined) return;
    add("connect", resolvedMs, connectedMs);
    if (isTls) add("tls", connectedMs, securedMs);
    add("processing", readyMs, respondedMs);
    add("transfer", respondedMs, endMs);
  });
}
