import type { Server, ServerOptions } from "node:http";
import { createServer } from "node:https";
import type { TLSSocket, TlsOptions } from "node:tls";
import type { WebFile } from "../web-file/web-file.ts";
import type { Connections, Handler } from "./connections.ts";
import type { Http2Sessions } from "./http2-sessions.ts";

/** What Go says to a client that speaks plain HTTP to a TLS port. */
const PLAIN_HTTP_ANSWER = "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";

/** What a server over TLS is made of. */
export interface TlsServerDeps {
  readonly webFile: WebFile;
  readonly options: ServerOptions;
  /** Answers requests of HTTP/1.1. */
  readonly handler: Handler;
  readonly http2: Http2Sessions;
  readonly connections: Connections;
  /** How long a handshake may take. */
  readonly handshakeTimeoutMs: number;
}

/**
 * A server over TLS that follows its web file at every handshake, as upstream does by `GetConfigForClient`: certificates, authorities,
 * versions, suites, and whether clients are asked for a certificate or offered HTTP/2.
 */
export function createTlsServer({ webFile, options, handler, http2, connections, handshakeTimeoutMs }: TlsServerDeps): Server {
  const server = createServer(
    {
      ...options,
      ...webFile.tlsOptions(),
      handshakeTimeout: handshakeTimeoutMs,
      ALPNCallback: ({ protocols }) => chooseProtocol(protocols, webFile.offersHttp2()),
    },
    handler,
  );
  // A connection comes before its handshake: a renewed certificate is used by the very next client.
  server.prependListener("connection", () => {
    const changed = webFile.changedTls();
    if (changed !== undefined) useFromNowOn(server, changed);
  });
  // What speaks HTTP/1.1 is Node's own listener, which must not see a client that is not let in, nor one that speaks HTTP/2.
  const [speakHttp1] = server.listeners("secureConnection");
  server.removeAllListeners("secureConnection").on("secureConnection", (socket: TLSSocket) => {
    if (!webFile.acceptsClient(socket)) socket.destroy();
    else if (socket.alpnProtocol === "h2") http2.accept(socket);
    else speakHttp1.call(server, socket);
  });
  server.on("tlsClientError", (error: NodeJS.ErrnoException, socket: TLSSocket) => {
    const below = connections.below(socket);
    if (error.code === "ERR_SSL_HTTP_REQUEST") below?.end(PLAIN_HTTP_ANSWER, () => below.destroy());
  });
  return server;
}

/** What a client is told when it says what it speaks; undefined refuses one that speaks neither. */
function chooseProtocol(protocols: readonly string[], offersHttp2: boolean): string | undefined {
  return (offersHttp2 ? ["h2", "http/1.1"] : ["http/1.1"]).find((protocol) => protocols.includes(protocol));
}

function useFromNowOn(server: ReturnType<typeof createServer>, options: TlsOptions): void {
  server.setSecureContext(options);
  // Node reads it at each connection, but has no method to set it.
  (server as { requestCert?: boolean }).requestCert = options.requestCert === true;
}
