import { createServer as createPlain, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createSecure } from "node:https";
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from "node:net";
import { createHttpClient, type HttpClient, type HttpRequest } from "../../src/index.ts";
import type { Certificate } from "@ferula/test-certificates";
import { afterTest, clientConfig } from "../support.ts";

/** A listening server's port; the server is gone after the test. */
export async function listening(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterTest(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

export async function plainOrigin(listener: RequestListener, host: string = "127.0.0.1"): Promise<string> {
  return `http://${host}:${await listening(createPlain(listener))}`;
}

export async function secureOrigin(listener: RequestListener, certificate: Certificate): Promise<string> {
  return `https://127.0.0.1:${await listening(createSecure({ ...certificate }, listener))}`;
}

export function clientOf(config?: string): HttpClient {
  const client = createHttpClient(config === undefined ? undefined : clientConfig(config), { userAgent: "Test/1" });
  afterTest(client.close);
  return client;
}

/** The status and the text of an answer. */
export async function askWith(client: HttpClient, request: Omit<HttpRequest, "signal">): Promise<{ status: number; text: string }> {
  const { status, body } = await client.request({ signal: AbortSignal.timeout(10_000), ...request });
  return { status, text: Buffer.from(body).toString() };
}

export function ask(config: string | undefined, request: Omit<HttpRequest, "signal">): Promise<{ status: number; text: string }> {
  return askWith(clientOf(config), request);
}

/** What an `echo` was asked. */
export interface Echo {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly raw: readonly string[];
  readonly body: string;
}

/** Answers with what it was asked. */
export const echo: RequestListener = (req, res) => {
  let body = "";
  req.on("data", (chunk) => (body += String(chunk)));
  req.on("end", () => res.end(JSON.stringify({ method: req.method, url: req.url, headers: req.headers, raw: req.rawHeaders, body })));
};

/** A proxy, and what it was asked: the first line of each request with its headers. */
export interface ProxyServer {
  readonly port: number;
  readonly asked: { readonly line: string; readonly headers: IncomingMessage["headers"] }[];
}

/** How a proxy answers a CONNECT, when it doesn't serve it. */
export interface ProxyOptions {
  readonly refusal?: string;
  readonly certificate?: Certificate;
}

/** A proxy that forwards requests in the clear, and opens tunnels; `names` it leads to this machine. */
export async function proxyServer({ refusal, certificate }: ProxyOptions = {}): Promise<ProxyServer> {
  const asked: ProxyServer["asked"] = [];
  const forward: RequestListener = (req, res) => {
    asked.push({ line: `${req.method} ${req.url}`, headers: req.headers });
    res.setHeader("Via", "1.1 proxy");
    echo(req, res);
  };
  const server = certificate === undefined ? createPlain(forward) : createSecure({ ...certificate }, forward);
  server.on("connect", (req: IncomingMessage, socket: Socket) => {
    asked.push({ line: `${req.method} ${req.url}`, headers: req.headers });
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal}\r\n\r\n`);
      return;
    }
    const far = connect(Number(req.url?.split(":").at(-1)), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      far.pipe(socket).pipe(far);
    });
    far.on("error", () => socket.destroy());
    socket.on("error", () => far.destroy());
    socket.on("close", () => far.destroy());
  });
  return { port: await listening(server), asked };
}
