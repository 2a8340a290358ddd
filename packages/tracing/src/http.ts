import type { IncomingMessage, ServerResponse } from "node:http";
import type { Attributes, Span, TracerInForce } from "./span.ts";

/*
 * Spans of HTTP, named as upstream's are (otelhttp; OpenTelemetry's semantic conventions 1.41).
 */

const spans = new WeakMap<IncomingMessage, Span>();

/** The span of a request that is answered; undefined where it is not traced. */
export function spanOf(req: IncomingMessage): Span | undefined {
  return spans.get(req);
}

/** Makes a span of each request that is answered while tracing is on, and goes on with the trace that the request carries. */
export function traceRequests(tracer: TracerInForce): (req: IncomingMessage, res: ServerResponse, next: () => void) => void {
  return (req, res, next) => {
    const inForce = tracer();
    if (inForce === undefined) return next();
    const path = pathOf(req);
    const span = inForce.start(`${req.method} ${path}`, { kind: "server", carrier: req.headers });
    spans.set(req, span);
    if (span.isSampled) {
      span.set(serverAttributes(req, path));
      res.once("close", () => endServerSpan(span, res));
    }
    next();
  };
}

function endServerSpan(span: Span, res: ServerResponse): void {
  const { statusCode } = res;
  const sizeBytes = Number(res.getHeader("content-length") ?? Number.NaN);
  span.set({ "http.response.status_code": statusCode, ...(sizeBytes >= 0 ? { "http.response.body.size": sizeBytes } : {}) });
  if (!res.writableFinished) span.fail("the client went away");
  else if (statusCode >= 500) span.fail();
  span.end();
}

/** That which was asked for, with whatever prefix a router has taken away. */
function pathOf(req: IncomingMessage): string {
  const { originalUrl = req.url ?? "" } = req as { readonly originalUrl?: string };
  return originalUrl.split("?", 1)[0];
}

function serverAttributes(req: IncomingMessage, path: string): Attributes {
  const { headers, socket, method = "", httpVersion } = req;
  const isSecure = "encrypted" in socket;
  const host = hostOf(headers.host ?? "", isSecure ? 443 : 80);
  const peer = socket.remoteAddress ?? "";
  const [forwardedFor = ""] = String(headers["x-forwarded-for"] ?? "").split(",", 1);
  const agent = headers["user-agent"];
  const sizeBytes = Number(headers["content-length"] ?? Number.NaN);
  return {
    "server.address": host.address,
    ...(host.port === undefined ? {} : { "server.port": host.port }),
    "http.request.method": method,
    "url.scheme": isSecure ? "https" : "http",
    "url.path": path,
    ...(peer === "" ? {} : { "network.peer.address": peer, "network.peer.port": socket.remotePort ?? 0 }),
    ...(agent === undefined ? {} : { "user_agent.original": agent }),
    "client.address": forwardedFor.trim() || peer,
    "network.protocol.version": versionOf(httpVersion),
    ...(sizeBytes >= 0 ? { "http.request.body.size": sizeBytes } : {}),
  };
}

/** The span of a request that is sent: its name is the method's. It carries nothing on by itself, see `Span.headers`. */
export function startRequest(parent: Span, method: string, url: string): Span {
  const span = parent.child(`HTTP ${method}`, { kind: "client" });
  if (span.isSampled) span.set(requestAttributes(method, url));
  return span;
}

/** What a request says of itself; the URL's user and password are not told. */
export function requestAttributes(method: string, url: string): Attributes {
  const { protocol, hostname, port, username, password } = new URL(url);
  const hasSecret = username !== "" || password !== "";
  return {
    "http.request.method": method,
    "url.full": hasSecret ? withoutUser(url) : url,
    "server.address": hostname.replace(/^\[(.*)\]$/, "$1"),
    "server.port": port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
  };
}

function withoutUser(url: string): string {
  const told = new URL(url);
  told.username = "";
  told.password = "";
  return told.href;
}

/** Notes what a request was answered with; from 400 on it counts as failed. */
export function noteResponse(span: Span, status: number): void {
  span.set({ "http.response.status_code": status, ...(status >= 400 ? { "error.type": String(status) } : {}) });
  if (status >= 400) span.fail();
}

/** Notes that a request got no answer. */
export function noteFailure(span: Span, error: Error): void {
  span.set({ "error.type": (error as NodeJS.ErrnoException).code ?? error.name });
  span.fail(error.message);
}

/** Upstream leaves out the port where it is the scheme's own. */
function hostOf(text: string, ownPort: number): { readonly address: string; readonly port?: number } {
  const [, bracketed, plain = bracketed ?? text, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? [];
  return port === undefined || Number(port) === ownPort ? { address: plain } : { address: plain, port: Number(port) };
}

function versionOf(httpVersion: string): string {
  return httpVersion === "2.0" ? "2" : httpVersion;
}
