import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What a server scrapes, asks and sends to; it runs in this process. */
export interface World {
  /** `host:port`. */
  readonly address: string;
  readonly close: () => void;
}

/** Targets below these paths; the times of the last two are near the start of the world, one the same each time, one ever earlier. */
const TARGETS: Readonly<Record<string, (hit: number, baseMs: number) => string>> = {
  "/good": () => "good 1\n",
  "/many": () => "many_a 1\nmany_b 1\nmany_c 1\n",
  "/labels": () => 'labels{a="1",b="2",c="3"} 1\n',
  "/same-time": (hit, baseMs) => `same_time ${hit} ${baseMs}\n`,
  "/back-in-time": (hit, baseMs) => `back_in_time ${hit} ${baseMs - hit * 1000}\n`,
};

/** Starts the world: its Alertmanager takes alerts below `/works` and fails below `/fails`. */
export async function startWorld(): Promise<World> {
  const baseMs = Date.now();
  const hits = new Map<string, number>();
  const server = createServer((req, res) => {
    req.resume();
    const { pathname } = new URL(req.url ?? "", "http://localhost");
    const hit = (hits.get(pathname) ?? 0) + 1;
    hits.set(pathname, hit);
    const target = TARGETS[pathname];
    if (target === undefined) res.writeHead(pathname.startsWith("/works/") ? 200 : 500).end();
    else res.setHeader("Content-Type", "text/plain; version=0.0.4").end(target(hit, baseMs));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
