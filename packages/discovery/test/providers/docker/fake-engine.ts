import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a fake engine answers to a path, without the version before it: a value as JSON, or whatever a function does. */
export type Answers = Readonly<Record<string, unknown>>;

/** An engine that tells its version, answers from a table, and remembers what it was asked. */
export interface FakeEngine {
  /** `http://127.0.0.1:2375`, or the `unix://` of its socket. */
  readonly host: string;
  /** `GET /v1.44/networks`. */
  readonly requests: string[];
  readonly hosts: Set<string | undefined>;
  readonly close: () => Promise<void>;
}

/** Listens on `socketPath`, or on a free port of loopback. An answer that is a function writes the response by itself. */
export async function fakeEngine(answers: Answers, { socketPath = "", version = "1.44" } = {}): Promise<FakeEngine> {
  const requests: string[] = [];
  const hosts = new Set<string | undefined>();
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    hosts.add(request.headers.host);
    answer(request, response, answers, version);
  });
  await new Promise<void>((resolve) => (socketPath === "" ? server.listen(0, "127.0.0.1", resolve) : server.listen(socketPath, resolve)));
  const host = socketPath === "" ? `http://127.0.0.1:${(server.address() as AddressInfo).port}` : `unix://${socketPath}`;
  return { host, requests, hosts, close: () => closeServer(server) };
}

function answer(request: IncomingMessage, response: ServerResponse, answers: Answers, version: string): void {
  const [path] = (request.url ?? "").split("?");
  const key = path.replace(/^.*\/v\d+\.\d+\//, "/").replace(/^.*\/_ping$/, "/_ping");
  const found = key in answers ? answers[key] : key === "/_ping" ? ping(version) : [];
  if (typeof found === "function") return (found as (request: IncomingMessage, response: ServerResponse) => void)(request, response);
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(found));
}

function ping(version: string) {
  return (_request: IncomingMessage, response: ServerResponse): void => {
    if (version !== "") response.setHeader("Api-Version", version);
    response.end("OK");
  };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** An answer with a status: a text, or JSON. */
export function refuse(status: number, body: unknown, type: string = "application/json") {
  return (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, { "Content-Type": type });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}
