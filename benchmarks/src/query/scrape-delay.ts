import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Targets that note when they are scraped. */
export interface WatchedTargets {
  readonly ports: readonly number[];
  /** Forgets what was noted so far. */
  readonly reset: () => void;
  /** By how much the slowest hundredth of the scrapes came late, milliseconds, against the regular time of their target. */
  readonly p99DelayMs: () => number;
  readonly close: () => void;
}

const PAGE = Array.from({ length: 200 }, (_, i) => `bench_watched{i="${i}"} ${i}\n`).join("");

/** Serves `count` small targets that are to be scraped each `intervalMs`. */
export async function watchTargets(count: number, intervalMs: number): Promise<WatchedTargets> {
  const arrivals: number[][] = Array.from({ length: count }, () => []);
  const servers = await Promise.all(arrivals.map(serve));
  return {
    ports: servers.map((server) => (server.address() as AddressInfo).port),
    reset() {
      for (const times of arrivals) times.length = 0;
    },
    p99DelayMs() {
      const delays = arrivals.flatMap((times) => delaysOf(times, intervalMs)).toSorted((a, b) => a - b);
      return delays[Math.ceil(delays.length * 0.99) - 1] ?? NaN;
    },
    close() {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

/** A target has its regular time in each interval: the one of the scrape that came earliest. */
function delaysOf(times: readonly number[], intervalMs: number): readonly number[] {
  const first = times[0] ?? 0;
  const shifts = times.map((time) => time - first - Math.round((time - first) / intervalMs) * intervalMs);
  const least = Math.min(...shifts);
  return shifts.map((shift) => shift - least);
}

function serve(times: number[]): Promise<Server> {
  const server = createServer((_req, res) => {
    times.push(performance.now());
    res.setHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    res.end(PAGE);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}
