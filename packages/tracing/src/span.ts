import type { IncomingHttpHeaders } from "node:http";

/** What a span may say of itself. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** Which side of a request a span is; "internal" is none. */
export type SpanKind = "internal" | "server" | "client";

/** How a span begins. */
export interface SpanOptions {
  /** Default: "internal". */
  readonly kind?: SpanKind;
  /** By `performance.now()`; default: now. */
  readonly startMs?: number;
}

/** How a trace begins. */
export interface RootOptions extends SpanOptions {
  /** The headers of a request that may carry on another's trace (W3C Trace Context). */
  readonly carrier?: IncomingHttpHeaders;
}

/** A piece of work that takes time. Nothing here ever throws. */
export interface Span {
  /** In hexadecimal, 32 digits. */
  readonly traceId: string;
  /** In hexadecimal, 16 digits. */
  readonly spanId: string;
  /** Whether it will be sent: of one that won't, nobody need find out what it could say. */
  readonly isSampled: boolean;
  /** What a request of this span's carries, so that who answers goes on with the trace. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** A piece of this work; sampled where this is. */
  readonly child: (name: string, options?: SpanOptions) => Span;
  readonly set: (attributes: Attributes) => void;
  /** Marks the work as failed; without a message where attributes say enough. */
  readonly fail: (message?: string) => void;
  /** Ends it, once; `endMs` is by `performance.now()`, by default now. */
  readonly end: (endMs?: number) => void;
}

/** Begins traces. */
export interface Tracer {
  readonly start: (name: string, options?: RootOptions) => Span;
}

/** The tracer in force; undefined while tracing is off. To be asked anew for each trace, as a reload may change it. */
export type TracerInForce = () => Tracer | undefined;
