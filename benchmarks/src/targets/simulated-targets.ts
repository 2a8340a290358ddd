import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { textPages, type CreatePages, type Pages } from "./pages.ts";

/** Targets as large installations have them, each with its own page; all in one process, so that their cost is nobody's. */
export interface SimulatedTargets {
  readonly ports: readonly number[];
  readonly close: () => void;
}

/** What may be chosen of targets. */
export interface TargetOptions {
  /** Text by default. */
  readonly createPages?: CreatePages;
  /** Told of each request when it comes. */
  readonly onScrape?: (target: number) => void;
}

/** Serves `count` targets with `series` series each. */
export async function simulateTargets(
  count: number,
  series: number,
  { createPages = textPages, onScrape }: TargetOptions = {},
): Promise<SimulatedTargets> {
  const servers = await Promise.all(
    Array.from({ length: count }, (_, target) => listen(answering(createPages(target, series), () => onScrape?.(target)))),
  );
  return {
    ports: servers.map((server) => (server.address() as AddressInfo).port),
    close() {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

function answering({ contentType, encoding, next }: Pages, onRequest: () => void): RequestListener {
  const headers = { "Content-Type": contentType, ...(encoding === undefined ? {} : { "Content-Encoding": encoding }) };
  return (_req, res) => {
    onRequest();
    const body = next();
    res.writeHead(200, { ...headers, "Content-Length": body.length });
    res.end(body);
  };
}

function listen(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}
