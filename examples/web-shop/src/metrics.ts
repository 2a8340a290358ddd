import { Counter, Gauge, Histogram, Registry, collectProcessMetrics } from "@ferula/client";

/** What the shop tells about itself. */
export interface ShopMetrics {
  readonly registry: Registry;
  readonly requests: Counter<"route" | "method" | "code">;
  readonly durationSeconds: Histogram<"route">;
  readonly inFlight: Gauge;
  readonly orders: Counter<"product">;
  readonly turnoverEuros: Counter<"product">;
  readonly stock: Gauge<"product">;
  /** Ends the measuring of the process. */
  readonly stop: () => void;
}

/** Registers the shop's metrics, and those of its process, in a registry of their own. */
export function createShopMetrics(): ShopMetrics {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    stop: collectProcessMetrics(registry),
    requests: new Counter({
      name: "shop_http_requests_total",
      help: "Requests that the shop answered, by route, method and status code.",
      labelNames: ["route", "method", "code"],
      registers,
    }),
    durationSeconds: new Histogram({
      name: "shop_http_request_duration_seconds",
      help: "How long the shop took to answer.",
      labelNames: ["route"],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
      registers,
    }),
    inFlight: new Gauge({ name: "shop_http_requests_in_flight", help: "Requests that are being answered now.", registers }),
    orders: new Counter({ name: "shop_orders_total", help: "Orders that were paid.", labelNames: ["product"], registers }),
    turnoverEuros: new Counter({ name: "shop_turnover_euros_total", help: "What was paid, in euros.", labelNames: ["product"], registers }),
    stock: new Gauge({ name: "shop_stock_items", help: "Items left in stock.", labelNames: ["product"], registers }),
  };
}
