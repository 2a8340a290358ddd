import { afterEach, expect, test } from "@jest/globals";
import { listen, type Listening } from "@ferula/http";
import { noLogger } from "@ferula/logging";
import { eventually } from "@ferula/test-kit";
import { sendCustomers } from "../src/customers.ts";
import { createShopMetrics, type ShopMetrics } from "../src/metrics.ts";
import { createShop } from "../src/shop.ts";

const open: { readonly listening: Listening; readonly metrics: ShopMetrics }[] = [];

afterEach(async () => {
  for (const { listening, metrics } of open.splice(0)) {
    await listening.close(0);
    metrics.stop();
  }
});

/** A shop in which a checkout fails when `failureRatio` is above the half that chance always shows. */
async function openShop(failureRatio = 0): Promise<{ readonly url: string; readonly metrics: () => Promise<string> }> {
  const metrics = createShopMetrics();
  const app = createShop({ metrics, failureRatio: () => failureRatio, random: () => 0.5 });
  const listening = await listen({ app, addresses: ["127.0.0.1:0"], webConfigFile: "", logger: noLogger });
  open.push({ listening, metrics });
  const url = listening.urls[0];
  return { url, metrics: async () => (await fetch(`${url}/metrics`)).text() };
}

const checkout = async (url: string, product: string): Promise<number> =>
  (await fetch(`${url}/checkout/${product}`, { method: "POST" })).status;

test("a sale lowers the stock and raises orders and turnover", async () => {
  const { url, metrics } = await openShop();
  expect(await checkout(url, "matches")).toBe(201);
  expect(await (await fetch(`${url}/products`)).json()).toContainEqual({ name: "matches", priceEuros: 1.1, items: 499 });
  const text = await metrics();
  expect(text).toContain('shop_orders_total{product="matches"} 1\n');
  expect(text).toContain('shop_turnover_euros_total{product="matches"} 1.1\n');
  expect(text).toContain('shop_stock_items{product="matches"} 499\n');
});

test.each([
  { failureRatio: 0.4, status: 201, why: "chance above the ratio lets it pass" },
  { failureRatio: 0.6, status: 503, why: "chance below the ratio makes it fail" },
])("a checkout fails as often as the ratio says: $why", async ({ failureRatio, status }) => {
  const { url, metrics } = await openShop(failureRatio);
  expect(await checkout(url, "lantern")).toBe(status);
  await eventually(async () =>
    expect(await metrics()).toContain(`shop_http_requests_total{code="${status}",method="POST",route="/checkout/:product"} 1\n`),
  );
  expect(await metrics()).toContain('shop_http_request_duration_seconds_count{route="/checkout/:product"} 1\n');
  expect(await metrics()).toContain("shop_http_requests_in_flight 0\n");
});

test("whatever is asked for, there is no series for each path", async () => {
  const { url, metrics } = await openShop();
  expect(await checkout(url, "moon")).toBe(404);
  expect((await fetch(`${url}/a/b/c`)).status).toBe(404);
  expect((await fetch(`${url}/x`)).status).toBe(404);
  await eventually(async () => expect(await metrics()).toContain('shop_http_requests_total{code="404",method="GET",route="unknown"} 2\n'));
  expect(await metrics()).toContain('shop_http_requests_total{code="404",method="POST",route="/checkout/:product"} 1\n');
});

test("customers look and buy until they are sent home", async () => {
  const { url, metrics } = await openShop();
  const home = new AbortController();
  const gone = sendCustomers(url, { customers: 3, pauseMs: 1, random: Math.random }, home.signal);
  await eventually(async () => expect(await metrics()).toMatch(/shop_orders_total\{product="[a-z-]+"\} [1-9]/));
  home.abort();
  await expect(gone).resolves.toBeUndefined();
});
