import { setTimeout as sleep } from "node:timers/promises";
import { createApp, HttpError } from "@ferula/http";
import type { Express, NextFunction, Request, Response } from "express";
import type { ShopMetrics } from "./metrics.ts";

/** What a shop needs from outside; `failureRatio` and `random` are parameters so that a test can decide who fails. */
export interface ShopDeps {
  readonly metrics: ShopMetrics;
  /** The share of checkouts, 0 to 1, that fail now. */
  readonly failureRatio: () => number;
  /** A number in [0, 1). */
  readonly random: () => number;
}

interface Product {
  readonly name: string;
  readonly priceEuros: number;
}

export const products: readonly Product[] = [
  { name: "lantern", priceEuros: 24.5 },
  { name: "fennel-tea", priceEuros: 4.2 },
  { name: "matches", priceEuros: 1.1 },
];

/** A van comes when a shelf is empty. */
const RESTOCK_ITEMS = 500;

/** The shop: `GET /products`, `POST /checkout/:product`, `GET /metrics`. A checkout fails with 503 as often as `failureRatio` says. */
export function createShop({ metrics, failureRatio, random }: ShopDeps): Express {
  const stock = new Map(products.map(({ name }) => [name, RESTOCK_ITEMS]));
  for (const [product, items] of stock) metrics.stock.set({ product }, items);

  const app = createApp();
  app.get("/metrics", async (_req, res) => {
    res.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  app.use(measure(metrics));
  app.get("/products", (_req, res) => {
    res.json(products.map((product) => ({ ...product, items: stock.get(product.name) })));
  });
  app.post("/checkout/:product", async (req, res) => {
    const product = products.find(({ name }) => name === req.params.product);
    if (product === undefined) throw new HttpError(404, `there is no product ${req.params.product}`);
    const fails = random() < failureRatio();
    // A payment provider that is about to fail is slow as well.
    await sleep(fails ? 150 + 400 * random() : 5 + 60 * random());
    if (fails) throw new HttpError(503, "the payment provider does not answer");
    sell(product);
    res.status(201).json({ product: product.name, paidEuros: product.priceEuros });
  });
  return app;

  function sell({ name, priceEuros }: Product): void {
    const left = (stock.get(name) ?? 0) - 1;
    stock.set(name, left > 0 ? left : RESTOCK_ITEMS);
    metrics.stock.set({ product: name }, stock.get(name) ?? 0);
    metrics.orders.inc({ product: name });
    metrics.turnoverEuros.inc({ product: name }, priceEuros);
  }
}

/** Counts and times each request under its route's pattern: the path itself would make a series of every typing error. */
function measure(metrics: ShopMetrics) {
  return (req: Request, res: Response, next: NextFunction): void => {
    const startedMs = performance.now();
    metrics.inFlight.inc();
    res.on("close", () => {
      const route = (req.route as { path?: string } | undefined)?.path ?? "unknown";
      metrics.inFlight.dec();
      metrics.requests.inc({ route, method: req.method, code: String(res.statusCode) });
      metrics.durationSeconds.observe({ route }, (performance.now() - startedMs) / 1000);
    });
    next();
  };
}
