import {
  constants,
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from "node:http2";
import type { TLSSocket } from "node:tls";
import type { Handler } from "./connections.ts";
import { MAX_HEADER_BYTES } from "./header-limit.ts";

/** How many requests a client may have running on one connection: Go's limit. */
const MAX_STREAMS = 250;

/** The connections over which HTTP/2 is spoken. */
export interface Http2Sessions {
  /** Speaks HTTP/2 over a socket whose handshake has agreed on it. */
  readonly accept: (socket: TLSSocket) => void;
  /** Takes no more requests on any of them; each ends with its last answer. */
  readonly drain: () => void;
}

/** `readTimeoutMs`: how long a request's body may take to arrive, and a connection may have no request. */
export function createHttp2Sessions(handler: Handler, readTimeoutMs: number): Http2Sessions {
  const sessions = new Set<ServerHttp2Session>();
  const sockets = new WeakMap<ServerHttp2Session, TLSSocket>();
  const server: Http2Server = createServer({
    // Single fields above 64 KiB end the connection all the same, by Node's library.
    settings: { maxConcurrentStreams: MAX_STREAMS, maxHeaderListSize: MAX_HEADER_BYTES },
  });
  let accepted: TLSSocket | undefined;
  server.on("session", (session) => {
    sessions.add(session);
    if (accepted !== undefined) sockets.set(session, accepted);
    session.once("close", () => sessions.delete(session));
    endWhenIdle(session, readTimeoutMs);
  });
  // A client that breaks the protocol loses its connection, which is all there is to do.
  server.on("sessionError", () => undefined);
  server.on("request", (req: Http2ServerRequest, res: Http2ServerResponse) => {
    limitReading(req, readTimeoutMs);
    // Node's own stand-in for the socket is gone when the answer is out, and then it can't be told how many bytes that took.
    const socket = req.stream.session && sockets.get(req.stream.session as ServerHttp2Session);
    if (socket !== undefined) Object.defineProperty(req, "socket", { value: socket, configurable: true });
    // The same members, but for those that have no meaning in HTTP/2.
    (handler as unknown as (req: Http2ServerRequest, res: Http2ServerResponse) => void)(req, res);
  });
  return {
    accept(socket) {
      accepted = socket;
      server.emit("connection", socket);
      accepted = undefined;
    },
    drain() {
      for (const session of sessions) session.close();
    },
  };
}

/** Counted from the last request on, not from the last byte: headers that drip in must not hold a connection. */
function endWhenIdle(session: ServerHttp2Session, timeoutMs: number): void {
  let openCount = 0;
  let timer: NodeJS.Timeout | undefined;
  const wait = (): void => {
    timer = setTimeout(() => session.close(() => undefined), timeoutMs).unref();
  };
  session.on("stream", (stream) => {
    clearTimeout(timer);
    openCount++;
    // A reset that tells of no error would leave the answer waiting for room that never comes.
    stream.once("aborted", () => {
      if (stream.rstCode === constants.NGHTTP2_NO_ERROR) stream.destroy();
    });
    stream.once("close", () => {
      openCount--;
      if (openCount === 0 && !session.destroyed) wait();
    });
  });
  session.once("close", () => clearTimeout(timer));
  wait();
}

function limitReading(req: Http2ServerRequest, timeoutMs: number): void {
  const { stream } = req;
  if (stream.readableEnded) return;
  const timer = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), timeoutMs).unref();
  const stop = (): void => clearTimeout(timer);
  stream.once("end", stop).once("close", stop);
}
