import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import { products } from "./shop.ts";

/** How many customers walk about at a time, and how long each waits between two steps, in milliseconds. */
export interface Crowd {
  readonly customers: number;
  readonly pauseMs: number;
  /** A number in [0, 1). */
  readonly random: () => number;
}

/** Sends customers into the shop at `baseUrl` until `signal` aborts. What the shop answers is its own affair: its metrics tell. */
export async function sendCustomers(baseUrl: string, crowd: Crowd, signal: AbortSignal): Promise<void> {
  await Promise.all(Array.from({ length: crowd.customers }, () => customer(baseUrl, crowd, signal)));
}

async function customer(baseUrl: string, { pauseMs, random }: Crowd, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const product = products[Math.floor(random() * products.length)];
    const visit =
      random() < 0.4
        ? request(`${baseUrl}/products`, { signal })
        : request(`${baseUrl}/checkout/${product.name}`, { method: "POST", signal });
    await visit.then(({ body }) => body.dump()).catch(unlessAborted(signal));
    await sleep(pauseMs * (0.5 + random()), undefined, { signal }).catch(unlessAborted(signal));
  }
}

function unlessAborted(signal: AbortSignal) {
  return (error: unknown): void => {
    if (!signal.aborted) throw error;
  };
}
