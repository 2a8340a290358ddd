import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that an API was asked. */
export interface ApiRequest {
  readonly method: string;
  /** With the query. */
  readonly url: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What it answers: a text, or more than that. */
export type ApiAnswer = string | { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

/** An API on this machine. */
export interface FakeApi {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  /** `127.0.0.1:port`. */
  readonly host: string;
  /** In the order in which they came. */
  readonly requests: readonly ApiRequest[];
  readonly close: () => Promise<void>;
}

/** Starts an API. `answer` may take its time; an answer that never comes ends when the API closes. */
export async function fakeApi(answer: (request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>, socketPath?: string): Promise<FakeApi> {
  const requests: ApiRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const parts: Buffer[] = [];
      for await (const part of incoming as AsyncIterable<Buffer>) parts.push(part);
      const { pathname, searchParams } = new URL(incoming.url ?? "", "http://fake");
      const request: ApiRequest = {
        method: incoming.method ?? "",
        url: incoming.url ?? "",
        path: pathname,
        query: searchParams,
        headers: incoming.headers,
        body: Buffer.concat(parts).toString("utf8"),
      };
      requests.push(request);
      const given = await answer(request);
      const { status = 200, headers = {}, body = "" } = typeof given === "string" ? { body: given } : given;
      outgoing.writeHead(status, headers).end(body);
    })();
  });
  server.listen(socketPath ?? { host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  const host = socketPath === undefined ? `127.0.0.1:${(server.address() as AddressInfo).port}` : "";
  return {
    url: `http://${host}`,
    host,
    requests,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** A port of this machine on which nobody listens. */
export async function deadAddress(): Promise<string> {
  const api = await fakeApi(() => "");
  await api.close();
  return api.host;
}
