import { setTimeout as sleep } from "node:timers/promises";
import { request } from "./request.ts";

/** How long a server took to say that it is healthy, milliseconds. */
export interface HealthTimes {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly mostMs: number;
  /** Answers other than 200. */
  readonly refused: number;
}

/** Between two questions; the next is asked whether or not the last is answered. */
const INTERVAL_MS = 50;

/** Asks for `measureS` seconds. */
export async function watchHealth(url: string, authorization: string, measureS: number): Promise<HealthTimes> {
  const times: number[] = [];
  let refused = 0;
  const asked: Promise<void>[] = [];
  for (const untilMs = performance.now() + measureS * 1000; performance.now() < untilMs; await sleep(INTERVAL_MS)) {
    const startedMs = performance.now();
    asked.push(
      request(`${url}/-/healthy`, { authorization }).then((status) => {
        times.push(performance.now() - startedMs);
        if (status !== "200") refused++;
      }),
    );
  }
  await Promise.all(asked);
  times.sort((a, b) => a - b);
  const quantile = (q: number): number => times[Math.ceil(times.length * q) - 1];
  return { p50Ms: quantile(0.5), p99Ms: quantile(0.99), mostMs: quantile(1), refused };
}
