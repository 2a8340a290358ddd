import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import {
  createSecureServer,
  createServer as createHttp2Server,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from "node:http2";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { gunzipSync } from "node:zlib";
import { readSpans, type CollectedSpan } from "./read-spans.ts";

/** What becomes of a request: it is answered, left without an answer, or answered with an error that is no use trying again. */
export type Behaviour = "answer" | "hang" | "refuse";

/** A request as it came. */
export interface CollectorRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly isCompressed: boolean;
  /** The name that a client by TLS asked for; "" without one. */
  readonly serverName: string;
}

/** A collector that listens. */
export interface Collector {
  /** Host and port. */
  readonly address: string;
  /** All that it has taken, in the order of their coming. */
  readonly spans: () => readonly CollectedSpan[];
  readonly requests: () => readonly CollectorRequest[];
  readonly behave: (behaviour: Behaviour) => void;
  /** Ends, and with it all connections. */
  readonly close: () => Promise<void>;
}

/** How a collector listens. */
export interface CollectorOptions {
  readonly protocol: "http" | "grpc";
  /** As PEM; with `ca`, clients must show a certificate of that. Absent: without TLS. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca?: string } | undefined;
}

type Request = IncomingMessage | Http2ServerRequest;

/** gRPC puts before a message whether it is compressed (a byte) and its length (four). */
const GRPC_PREFIX_BYTES = 5;

/** gRPC's status `INVALID_ARGUMENT`. */
const GRPC_REFUSED = "3";

/** Starts a collector on a free port of loopback. */
export async function startCollector({ protocol, tls }: CollectorOptions): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const requests: CollectorRequest[] = [];
  const sockets = new Set<Socket>();
  let behaviour: Behaviour = "answer";

  function take(req: Request, body: Buffer): void {
    const isCompressed = protocol === "grpc" ? body[0] === 1 : req.headers["content-encoding"] === "gzip";
    const message = protocol === "grpc" ? body.subarray(GRPC_PREFIX_BYTES) : body;
    const { servername = "" } = req.socket as { readonly servername?: string | false };
    requests.push({ path: req.url ?? "", headers: req.headers, isCompressed, serverName: servername === false ? "" : servername });
    if (behaviour === "answer") spans.push(...readSpans(isCompressed ? gunzipSync(message) : message));
  }

  async function serve(req: Request, res: ServerResponse | Http2ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of req) parts.push(part as Buffer);
    take(req, Buffer.concat(parts));
    if (behaviour === "hang") return;
    if (protocol === "grpc") answerGrpc(res as Http2ServerResponse, behaviour);
    else res.writeHead(behaviour === "answer" ? 200 : 400, { "Content-Type": "application/x-protobuf" }).end();
  }

  const server = listener(protocol, tls, (req, res) => void serve(req, res));
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => spans,
    requests: () => requests,
    behave: (next) => void (behaviour = next),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

type Handler = (req: Request, res: ServerResponse | Http2ServerResponse) => void;

function listener(protocol: CollectorOptions["protocol"], tls: CollectorOptions["tls"], handler: Handler): Server | Http2Server {
  const secure = tls === undefined ? undefined : { ...tls, requestCert: tls.ca !== undefined, rejectUnauthorized: tls.ca !== undefined };
  if (protocol === "grpc") return secure === undefined ? createHttp2Server(handler) : createSecureServer(secure, handler);
  return secure === undefined ? createServer(handler) : createTlsServer(secure, handler);
}

/** An empty message, or an error without one; how it went stands behind it. */
function answerGrpc(res: Http2ServerResponse, behaviour: Behaviour): void {
  res.setHeader("content-type", "application/grpc");
  res.addTrailers(behaviour === "answer" ? { "grpc-status": "0" } : { "grpc-status": GRPC_REFUSED, "grpc-message": "refused" });
  res.end(Buffer.alloc(behaviour === "answer" ? GRPC_PREFIX_BYTES : 0));
}
