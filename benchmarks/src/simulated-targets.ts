import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Targets as large installations have them, each with its own page; all in one process, so that their cost is nobody's. */
export interface SimulatedTargets {
  readonly ports: readonly number[];
  readonly close: () => void;
}

/** The share of values that differ from one scrape to the next. */
const CHANGING = 0.37;

/**
 * Serves `count` targets with `series` series each: counters and buckets with the labels of a service, of which about a third moves
 * between two scrapes. Pages are rendered in advance, in turn.
 */
export async function simulateTargets(count: number, series: number): Promise<SimulatedTargets> {
  const servers = await Promise.all(Array.from({ length: count }, (_, target) => serve(pagesOf(target, series))));
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

const PAGES = 8;

function pagesOf(target: number, series: number): readonly Buffer[] {
  const random = createGenerator(target + 1);
  const values = Array.from({ length: series }, () => Math.floor(random() * 1e6));
  const labels = Array.from(
    { length: series },
    (_, i) =>
      `handler="/api/v1/items/${i % 97}",code="${[200, 201, 400, 404, 500][i % 5]}",le="${(i % 11) / 10}",shard="${Math.floor(i / 55)}"`,
  );
  return Array.from({ length: PAGES }, () => {
    for (let i = 0; i < series; i++) if (random() < CHANGING) values[i] += Math.floor(random() * 100);
    const lines = ["# HELP bench_requests_total Requests.", "# TYPE bench_requests_total counter"];
    for (let i = 0; i < series; i++) lines.push(`bench_requests_total{${labels[i]}} ${values[i]}`);
    return Buffer.from(`${lines.join("\n")}\n`);
  });
}

/** A small generator, so that every run sees the same numbers (mulberry32). */
export function createGenerator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function serve(pages: readonly Buffer[]): Promise<Server> {
  let next = 0;
  const server = createServer((_req, res) => {
    res.setHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    res.end(pages[next++ % pages.length]);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}
